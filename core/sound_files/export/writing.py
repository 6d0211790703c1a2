"""Writes a sound into a file: rendered, normalised, and with what made it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.api.arrays import FloatArray
from core.api.events import ExportAdvanced
from core.api.progress import Progress
from core.api.request import GenerationRequest, PromptSegment
from core.api.take import Marker
from core.sound_files.clipping import Clipping
from core.sound_files.encoding.audio_writer import AudioWriter
from core.sound_files.export.level import Level, find_level
from core.sound_files.export.rendering import ExportRendering, SampleSource, report_progress
from core.sound_files.export.settings import DITHERED_BITS, ExportSettings, Normalisation
from core.sound_files.export.shaping import dither_noise
from core.sound_files.reading.cue_points import CuePoint

_DITHER_SEED = 0  # the same export gives the same file, bit for bit


@dataclass(frozen=True, slots=True)
class Exported:
    """A finished export.

    Attributes:
        path: The file.
        num_frames: Its length, at `sample_rate`.
        sample_rate: Frames a second.
        level: The result of normalisation.
        clipping: What was cut off at full scale.
    """

    path: Path
    num_frames: int
    sample_rate: int
    level: Level
    clipping: Clipping


def render_export(
    samples: FloatArray,
    sample_rate: int,
    settings: ExportSettings,
    progress: Progress | None = None,
) -> tuple[FloatArray, int]:
    """The samples (channels, m) of an export before they are rounded, and their rate.

    Args:
        samples: The take, (n,) or (n, channels), full scale = 1.
        sample_rate: Its samples a second.
        settings: The export settings; the defaults change no sample.
        progress: Receives `ExportAdvanced`, and may cancel.

    Raises:
        InvalidRequestError: Nothing is left to save.
        Cancelled: The run was cancelled through `progress`.
    """
    rendering = ExportRendering(samples, sample_rate, settings)
    _, blocks = _normalise(rendering, settings, progress or Progress())
    return np.concatenate(list(blocks), axis=1), rendering.sample_rate


def write_export(
    path: Path,
    samples: FloatArray | SampleSource,
    sample_rate: int,
    settings: ExportSettings,
    *,
    request: GenerationRequest,
    prompts: Sequence[PromptSegment] = (),
    markers: Sequence[Marker] = (),
    progress: Progress | None = None,
) -> Exported:
    """Write a take atomically; memory does not depend on its length.

    Args:
        path: The file, which is replaced if it exists.
        samples: The take, (n,) or (n, channels), full scale = 1, or what reads it.
        sample_rate: Its samples a second.
        settings: The export settings.
        request: The request that made it; stored in the file.
        prompts: The prompts along time; where there are several, a WAV has a cue point for each.
        markers: Those of the take; a WAV has a cue point for each, too.
        progress: Receives `ExportAdvanced`, and may cancel.

    Raises:
        InvalidRequestError: Nothing is left to save.
        AudioFileError: It cannot be written.
        Cancelled: The run was cancelled through `progress`.
    """
    rendering = ExportRendering(samples, sample_rate, settings)
    writer = writer_of(
        path,
        rendering,
        settings,
        title=request.prompt,
        metadata=request.to_dict(),
        cues=rendering.cues(prompts, markers),
    )
    with writer:
        level = write_rendering(writer, rendering, settings, progress or Progress())
    return exported(writer, level)


def writer_of(
    path: Path,
    rendering: ExportRendering,
    settings: ExportSettings,
    *,
    title: str,
    metadata: Mapping[str, Any],
    cues: Sequence[CuePoint] = (),
) -> AudioWriter:
    """The writer of a file for a rendering, with the texts of an `AudioWriter`."""
    return AudioWriter(
        path,
        rendering.sample_rate,
        audio_format=settings.audio_format,
        channels=rendering.channels,
        title=title,
        metadata=metadata,
        cues=cues,
        bit_rate_kbps=settings.bit_rate_kbps,
        num_frames=rendering.num_frames,
    )


def exported(writer: AudioWriter, level: Level) -> Exported:
    """What was written by a writer that has finished."""
    clipping = writer.clipping if writer.audio_format.is_clipped else Clipping()
    return Exported(writer.path, writer.frames_written, writer.sample_rate, level, clipping)


def write_rendering(
    writer: AudioWriter, rendering: ExportRendering, settings: ExportSettings, progress: Progress
) -> Level:
    """Write a rendering into an open file; returns the result of normalisation.

    Raises:
        AudioFileError: It cannot be written.
        Cancelled: The run was cancelled through `progress`.
    """
    level, blocks = _normalise(rendering, settings, progress)
    for block in _dithered(blocks) if settings.is_dithered else blocks:
        writer.write(block)
    return level


def _normalise(
    rendering: ExportRendering, settings: ExportSettings, progress: Progress
) -> tuple[Level, Iterator[FloatArray]]:
    """The level, measured in a first pass where needed, and normalised blocks (channels, n)."""
    is_measured = settings.normalisation is not Normalisation.NONE
    level = level_of(rendering, settings, progress, last=0.5) if is_measured else Level()
    blocks = _blocks_with_progress(rendering, progress, 0.5 if is_measured else 0.0, 1.0)
    return level, (_apply_gain(block, level.gain) for block in blocks)


def level_of(
    rendering: ExportRendering, settings: ExportSettings, progress: Progress, last: float = 1.0
) -> Level:
    """The level that normalisation finds for a rendering; `progress` goes up to `last`.

    Raises:
        Cancelled: The run was cancelled through `progress`.
    """
    blocks = _blocks_with_progress(rendering, progress, 0.0, last)
    return find_level(blocks, rendering.sample_rate, rendering.channels, settings)


def _blocks_with_progress(
    rendering: ExportRendering, progress: Progress, first: float, last: float
) -> Iterator[FloatArray]:
    def report(fraction: float) -> None:
        progress.check_cancelled()
        progress.emit(ExportAdvanced(first + fraction * (last - first)))

    return report_progress(rendering.blocks(), rendering.num_frames, report)


def _apply_gain(block: FloatArray, gain: float) -> FloatArray:
    """A block with the gain applied; a gain of 1 changes no bit."""
    return block if gain == 1.0 else (block * np.float64(gain)).astype(np.float32)


def _dithered(blocks: Iterator[FloatArray]) -> Iterator[FloatArray]:
    """Blocks with dither noise, the same on each channel: equal channels stay equal."""
    generator = np.random.default_rng(_DITHER_SEED)
    for block in blocks:
        yield block + dither_noise(generator, block.shape[1:], DITHERED_BITS)
