"""One generation into a file, in this process: prints its time, memory and first sound."""

import argparse
import json
import tempfile
import time
from pathlib import Path

from core.api.config import EngineConfig, TilingConfig
from core.api.events import AudioChunk, Event, Stage, StageFinished
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.engine import Engine
from core.sound_files.encoding.audio_writer import AudioWriter
from tests.benchmarks.vae_ways import PeakMemory

PROMPT = "church organ"


class Clock:
    """Notes when denoising ended and when the first sound came, in seconds."""

    def __init__(self) -> None:
        self.denoised_s = self.first_sound_s = 0.0

    def __call__(self, event: Event) -> None:
        """Hear an event."""
        match event:
            case StageFinished(Stage.DENOISING):
                self.denoised_s = time.perf_counter()
            case AudioChunk() if not self.first_sound_s:
                self.first_sound_s = time.perf_counter()


def main() -> None:
    """Run it and print what it took as one line of JSON."""
    options = _options()
    engine = Engine(
        EngineConfig(
            tiling=TilingConfig(mode=options.mode), windows_at_once=options.windows_at_once
        )
    )
    request = GenerationRequest(
        prompt=PROMPT, duration_s=options.seconds, num_inference_steps=options.steps, seed=1
    )
    engine.load(request.model, Progress())
    clock = Clock()
    start_s = time.perf_counter()
    with PeakMemory() as memory:
        _generate(engine, request, clock)
    result = {
        "time_s": time.perf_counter() - start_s,
        "first_sound_s": clock.first_sound_s - clock.denoised_s,
        "peak_bytes": memory.bytes,
    }
    print(json.dumps(result))


def _generate(engine: Engine, request: GenerationRequest, clock: Clock) -> None:
    progress = Progress(clock)
    with (
        tempfile.TemporaryDirectory() as folder,
        AudioWriter(Path(folder) / "take.wav") as writer,
        progress.with_listener(lambda event: _write(event, writer)),
    ):
        engine.generate(request, progress)


def _write(event: Event, writer: AudioWriter) -> None:
    if isinstance(event, AudioChunk):
        writer.write(event.samples)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--mode", default="exact")
    parser.add_argument("--steps", type=int, default=25)
    parser.add_argument("--windows-at-once", type=int)
    return parser.parse_args()


if __name__ == "__main__":
    main()
