"""The band of an edit: which frequencies are new, in samples and in mel bins.

Latents are coarse: a row of them is four mel bins high, and a vocoder changes the phases of all
frequencies. So the new samples pass a filter without phase shift, and all else stays the source's.
"""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft, rfftfreq

from core.api.arrays import FloatArray
from core.api.edit import Edit
from core.mel import MelParams, hz_to_bin, mel_filter_bank
from core.mel_scale import DoubleArray

SLOPE_BINS = 1.0  # mel bins inside either edge over which the new fades into the old
LEAST_BINS = 1.0  # a thinner band is widened to this
TOP_SLOPE_HZ = 200.0  # inside the upper edge of a band that reaches beyond the mel bins
RING_S = 1.0  # after which the filter's response has died away


@dataclass(frozen=True, slots=True)
class Band:
    """A band with slopes inside its edges. Outside of them nothing is new.

    Attributes:
        params: Geometry of the log-mel.
        low: Lower edge in (fractional) mel bins; -inf = from the lowest frequency on.
        high: Upper edge; inf = up to the highest one, or to `top_hz`.
        top_hz: Upper edge in Hz, where it is above the mel bins and the sound reaches higher still.
    """

    params: MelParams
    low: float
    high: float
    top_hz: float = math.inf

    @classmethod
    def of(cls, edit: Edit, params: MelParams, highest_hz: float) -> Self | None:
        """The band of an edit; None where it is all frequencies.

        Args:
            edit: The edit.
            params: Geometry of the log-mel.
            highest_hz: The highest frequency of the sound.
        """
        first, last = hz_to_bin(params.fmin, params), hz_to_bin(params.fmax, params)
        low = min(hz_to_bin(edit.low_hz, params), last)
        high = last if edit.high_hz is None else min(hz_to_bin(edit.high_hz, params), last)
        half = LEAST_BINS / 2
        middle = min(max((low + high) / 2, first + half), last - half)
        low, high = min(low, middle - half), max(high, middle + half)
        low, high = (-math.inf if low <= first else low), (math.inf if high >= last else high)
        top_hz = math.inf
        if edit.high_hz is not None and params.fmax < edit.high_hz < highest_hz:
            top_hz = edit.high_hz
        is_all = low == -math.inf and high == top_hz == math.inf
        return None if is_all else cls(params, low, high, top_hz)

    def gain(self, hz: DoubleArray) -> DoubleArray:
        """How much of each frequency is new, 0 to 1."""
        limits = self.params.fmin, self.params.fmax
        first, last = (hz_to_bin(limit, self.params) for limit in limits)
        slope = min(SLOPE_BINS, (min(self.high, last) - max(self.low, first)) / 3)
        bins = hz_to_bin(np.clip(hz, *limits), self.params)
        inside = np.minimum(bins - self.low, self.high - bins) / slope
        inside = np.minimum(inside, (self.top_hz - hz) / TOP_SLOPE_HZ)
        return 0.5 - 0.5 * np.cos(np.pi * np.clip(inside, 0, 1))

    def shares(self) -> FloatArray:
        """How much of each mel bin is new, (n_mels,)."""
        bank = mel_filter_bank(self.params)
        gain = self.gain(np.linspace(0, self.params.sample_rate / 2, bank.shape[1]))
        shares: FloatArray = (bank @ gain / bank.sum(axis=1)).astype(np.float32)
        return shares

    def filtered(self, samples: FloatArray, sample_rate: int) -> FloatArray:
        """The part of samples (n,) that lies in the band, without delay."""
        padded = next_fast_len(len(samples) + round(RING_S * sample_rate), real=True)
        hz = rfftfreq(padded, 1 / sample_rate)
        spectrum = rfft(samples, padded) * self.gain(hz).astype(np.float32)
        filtered: FloatArray = irfft(spectrum, padded)[: len(samples)]
        return filtered
