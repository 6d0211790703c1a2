"""One sound by Tessera or by diffusers' own pipeline, in this process: what it took, as JSON."""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from tests.benchmarks.own_process import peak_mb

PROMPT, GUIDANCE = "a dog barking", 2.5
SAMPLE_RATE = 16_000
Sound = tuple[Any, Any]
"""Latents (C, T, F) and samples."""


class Meter:
    """Notes processor seconds and peak memory of this process at its stages."""

    def __init__(self) -> None:
        self._step_ends_s: list[float] = []
        self._values: dict[str, float] = {}

    def loaded(self) -> None:
        """Note what starting and loading took."""
        self._values = {"load_s": time.process_time(), "load_peak_mb": peak_mb()}

    def step(self, *_: object) -> None:
        """Note the end of a denoising step."""
        self._step_ends_s.append(time.process_time())

    def finished(self) -> dict[str, float]:
        """All of it; the first step is left out, since it includes what is done once."""
        first_s, *_, last_s = self._step_ends_s
        return {
            **self._values,
            "step_s": (last_s - first_s) / (len(self._step_ends_s) - 1),
            "whole_s": time.process_time(),
            "peak_mb": peak_mb(),
        }


def run_tessera(folder: Path, options: argparse.Namespace, meter: Meter) -> Sound:
    """Generate with Tessera's engine."""
    from core.api.config import EngineConfig, Precision, TilingConfig
    from core.api.events import DenoisingStep, Event
    from core.api.progress import Progress
    from core.api.request import GenerationRequest, Scheduler
    from core.engine import Engine

    def on_event(event: Event) -> None:
        if isinstance(event, DenoisingStep):
            meter.step()

    tiling = TilingConfig(mode="exact")
    engine = Engine(EngineConfig(precision=Precision.FLOAT32, tiling=tiling))  # as the peer's
    engine.load(str(folder), Progress())
    meter.loaded()
    request = GenerationRequest(
        prompt=PROMPT,
        duration_s=options.seconds,
        num_inference_steps=options.steps,
        guidance_scale=GUIDANCE,
        scheduler=Scheduler.DDIM,
        seed=1,
        model=str(folder),
    )
    take = engine.generate(request, Progress(on_event))
    return take.latents, take.waveform


def run_peer(folder: Path, options: argparse.Namespace, meter: Meter) -> Sound:
    """Generate with diffusers' pipeline, mended where it fails with transformers 5."""
    from tests.stock_pipelines import stock_audioldm, stock_audioldm2, stock_musicldm

    loaders: dict[str, Callable[[Path], Any]] = {
        "audioldm2": stock_audioldm2,
        "musicldm": stock_musicldm,
    }
    pipeline = loaders.get(options.kind, stock_audioldm)(folder)
    meter.loaded()
    latents: list[Any] = []

    def on_step(step: int, timestep: object, values: torch.Tensor) -> None:
        meter.step()
        latents[:] = [values[0].numpy().copy()]

    waveform = pipeline(
        PROMPT,
        audio_length_in_s=options.seconds,
        num_inference_steps=options.steps,
        guidance_scale=GUIDANCE,
        generator=torch.Generator("cpu").manual_seed(1),
        callback=on_step,
    ).audios[0]
    return latents[0], waveform


def main() -> None:
    """Run it, keep the sound, and print what it took."""
    parser = argparse.ArgumentParser()
    parser.add_argument("who", choices=["tessera", "peer"])
    parser.add_argument("kind")
    parser.add_argument("folder", type=Path)
    parser.add_argument("sound", type=Path, help="where latents and samples are kept, as .npz")
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--steps", type=int, required=True)
    options = parser.parse_args()
    meter = Meter()
    run = run_tessera if options.who == "tessera" else run_peer
    latents, waveform = run(options.folder, options, meter)
    took = meter.finished()
    np.savez(options.sound, latents=np.asarray(latents), waveform=np.asarray(waveform))
    print(json.dumps(took))


if __name__ == "__main__":
    main()
