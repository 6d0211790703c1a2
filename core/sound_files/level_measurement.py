"""The level of a sound: its loudness and its peaks, measured block by block in flat memory."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from core.api.arrays import FloatArray
from core.sound_files.clipping import largest_magnitude
from core.sound_files.loudness import LoudnessMeter
from core.sound_files.resampling import resampled_channels

_LEAST_OVERSAMPLING = 4  # ITU-R BS.1770-4, annex 2, for sounds at 48 kHz
_OVERSAMPLED_RATE = 192_000


@dataclass(frozen=True, slots=True)
class SoundLevel:
    """The level of a sound by ITU-R BS.1770-4.

    Attributes:
        lufs: Integrated loudness, -inf for silence.
        momentary_lufs: The highest loudness of 400 ms, -inf for silence.
        peak: The largest magnitude of a sample, full scale = 1.
        true_peak: The largest magnitude of the sound between the samples too.
    """

    lufs: float
    momentary_lufs: float
    peak: float
    true_peak: float

    @property
    def true_peak_db(self) -> float:
        """The true peak in dB of full scale (dBTP), -inf for silence."""
        return 20 * math.log10(self.true_peak) if self.true_peak else -math.inf


def measure_level(blocks: Iterator[FloatArray], sample_rate: int, channels: int = 1) -> SoundLevel:
    """Measure a sound in blocks (channels, n).

    The true peak is that of the sound at an even multiple of its rate, at least four times and
    192 kHz: up to half of the highest frequency it is at most 0.2 dB too low.
    """
    meter, peak = LoudnessMeter(sample_rate, channels), 0.0

    def measured_blocks() -> Iterator[FloatArray]:
        nonlocal peak
        for block in blocks:
            meter.add(block)
            peak = max(peak, largest_magnitude(block))
            yield block

    factor = max(_LEAST_OVERSAMPLING, 2 * math.ceil(_OVERSAMPLED_RATE / sample_rate / 2))
    rates = sample_rate, factor * sample_rate
    oversampled = resampled_channels(measured_blocks(), *rates, channels)
    true_peak = max(map(largest_magnitude, oversampled))
    return SoundLevel(meter.lufs, meter.momentary_lufs, peak, max(peak, true_peak))
