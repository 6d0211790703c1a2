"""`main.py generate`: sounds into files, told on the terminal, cancelled by Ctrl+C."""

import argparse
import errno
import json
import os
import secrets
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.endless_file import write_endless
from app.export_options import export_settings, needs_whole
from app.gentle_import import rest_between_parallel_work
from app.prompt_list import output_of, read_prompts
from app.segment_text import parse_segments
from app.terminal import TerminalListener
from app.unfinished_folder import unfinished_folder
from core.byte_count import size_text
from core.config import EngineConfig, TilingConfig
from core.errors import AudioFileError, Cancelled, InvalidRequestError, TesseraError
from core.events import AudioChunk, Event, Stage, to_json_dict
from core.progress import Progress
from core.request import GenerationRequest
from core.sound_files.export.settings import ExportSettings
from core.write_failure import write_failure

if TYPE_CHECKING:  # torch takes seconds to import
    from core.generation import Engine
    from core.sound_files.audio_file import AudioWriter

FAILED, ASKED_WRONGLY, CANCELLED = 1, 2, 130
_INTERRUPTS = (signal.SIGINT, signal.SIGTERM)
BYTES_PER_SECOND = 2 * 16_000  # 16 bit, 16 kHz, mono


@dataclass(frozen=True)
class Job:
    """One sound to make.

    Attributes:
        request: What to make.
        output: Where to write it.
        settings: How to save it.
    """

    request: GenerationRequest
    output: Path
    settings: ExportSettings


def run(options: argparse.Namespace) -> int:
    """Carry out the command and return its exit code: 0 only with all files finished."""
    progress = Progress(_print_json if options.json else TerminalListener(sys.stderr))
    try:
        with _cancel_on_interrupt(progress):
            return _generate_all(options, progress)
    except InvalidRequestError as error:
        _complain(error)
        return ASKED_WRONGLY
    except TesseraError as error:
        _complain(error)
        return FAILED
    except KeyboardInterrupt:
        print("Stopped at once.", file=sys.stderr)
        return CANCELLED


def _generate_all(options: argparse.Namespace, progress: Progress) -> int:
    """Make every sound that was asked for; of several, one that fails does not stop the others."""
    jobs = _jobs(options)
    _check_folder(jobs[0].output)
    _check_disk(jobs)
    rest_between_parallel_work()
    from core.generation import Engine  # torch takes seconds to import

    config = EngineConfig(
        device=options.device, tiling=TilingConfig(mode=options.mode), blend=options.blend
    )
    engine, written = Engine(config, unfinished_folder()), 0
    for job in jobs:
        try:
            _generate(engine, job, options, progress)
        except Cancelled:
            print(f"Cancelled; {_count(written)} written.", file=sys.stderr)
            return CANCELLED
        except TesseraError as error:
            if options.prompts is None:
                raise
            _complain(error, of=job.output)
        else:
            written += 1
            if options.prompts is not None:
                print(job.output, file=sys.stderr)
    return 0 if written == len(jobs) else FAILED


def _generate(engine: "Engine", job: Job, options: argparse.Namespace, progress: Progress) -> None:
    """Make one sound; what is heard goes into the file at once, unless all must be known."""
    from core.sound_files.audio_file import AudioWriter
    from core.sound_files.export.rendering import Rendering
    from core.sound_files.export.writing import write_rendering

    request = job.request
    _tell_of_return(request)
    if options.agree_to_licence:
        engine.fetch(request.model, progress)
    rate = engine.load(request.model, progress).vocoder.sampling_rate
    with AudioWriter(
        job.output,
        job.settings.sample_rate or rate,
        audio_format=job.settings.audio_format,
        title=request.prompt,
        metadata=request.to_dict(),
    ) as writer:
        if options.endless:
            write_endless(engine.endless(request, progress), writer)
        elif needs_whole(job.settings):
            rendering = Rendering(engine.generate(request, progress).waveform, rate, job.settings)
            with progress.stage(Stage.WRITING):
                write_rendering(writer, rendering, job.settings, progress)
        else:
            with progress.heard_by(_into(writer)):
                engine.generate(request, progress)


def _into(writer: "AudioWriter") -> Callable[[Event], None]:
    """A listener that writes what is heard."""

    def write(event: Event) -> None:
        if isinstance(event, AudioChunk):
            writer.write(event.samples)

    return write


def _jobs(options: argparse.Namespace) -> list[Job]:
    """What was asked for: one sound, or one for each prompt of a list."""
    output = Path(options.output)
    settings = export_settings(options, output)
    if options.endless and (options.prompts is not None or needs_whole(settings)):
        raise InvalidRequestError(
            "endless",
            "--endless writes one file as it comes: leave --prompts, --normalise, --loudness and "
            "--rate out.",
        )
    if options.prompts is None:
        return [Job(_request(options, options.prompt or ""), output, settings)]
    return [
        Job(_request(options, prompt), output_of(output, number, prompt), settings)
        for number, prompt in enumerate(read_prompts(Path(options.prompts)), start=1)
    ]


def _check_folder(output: Path) -> None:
    """Refuse a place that is not there before any work; the rest is found when it is claimed."""
    if not output.parent.is_dir():
        missing = FileNotFoundError(errno.ENOENT, "no such folder")
        raise AudioFileError(str(output), write_failure(output, missing))


def _check_disk(jobs: list[Job]) -> None:
    """Refuse a length that the disk cannot hold, before any work."""
    folder = jobs[0].output.parent
    duration_s = sum(job.request.duration_s for job in jobs)
    needed = duration_s * BYTES_PER_SECOND
    if needed > (free := shutil.disk_usage(folder).free):
        raise InvalidRequestError(
            "duration_s",
            f"{duration_s:g} s of sound take {size_text(needed)} and "
            f"{size_text(free)} are free in {folder}; ask for less than "
            f"{free // BYTES_PER_SECOND:,} s, or choose another disk.",
        )


def _request(options: argparse.Namespace, prompt: str) -> GenerationRequest:
    return GenerationRequest(
        prompt=prompt,
        negative_prompt=options.negative,
        duration_s=_duration_s(options),
        num_inference_steps=options.steps,
        guidance_scale=options.guidance,
        seed=secrets.randbits(32) if options.seed is None else options.seed,
        scheduler=options.scheduler,
        init_audio=options.init_audio,
        strength=options.strength,
        segments=parse_segments(options.segment, prompt),
        model=options.model,
    )


def _duration_s(options: argparse.Namespace) -> float:
    if options.seconds is None and options.init_audio is not None:
        from core.sound_files.audio_file import read_duration_s

        return read_duration_s(options.init_audio)
    return GenerationRequest().duration_s if options.seconds is None else options.seconds


@contextmanager
def _cancel_on_interrupt(progress: Progress) -> Iterator[None]:
    """Ctrl+C, or a wish to terminate, stops the run at its next step; a second one at once."""

    def on_interrupt(*_: object) -> None:
        give_back()
        progress.cancel()

    def give_back() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    before = {number: signal.signal(number, on_interrupt) for number in _INTERRUPTS}
    try:
        yield
    finally:
        give_back()


def _tell_of_return(request: GenerationRequest) -> None:
    """A long run that is interrupted goes on when it is asked for again."""
    from core.generation import LONG_S

    if request.duration_s > LONG_S:
        print(
            f"If it is interrupted, the same command with --seed {request.seed} goes on from "
            "there.",
            file=sys.stderr,
        )


def _complain(error: TesseraError, of: Path | None = None) -> None:
    place = "" if of is None else f"{of}: "
    print(f"tessera: {place}{error}", file=sys.stderr)


def _count(files: int) -> str:
    return {0: "nothing was", 1: "one file was"}.get(files, f"{files} files were")


def _print_json(event: Event) -> None:
    """One event a line; when nobody reads any more, the sound is still made."""
    try:
        print(json.dumps(to_json_dict(event)), flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
