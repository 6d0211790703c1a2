"""How much louder or softer an export has to be."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.api.arrays import FloatArray
from core.sound_files.export.settings import ExportSettings, Normalisation
from core.sound_files.resampling import resampled

CEILING_DBTP = -1.0
"""No true peak above this after loudness normalisation (EBU R 128, recommendation j)."""

_OVERSAMPLING = 4  # ITU-R BS.1770-4, annex 2


@dataclass(frozen=True, slots=True)
class Level:
    """What normalisation found and did.

    Attributes:
        gain: Factor on every sample.
        peak: Largest magnitude after it, full scale = 1; None where nothing was measured.
        lufs: Integrated loudness after it; None where it was not measured.
        is_held_back: Whether the loudness asked for would have lifted true peaks above -1 dBTP,
            so that the gain is the largest that keeps them there.
    """

    gain: float = 1.0
    peak: float | None = None
    lufs: float | None = None
    is_held_back: bool = False


def find_level(blocks: Iterator[FloatArray], sample_rate: int, settings: ExportSettings) -> Level:
    """Measure a rendering, given as pieces (n,), and say which gain it needs.

    Silence has no level to bring anywhere: its gain is 1.
    """
    match settings.normalisation:
        case Normalisation.PEAK:
            return _level_for_peak(blocks, settings)
        case Normalisation.LOUDNESS:
            return _level_for_loudness(blocks, sample_rate, settings)
    return Level()


def _level_for_peak(blocks: Iterator[FloatArray], settings: ExportSettings) -> Level:
    peak = max(_peak(block) for block in blocks)
    gain = 10 ** (settings.peak_dbfs / 20) / peak if peak > 0 else 1.0
    return Level(gain, gain * peak)


def _level_for_loudness(
    blocks: Iterator[FloatArray], sample_rate: int, settings: ExportSettings
) -> Level:
    from core.sound_files.export.loudness import LoudnessMeter  # SciPy takes a while to import

    meter = LoudnessMeter(sample_rate, settings.channels)
    sample_peak = 0.0

    def heard() -> Iterator[FloatArray]:
        nonlocal sample_peak
        for block in blocks:
            meter.add(np.tile(block, (settings.channels, 1)))
            sample_peak = max(sample_peak, _peak(block))
            yield block

    finer = resampled(heard(), sample_rate, _OVERSAMPLING * sample_rate)
    finer_peak = max(map(_peak, finer))
    true_peak = max(finer_peak, sample_peak)
    if meter.lufs == -math.inf:
        return Level(1.0, sample_peak, -math.inf)
    wanted = 10 ** ((settings.loudness_lufs - meter.lufs) / 20)
    allowed = 10 ** (CEILING_DBTP / 20) / true_peak
    gain = min(wanted, allowed)
    reached = meter.lufs + 20 * math.log10(gain)
    return Level(gain, gain * sample_peak, reached, is_held_back=gain < wanted)


def _peak(samples: FloatArray) -> float:
    return float(np.max(np.abs(samples), initial=0.0))
