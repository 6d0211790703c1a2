"""`main.py generate`: writes sounds into files."""

import argparse
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.editing.editable_take import (
    EDITABLE_BYTES_PER_SECOND,
    check_editable_path,
    write_editable_take,
)
from app.cli.export_options import export_settings, needs_whole_sound
from app.cli.output import announce_clipping, check_folder, write_samples, writer_for
from app.cli.prompt_arguments import output_of, parse_segments, read_prompt_list
from app.cli.runner import CANCELLED, FAILED, print_error, run_command, stopped_at_once
from app.cli.spooled_source import spooled_source
from app.paths import unfinished_folder
from app.torch_import import limit_thread_spinning
from core.api.arrays import FloatArray
from core.api.byte_count import size_text
from core.api.config import EngineConfig, TilingConfig
from core.api.errors import AudioFileError, Cancelled, InvalidRequestError, TesseraError
from core.api.events import AudioChunk, Event, Notice
from core.api.progress import Progress
from core.api.request import MIN_DURATION_S, GenerationRequest
from core.api.take import Take
from core.api.vocabulary import Hint, Vocabulary
from core.models.model_store import ModelStore
from core.pipeline.edge_fades import Edge, FadeOut
from core.runtime.memory_errors import check_address_space
from core.sound_files.export.settings import ExportSettings
from core.sound_files.export.size import estimated_bytes

if TYPE_CHECKING:  # torch takes seconds to import
    from core.engine import Engine
    from core.pipeline.endless import EndlessStretch
    from core.sound_files.encoding.audio_writer import AudioWriter

RESERVED_BYTES = 64 << 20  # free space at which an endless sound ends
_USUAL_RATE = 16_000  # of most models; a model's own is known only once it is loaded


@dataclass(frozen=True)
class SoundJob:
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
    """Run the command and return its exit code: 0 only if all files were written."""
    return run_command(options, _generate_all)


def write_endless(
    stretches: "Iterator[EndlessStretch]", writer: "AudioWriter"
) -> TesseraError | None:
    """Write the stretches of an endless sound until it ends, is stopped, or fails.

    Returns:
        The error that ended the sound, if there was one; the caller raises it once the file is
        in its place.

    Raises:
        Cancelled: It was stopped before the first sample.
        TesseraError: It failed before the first sample.
    """
    fade_out, failure = FadeOut(Edge.at_rate(writer.sample_rate)), None
    try:
        for stretch in stretches:
            if not writer.has_room_for(fade_out.num_held + len(stretch.samples)):
                _announce_end("The file is as large as a WAV can be")
                break
            _write(writer, fade_out.push(stretch.samples))
            if shutil.disk_usage(writer.path.parent).free < RESERVED_BYTES:
                _announce_end("The disk is nearly full")
                break
    except (Cancelled, TesseraError) as end:
        if not writer.frames_written + fade_out.num_held:
            raise
        if isinstance(end, TesseraError):
            _announce_end("The next stretch could not be made")
            failure = end
    _write(writer, fade_out.finish())
    return failure


def _write(writer: "AudioWriter", samples: FloatArray) -> None:
    """Write samples (n,) or (n, channels) on the channels of the file."""
    from core.sound_files.export.shaping import on_channels

    if len(samples):
        writer.write(on_channels(samples, writer.channels))


def report_unknown_words(request: GenerationRequest, progress: Progress) -> None:
    """Report words that the model does not know; the sound is made anyway.

    The model must be on the disk, since its vocabulary is read from there.
    """
    model = ModelStore().describe(request.model)
    if model.vocabulary is None:
        return
    if hint := model.vocabulary.hint(*(segment.prompt for segment in request.prompts)):
        progress.emit(Notice(_unknown_words_sentence(model.name, hint, model.vocabulary)))


def _generate_all(options: argparse.Namespace, progress: Progress) -> int:
    """Make every sound, from a source that is a file."""
    with spooled_source(options.init_audio) as options.init_audio:
        return _generate_jobs(options, progress)


def _generate_jobs(options: argparse.Namespace, progress: Progress) -> int:
    """Make every sound; in a list of prompts, one that fails does not stop the others."""
    jobs, num_refused = _jobs(options)
    check_folder(jobs[0].output)
    if not options.endless:  # an endless sound ends when the disk is nearly full
        _check_disk(jobs, options.editable)
    limit_thread_spinning()
    check_address_space()
    with stopped_at_once():
        from core.engine import Engine  # torch takes seconds to import
    progress.check_cancelled()

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
            print_error(error, of=str(job.output))
        else:
            written += 1
            if options.prompts is not None:
                print(job.output, file=sys.stderr)
    return 0 if written == len(jobs) + num_refused else FAILED


def _generate(
    engine: "Engine", job: SoundJob, options: argparse.Namespace, progress: Progress
) -> None:
    """Make one sound; once it is written, discard the checkpoint of its run."""
    request = job.request
    _announce_resume(request)
    if options.editable:
        check_editable_path(job.output)
    engine.fetch(
        request.model, progress, download=options.agree_to_licence, convert=options.convert
    )
    clock = engine.load(request.model, progress, request.loras).clock
    rate = clock.sample_rate
    report_unknown_words(request, progress)
    if options.endless:
        _make_endless(engine, job, rate, clock.channels, progress)
        return
    with writer_for(
        job.output, request, rate, job.settings, request.duration_s, channels=clock.channels
    ) as writer:
        take = _make(engine, job, rate, writer, progress)
    announce_clipping(writer, progress)
    if options.editable:
        write_editable_take(job.output, take)
    if take.checkpoint is not None:
        take.checkpoint.discard()


def _make_endless(
    engine: "Engine", job: SoundJob, rate: int, channels: int, progress: Progress
) -> None:
    if needs_whole_sound(job.settings, rate):
        raise InvalidRequestError(
            "endless",
            f"{job.output.suffix} files hold no sound of {rate:,} samples a second, which this "
            "model makes, and --endless writes it as it comes; choose .wav, .flac or .ogg.",
        )
    with writer_for(job.output, job.request, rate, job.settings, channels=channels) as writer:
        failure = write_endless(engine.endless(job.request, progress), writer)
    announce_clipping(writer, progress)
    if failure is not None:  # only now, when the finished file is in its place
        raise failure


def _announce_end(reason: str) -> None:
    print(f"{reason}: the sound ends here.", file=sys.stderr)


def _make(
    engine: "Engine", job: SoundJob, rate: int, writer: "AudioWriter", progress: Progress
) -> Take:
    """Generate a take and write its samples: as they are decoded where that is possible."""
    if not needs_whole_sound(job.settings, rate):
        with progress.with_listener(_chunk_writer(writer)):
            return engine.generate(job.request, progress)
    take = engine.generate(job.request, progress)
    write_samples(writer, take.waveform, take.sample_rate, job.settings, progress)
    return take


def _chunk_writer(writer: "AudioWriter") -> Callable[[Event], None]:
    """Return a listener that writes decoded samples."""

    def write(event: Event) -> None:
        if isinstance(event, AudioChunk):
            _write(writer, event.samples)

    return write


def _jobs(options: argparse.Namespace) -> tuple[list[SoundJob], int]:
    """Return the sounds to make, at least one, and how many prompts of a list are refused."""
    output = Path(options.output)
    settings = export_settings(options, output)
    wants_more = options.prompts is not None or options.editable or needs_whole_sound(settings)
    if options.endless and wants_more:
        raise InvalidRequestError(
            "endless",
            "--endless writes one file as it comes: leave --prompts, --editable, --normalise, "
            "--loudness and --rate out.",
        )
    if options.prompts is None:
        return [SoundJob(_request(options, options.prompt or ""), output, settings)], 0
    jobs, refusals = [], []
    prompts = read_prompt_list(Path(options.prompts))
    for number, (line, prompt) in enumerate(prompts, start=1):
        try:
            request = _request(options, prompt)
        except InvalidRequestError as error:
            if error.field != "prompt":  # then no line can be used
                raise
            refusals.append(error)
            print_error(error, of=f"{options.prompts}, line {line}")
        else:
            jobs.append(SoundJob(request, output_of(output, number, prompt), settings))
    if not jobs:
        raise InvalidRequestError("prompts", f"{options.prompts}: no prompt of it can be used.")
    return jobs, len(refusals)


def _check_disk(jobs: list[SoundJob], is_editable: bool) -> None:
    """Refuse a length that the disk cannot hold, before any work.

    Where nothing at all is free, the attempt to write says why.
    """
    folder, free = jobs[0].output.parent, shutil.disk_usage(jobs[0].output.parent).free
    duration_s = sum(job.request.duration_s for job in jobs)
    needed = duration_s * _bytes_per_second(jobs[0].settings, is_editable)
    if 0 < free < needed:
        fitting_s = int(free / needed * duration_s)
        shorter = f"ask for less than {fitting_s:,} s, or " if fitting_s else ""
        raise InvalidRequestError(
            "duration_s",
            f"{duration_s:g} s of sound would take {size_text(needed)}, and {size_text(free)} are "
            f"free in {folder}; {shorter}choose another disk.",
        )


def _bytes_per_second(settings: ExportSettings, is_editable: bool) -> int:
    """Return about how much a second of sound takes on the disk."""
    rate = settings.sample_rate or _USUAL_RATE
    return estimated_bytes(rate, rate, settings) + is_editable * EDITABLE_BYTES_PER_SECOND


def _request(options: argparse.Namespace, prompt: str) -> GenerationRequest:
    return GenerationRequest(
        prompt=prompt,
        negative_prompt=options.negative,
        transcription=options.transcription,
        duration_s=_duration_s(options),
        num_inference_steps=options.steps,
        guidance_scale=options.guidance,
        seed=secrets.randbits(32) if options.seed is None else options.seed,
        scheduler=options.scheduler,
        init_audio=options.init_audio,
        strength=options.strength,
        segments=parse_segments(options.segment, prompt),
        model=options.model,
        loras=tuple(options.lora),
        level=options.level,
        draft=options.draft,
    )


def _duration_s(options: argparse.Namespace) -> float:
    if options.seconds is None and options.init_audio is not None:
        from core.sound_files.audio_file import read_duration_s

        duration_s = read_duration_s(options.init_audio)
        if not duration_s:
            raise AudioFileError(
                options.init_audio, "this file holds no sound; please choose another."
            )
        if duration_s < MIN_DURATION_S:
            raise AudioFileError(
                options.init_audio,
                f"this sound is only {duration_s:g} s long; say with --seconds how long the new "
                "one is to be, or choose another.",
            )
        return duration_s
    return GenerationRequest().duration_s if options.seconds is None else options.seconds


def _announce_resume(request: GenerationRequest) -> None:
    """Say how to resume a long run, should it be interrupted."""
    from core.engine import LONG_S

    if request.duration_s > LONG_S:
        print(
            f"If it is interrupted, the same command with --seed {request.seed} goes on from "
            "there.",
            file=sys.stderr,
        )


def _count(files: int) -> str:
    return {0: "nothing was", 1: "one file was"}.get(files, f"{files} files were")


def _unknown_words_sentence(model: str, hint: Hint, vocabulary: Vocabulary) -> str:
    words = " and ".join(f'"{word}"' for word in hint.unknown)
    if hint.nearest:
        return f"{model} does not know {words}. Nearest: {', '.join(hint.nearest)}."
    lacks = "reads English" if hint.is_in_other_letters else f"does not know {words}"
    return f"{model} {lacks}. It knows, for example, {', '.join(vocabulary.examples)}."
