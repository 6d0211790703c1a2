"""Normalisation: measures an export and finds the gain that it needs."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from core.api.arrays import FloatArray
from core.sound_files.clipping import largest_magnitude
from core.sound_files.export.settings import ExportSettings, Normalisation
from core.sound_files.export.shaping import SILENCE

CEILING_DBTP = -1.0
"""Highest true peak after loudness normalisation (EBU R 128, recommendation j)."""


@dataclass(frozen=True, slots=True)
class Level:
    """The result of normalisation.

    Attributes:
        gain: Factor on every sample.
        peak: Largest magnitude after it, full scale = 1; None where it was not measured.
        lufs: Integrated loudness after it; None where it was not measured.
        is_silent: Whether there was nothing but silence, which no gain is applied to.
        is_held_back: Whether the requested loudness would have put true peaks above -1 dBTP, so
            that the gain is the largest that keeps them there.
    """

    gain: float = 1.0
    peak: float | None = None
    lufs: float | None = None
    is_held_back: bool = False
    is_silent: bool = False


def find_level(
    blocks: Iterator[FloatArray], sample_rate: int, channels: int, settings: ExportSettings
) -> Level:
    """Measure blocks (channels, n) of a rendering, and find its gain; 1 for silence."""
    match settings.normalisation:
        case Normalisation.PEAK:
            return _level_for_peak(blocks, settings)
        case Normalisation.LOUDNESS:
            return _level_for_loudness(blocks, sample_rate, channels, settings)
    return Level()


def _level_for_peak(blocks: Iterator[FloatArray], settings: ExportSettings) -> Level:
    peak = max(largest_magnitude(block) for block in blocks)
    if peak <= SILENCE:  # its noise would come out at full scale
        return Level(1.0, peak, is_silent=True)
    gain = 10 ** (settings.peak_dbfs / 20) / peak
    return Level(gain, gain * peak)


def _level_for_loudness(
    blocks: Iterator[FloatArray], sample_rate: int, channels: int, settings: ExportSettings
) -> Level:
    from core.sound_files.level_measurement import measure_level  # SciPy takes a while to import

    found = measure_level(blocks, sample_rate, channels)
    if found.lufs == -math.inf:
        return Level(1.0, found.peak, -math.inf, is_silent=True)
    requested_gain = 10 ** ((settings.loudness_lufs - found.lufs) / 20)
    largest_gain = 10 ** (CEILING_DBTP / 20) / found.true_peak
    gain = min(requested_gain, largest_gain)
    lufs = found.lufs + 20 * math.log10(gain)
    return Level(gain, gain * found.peak, lufs, is_held_back=gain < requested_gain)
