"""`main.py generate`: one sound into one file, told on the terminal, cancelled by Ctrl+C."""

import argparse
import json
import secrets
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.gentle_import import rest_between_parallel_work
from app.segment_text import parse_segments
from app.terminal import TerminalListener
from core.config import EngineConfig, TilingConfig
from core.errors import Cancelled, InvalidRequestError, TesseraError
from core.events import Event, Stage, to_json_dict
from core.progress import Progress
from core.request import GenerationRequest

FAILED, ASKED_WRONGLY, CANCELLED = 1, 2, 130
BYTES_PER_SECOND = 2 * 16_000  # 16 bit, 16 kHz, mono


def run(options: argparse.Namespace) -> int:
    """Carry out the command and return its exit code: 0 only with a finished file."""
    progress = Progress(_print_json if options.json else TerminalListener(sys.stderr))
    try:
        with _cancel_on_interrupt(progress):
            _generate(options, progress)
    except Cancelled:
        print("Cancelled; nothing was written.", file=sys.stderr)
        return CANCELLED
    except InvalidRequestError as error:
        print(f"tessera: {error}", file=sys.stderr)
        return ASKED_WRONGLY
    except TesseraError as error:
        print(f"tessera: {error}", file=sys.stderr)
        return FAILED
    return 0


def _generate(options: argparse.Namespace, progress: Progress) -> None:
    request = _request(options)
    config = EngineConfig(
        device=options.device, tiling=TilingConfig(mode=options.mode), blend=options.blend
    )
    output = Path(options.output)
    _check_disk(output, request)

    rest_between_parallel_work()
    from core.audio_file import AudioWriter, peak_normalised  # torch takes seconds to import
    from core.generation import Engine

    engine = Engine(config)
    if options.agree_to_licence:
        engine.fetch(request.model, progress)
    rate = engine.load(request.model, progress).vocoder.sampling_rate
    metadata = request.to_dict()
    with AudioWriter(output, rate, title=request.prompt, metadata=metadata) as writer:
        waveform = engine.generate(request, progress).waveform
        with progress.stage(Stage.WRITING):
            writer.write(peak_normalised(waveform) if options.normalise else waveform)


def _check_disk(output: Path, request: GenerationRequest) -> None:
    """Refuse a length that the disk cannot hold, before any work."""
    needed = request.duration_s * BYTES_PER_SECOND
    if output.parent.is_dir() and needed > shutil.disk_usage(output.parent).free:
        free = shutil.disk_usage(output.parent).free
        raise InvalidRequestError(
            "duration_s",
            f"{request.duration_s:g} s of sound take {needed / 1e9:,.1f} GB and "
            f"{free / 1e9:,.1f} GB are free in {output.parent}; ask for less than "
            f"{free // BYTES_PER_SECOND:,} s, or choose another disk.",
        )


def _request(options: argparse.Namespace) -> GenerationRequest:
    return GenerationRequest(
        prompt=options.prompt,
        negative_prompt=options.negative,
        duration_s=_duration_s(options),
        num_inference_steps=options.steps,
        guidance_scale=options.guidance,
        seed=secrets.randbits(32) if options.seed is None else options.seed,
        scheduler=options.scheduler,
        init_audio=options.init_audio,
        strength=options.strength,
        segments=parse_segments(options.segment, options.prompt),
        model=options.model,
    )


def _duration_s(options: argparse.Namespace) -> float:
    if options.seconds is None and options.init_audio is not None:
        from core.audio_file import read_duration_s

        return read_duration_s(options.init_audio)
    return GenerationRequest().duration_s if options.seconds is None else options.seconds


@contextmanager
def _cancel_on_interrupt(progress: Progress) -> Iterator[None]:
    """The first Ctrl+C asks the run to stop at its next step; the second is Python's own."""

    def on_interrupt(*_: object) -> None:
        signal.signal(signal.SIGINT, before)
        progress.cancel()

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _print_json(event: Event) -> None:
    print(json.dumps(to_json_dict(event)), flush=True)
