"""A take into a file: rendered, brought to its level, and written with the request that made it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.api.arrays import FloatArray
from core.api.events import ExportAdvanced
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.sound_files.audio_file import AudioWriter
from core.sound_files.export.level import Level, find_level
from core.sound_files.export.rendering import ExportRendering, watched
from core.sound_files.export.settings import DITHERED_BITS, ExportSettings, Normalisation
from core.sound_files.export.shaping import dither_noise

_DITHER_SEED = 0  # the same export gives the same file, bit for bit


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written.

    Attributes:
        path: The file.
        num_frames: Its length, at `sample_rate`.
        sample_rate: Frames a second.
        level: What normalisation did.
    """

    path: Path
    num_frames: int
    sample_rate: int
    level: Level


def render_export(
    samples: FloatArray,
    sample_rate: int,
    settings: ExportSettings,
    progress: Progress | None = None,
) -> tuple[FloatArray, int]:
    """The samples (channels, m) that an export holds before they are rounded, and their rate.

    Args:
        samples: The take, (n,), full scale = 1.
        sample_rate: Its samples a second.
        settings: What to make of it; the default ones give the samples as they are.
        progress: Hears `ExportAdvanced`, and may cancel.

    Raises:
        InvalidRequestError: Nothing is left to save.
        Cancelled: The owner of `progress` wants so.
    """
    rendering = ExportRendering(samples, sample_rate, settings)
    _, blocks = _levelled(rendering, settings, progress or Progress())
    return np.concatenate(list(blocks), axis=1), rendering.sample_rate


def write_export(
    path: Path,
    samples: FloatArray,
    sample_rate: int,
    settings: ExportSettings,
    *,
    request: GenerationRequest,
    progress: Progress | None = None,
) -> Exported:
    """Write a take; the file appears complete or not at all, whatever its length in little memory.

    Args:
        path: The file, which is replaced if it exists.
        samples: The take, (n,), full scale = 1.
        sample_rate: Its samples a second.
        settings: What to make of it.
        request: What made it; embedded.
        progress: Hears `ExportAdvanced`, and may cancel.

    Raises:
        InvalidRequestError: Nothing is left to save.
        AudioFileError: It cannot be written.
        Cancelled: The owner of `progress` wants so.
    """
    rendering = ExportRendering(samples, sample_rate, settings)
    with AudioWriter(
        path,
        rendering.sample_rate,
        audio_format=settings.audio_format,
        channels=settings.channels,
        title=request.prompt,
        metadata=request.to_dict(),
        num_frames=rendering.num_frames,
    ) as writer:
        level = write_rendering(writer, rendering, settings, progress or Progress())
    return Exported(path, rendering.num_frames, rendering.sample_rate, level)


def write_rendering(
    writer: AudioWriter, rendering: ExportRendering, settings: ExportSettings, progress: Progress
) -> Level:
    """Write a rendering into a file that was opened for it; what normalisation did.

    Raises:
        AudioFileError: It cannot be written.
        Cancelled: The owner of `progress` wants so.
    """
    level, blocks = _levelled(rendering, settings, progress)
    for block in _dithered(blocks) if settings.is_dithered else blocks:
        writer.write(block)
    return level


def _levelled(
    rendering: ExportRendering, settings: ExportSettings, progress: Progress
) -> tuple[Level, Iterator[FloatArray]]:
    """The level, measured in a first pass where needed, and the sound (channels, n) at it."""
    measured = settings.normalisation is not Normalisation.NONE
    before = 0.5 if measured else 0.0
    level = Level()
    if measured:
        blocks = _watched(rendering, progress, 0.0, 0.5)
        level = find_level(blocks, rendering.sample_rate, settings)
    blocks = _watched(rendering, progress, before, 1.0)
    return level, (_spread(block, level.gain, settings.channels) for block in blocks)


def _watched(
    rendering: ExportRendering, progress: Progress, first: float, last: float
) -> Iterator[FloatArray]:
    def report(fraction: float) -> None:
        progress.check_cancelled()
        progress.emit(ExportAdvanced(first + fraction * (last - first)))

    return watched(rendering.blocks(), rendering.num_frames, report)


def _spread(block: FloatArray, gain: float, channels: int) -> FloatArray:
    """(n,) -> (channels, n) at its level; a gain of 1 leaves every bit as it is."""
    levelled = block if gain == 1.0 else (block * np.float64(gain)).astype(np.float32)
    return np.tile(levelled, (channels, 1))


def _dithered(blocks: Iterator[FloatArray]) -> Iterator[FloatArray]:
    """With noise, the same on each channel: what is alike left and right stays alike."""
    generator = np.random.default_rng(_DITHER_SEED)
    for block in blocks:
        yield block + dither_noise(generator, block.shape[1:], DITHERED_BITS)
