"""Makes one sound of `generate` with an engine, and writes it into its file as it comes."""

import argparse
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from app.cli.editing.editable_take import check_editable_path, write_editable_take
from app.cli.export_options import needs_whole_sound
from app.cli.output import announce_clipping, write_samples, writer_for
from app.cli.sound_job import SoundJob, with_own_settings
from core.api.arrays import FloatArray
from core.api.errors import Cancelled, InvalidRequestError, TesseraError
from core.api.events import AudioChunk, Event, Notice
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.api.take import Take
from core.api.vocabulary import Hint, Vocabulary
from core.models.model_store import ModelStore
from core.pipeline.edge_fades import Edge, FadeOut

if TYPE_CHECKING:  # torch takes seconds to import
    from core.engine import Engine
    from core.pipeline.endless import EndlessStretch
    from core.sound_files.encoding.audio_writer import AudioWriter

RESERVED_BYTES = 64 << 20  # free space at which an endless sound ends


def make_sound(
    engine: "Engine", job: SoundJob, options: argparse.Namespace, progress: Progress
) -> None:
    """Make one sound; once it is written, discard the checkpoint of its run."""
    _announce_resume(job.request)
    if options.editable:
        check_editable_path(job.output)
    engine.fetch(
        job.request.model, progress, download=options.agree_to_licence, convert=options.convert
    )
    request = with_own_settings(job.request, options)
    job = replace(job, request=request)
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


def _announce_resume(request: GenerationRequest) -> None:
    """Say how to resume a long run, should it be interrupted."""
    from core.engine import LONG_S

    if request.duration_s > LONG_S:
        print(
            f"If it is interrupted, the same command with --seed {request.seed} goes on from "
            "there.",
            file=sys.stderr,
        )


def _unknown_words_sentence(model: str, hint: Hint, vocabulary: Vocabulary) -> str:
    words = " and ".join(f'"{word}"' for word in hint.unknown)
    if hint.nearest:
        return f"{model} does not know {words}. Nearest: {', '.join(hint.nearest)}."
    lacks = "reads English" if hint.is_in_other_letters else f"does not know {words}"
    return f"{model} {lacks}. It knows, for example, {', '.join(vocabulary.examples)}."
