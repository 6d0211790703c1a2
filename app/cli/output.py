"""Writes the sound file of a command: the samples as they are, or at another level or rate."""

import errno
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.export_options import needs_whole_sound
from app.view_models.drafts.prompt_blocks import prompts_of
from core.api.arrays import FloatArray
from core.api.errors import AudioFileError
from core.api.events import Notice, Stage
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.api.take import Marker
from core.runtime.write_failure import write_failure
from core.sound_files.export.settings import ExportSettings

if TYPE_CHECKING:  # opens libsndfile, which a refusal need not wait for
    from core.sound_files.clipping import Clipping
    from core.sound_files.encoding.audio_writer import AudioWriter
    from core.sound_files.export.level import Level
    from core.sound_files.export.writing import Exported

_SAMPLES_AT_ONCE = 1 << 20


def check_folder(output: Path) -> None:
    """Refuse a missing folder before any work; opening the file finds everything else.

    Raises:
        AudioFileError: Its folder is missing.
    """
    if not output.parent.is_dir():
        missing = FileNotFoundError(errno.ENOENT, "no such folder")
        raise AudioFileError(str(output), write_failure(output, missing))


def writer_for(
    output: Path,
    request: GenerationRequest,
    sample_rate: int,
    settings: ExportSettings,
    duration_s: float = 0.0,
    *,
    channels: int = 1,
) -> "AudioWriter":
    """Return a writer for a request's sound, which stores the request in the file.

    Args:
        output: The file.
        request: What made the sound, or will.
        sample_rate: The take's own samples a second.
        settings: How to save it.
        duration_s: How long it will be, where that is known.
        channels: The take's own channels.
    """
    from core.sound_files.encoding.audio_writer import AudioWriter
    from core.sound_files.reading.cue_points import CuePoint

    written_rate, prompts = settings.written_rate(sample_rate), prompts_of(request)
    cues = [CuePoint(round(one.start_s * written_rate), one.prompt) for one in prompts]
    return AudioWriter(
        output,
        written_rate,
        audio_format=settings.audio_format,
        channels=settings.written_channels(channels),
        title=request.prompt,
        metadata=request.to_dict(),
        cues=cues if len(cues) > 1 else (),
        bit_rate_kbps=settings.bit_rate_kbps,
        num_frames=round(duration_s * written_rate),
    )


def add_markers(writer: "AudioWriter", markers: Sequence[Marker]) -> None:
    """Give a file, before it is complete, a cue point for each marker of its sound."""
    from core.sound_files.reading.cue_points import CuePoint

    marked = [CuePoint(round(one.time_s * writer.sample_rate), one.name) for one in markers]
    writer.cues = sorted([*writer.cues, *marked], key=lambda cue: cue.frame)


def write_samples(
    writer: "AudioWriter",
    samples: FloatArray,
    sample_rate: int,
    settings: ExportSettings,
    progress: Progress,
) -> None:
    """Write samples (n,) or (n, channels), changed only if settings or format ask for it."""
    from core.sound_files.export.rendering import ExportRendering
    from core.sound_files.export.shaping import on_channels
    from core.sound_files.export.writing import write_rendering

    with progress.stage(Stage.WRITING):
        if needs_whole_sound(settings, sample_rate):
            rendering = ExportRendering(samples, sample_rate, settings)
            _announce_level(write_rendering(writer, rendering, settings, progress), progress)
            return
        for start in range(0, len(samples), _SAMPLES_AT_ONCE):  # they may lie on the disk
            writer.write(on_channels(samples[start : start + _SAMPLES_AT_ONCE], writer.channels))


def announce_clipping(writer: "AudioWriter", progress: Progress) -> None:
    """Say how much of a written sound was beyond full scale and is cut off, and what avoids it."""
    if writer.audio_format.is_clipped:
        _announce_clipped(writer.clipping, progress)


def announce_exported(exported: "Exported", progress: Progress) -> None:
    """Say of an export what its level could not be, and how much of it is cut off."""
    _announce_level(exported.level, progress)
    _announce_clipped(exported.clipping, progress, f"{exported.path.name}: ")


def _announce_clipped(clipping: "Clipping", progress: Progress, of: str = "") -> None:
    if clipping.num_samples:
        progress.emit(
            Notice(
                f"{of}Samples cut off at full scale: {clipping.num_samples:,}. The sound peaks at "
                f"{clipping.peak_db:+.1f} dB. --normalise brings it to -1 dB, and "
                "--bits float keeps it as it is in a .wav."
            )
        )


def _announce_level(level: "Level", progress: Progress) -> None:
    """Say where normalisation could not do what was asked for."""
    if level.is_silent:
        progress.emit(Notice("This sound is silence, so its level stays as it is."))
    elif level.is_held_back:
        progress.emit(
            Notice(f"The loudness is {level.lufs:.1f} LUFS: more would put true peaks above -1 dB.")
        )
