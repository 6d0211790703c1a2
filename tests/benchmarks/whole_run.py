"""One generation in this process, stage by stage, as JSON: its time and memory, or its GFLOP."""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import torch
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from core.api.arrays import FloatArray
from core.vocoders.limiter import LimitedStream
from tests.benchmarks.own_process import forget_peak, peak_mb
from tests.stock_pipelines import stock_audioldm, stock_audioldm2

PROMPT, GUIDANCE = "a dog barking", 2.5
DEFAULT = "default"  # the precision that is chosen for the machine
MATRIX_ROWS, MATRIX_ROUNDS = 2048, 8

Reading = Callable[[], float]


class StageMeter:
    """Adds up a figure of each stage, as time or work; notes the most memory during each.

    Args:
        read: The figure so far.
    """

    def __init__(self, read: Reading) -> None:
        self._read, self._stage = read, ""
        self._since = read()
        self.found: dict[str, dict[str, float]] = {}

    def enter(self, stage: str) -> None:
        """End the current stage, and begin another or go on with it."""
        now, peak = self._read(), peak_mb()
        forget_peak()
        if self._stage:
            values = self.found.setdefault(self._stage, {"figure": 0.0, "peak_mb": 0.0})
            values["figure"] += now - self._since
            values["peak_mb"] = max(values["peak_mb"], peak)
        self._stage, self._since = stage, self._read()


class MeteredStream(LimitedStream):
    """A vocoder's stream that counts as a stage of its own; decoding goes on in between."""

    meter: StageMeter

    def push(self, mel: Tensor) -> FloatArray:
        """Take log-mel frames (T, F) and return samples (n,)."""
        self.meter.enter("vocode")
        samples = super().push(mel)
        self.meter.enter("decode")
        return samples

    def finish(self) -> FloatArray:
        """End the clip, and return the remaining samples (n,)."""
        self.meter.enter("vocode")
        samples = super().finish()
        self.meter.enter("decode")
        return samples


def run_tessera(options: argparse.Namespace, meter: StageMeter) -> None:
    """Generate with Tessera's engine."""
    from core.api.config import EngineConfig, Precision
    from core.api.events import Event, Stage, StageStarted
    from core.api.progress import Progress
    from core.api.request import GenerationRequest
    from core.engine import Engine
    from core.pipeline import mel_decoder

    stages = {Stage.CONDITIONING: "prompt", Stage.DENOISING: "denoise", Stage.DECODING: "decode"}

    def on_event(event: Event) -> None:
        if isinstance(event, StageStarted) and event.stage in stages:
            meter.enter(stages[event.stage])

    meter.enter("load")
    MeteredStream.meter = meter
    patch.object(mel_decoder, "LimitedStream", MeteredStream).start()
    precision = None if options.precision == DEFAULT else Precision(options.precision)
    engine = Engine(EngineConfig(precision=precision))
    engine.load(str(options.folder), Progress())
    meter.enter("")
    request = GenerationRequest(
        prompt=PROMPT,
        duration_s=options.seconds,
        num_inference_steps=options.steps,
        draft=options.draft,
        guidance_scale=GUIDANCE,
        seed=1,
        model=str(options.folder),
    )
    engine.generate(request, Progress(on_event))
    meter.enter("")


def run_peer(options: argparse.Namespace, meter: StageMeter) -> None:
    """Generate with diffusers' pipeline; its networks say by their first call what begins."""
    meter.enter("load")
    pipeline = (stock_audioldm2 if options.name == "audioldm2" else stock_audioldm)(options.folder)
    begun: set[str] = set()

    def begin(stage: str) -> Callable[..., None]:
        def on_call(*_: Any) -> None:
            if stage not in begun:
                begun.add(stage)
                meter.enter(stage)

        return on_call

    pipeline.unet.register_forward_pre_hook(begin("denoise"))
    pipeline.vae.decoder.register_forward_pre_hook(begin("decode"))
    pipeline.vocoder.register_forward_pre_hook(begin("vocode"))
    meter.enter("prompt")
    pipeline(
        PROMPT,
        audio_length_in_s=options.seconds,
        num_inference_steps=options.steps,
        guidance_scale=GUIDANCE,
        generator=torch.Generator("cpu").manual_seed(1),
    )
    meter.enter("")


def matrix_gflops(precision: str) -> float:
    """GFLOP/s of large matrix products, the best of some rounds."""
    matrix = torch.ones(MATRIX_ROWS, MATRIX_ROWS, dtype=getattr(torch, precision))
    took_s = []
    for _ in range(MATRIX_ROUNDS):
        start_s = time.perf_counter()
        torch.mm(matrix, matrix)
        took_s.append(time.perf_counter() - start_s)
    return 2 * MATRIX_ROWS**3 / min(took_s) / 1e9


def main() -> None:
    """Measure what was asked for, and print it."""
    options = _options()
    if options.what == "matrix":
        print(json.dumps({"gflops": matrix_gflops(options.precision)}))
        return
    run = run_tessera if options.who == "tessera" else run_peer
    if options.what == "time":
        meter = StageMeter(time.process_time if options.processor_time else time.perf_counter)
        run(options, meter)
    else:
        torch.set_num_threads(1)  # the counter sees operations of its own thread only
        with sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
            meter = StageMeter(lambda: counter.get_total_flops() / 1e9)
            run(options, meter)
    print(json.dumps(meter.found))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    what = parser.add_subparsers(dest="what", required=True)
    what.add_parser("matrix").add_argument("--precision", required=True)
    for name in ("time", "count"):
        run = what.add_parser(name)
        run.add_argument("who", choices=["tessera", "diffusers"])
        run.add_argument("folder", type=Path)
        run.add_argument("name")
        run.add_argument("--precision", default="float32")
        run.add_argument("--draft", action="store_true")
        run.add_argument("--processor-time", action="store_true")
        run.add_argument("--seconds", type=float, required=True)
        run.add_argument("--steps", type=int, required=True)
    return parser.parse_args()


if __name__ == "__main__":
    main()
