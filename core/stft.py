"""Levels of a sound's spectrum along time, by a short-time Fourier transform.

The picture is divided into columns of equal length, which begin at the first sample of the sound. A
column's place does not depend on what else is measured, so a picture is the same however it is cut
into pieces.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.api.arrays import FloatArray
from core.api.region import Span

FFT_SIZES = (512, 1024, 2048, 4096, 8192)
USUAL_FFT_SIZE = 2048

_OVERLAP = 4  # frames that each sample of a picture without gaps lies in
_LEAST_POWER = 1e-20  # -200 dB: silence
_BATCH_SAMPLES = 1 << 20  # transformed at once; memory is a few times this


@dataclass(frozen=True, slots=True)
class SpectrumColumns:
    """Columns of a spectrum, each the loudest of the frames whose centres lie in it.

    Frames have a Hann window and follow each other by a quarter of it, or by a column where that
    is shorter. None is left out, so that a click is seen at any width.

    Attributes:
        n_fft: Length of window and transform in samples, a power of two.
        column_samples: Length of a column in samples, a power of two.
    """

    n_fft: int
    column_samples: int

    @property
    def num_bins(self) -> int:
        """Frequencies from 0 to half the sample rate, both included."""
        return self.n_fft // 2 + 1

    @property
    def hop_length(self) -> int:
        """Samples from one frame to the next."""
        return min(self.column_samples, self.n_fft // _OVERLAP)

    def levels_db(self, read: Callable[[Span], FloatArray], columns: Span) -> FloatArray:
        """Measure some columns.

        Args:
            read: Returns samples (n,) of a span of the sound, full scale = 1, with silence before
                its start and after its end.
            columns: Column i reaches from sample `column_samples * i` to the next column.

        Returns:
            Levels (columns, num_bins) in dB, float32, at least -200. A sine at full scale has 0 dB
            where its frequency is that of a bin; between two bins it has up to 1.42 dB less (the
            window's scalloping loss).
        """
        frames = columns.scale(self.column_samples // self.hop_length)
        batch = max(1, _BATCH_SAMPLES // self.n_fft)
        power = np.zeros((columns.length, self.num_bins), np.float32)
        for start in range(0, frames.length, batch):
            part = Span(start, min(start + batch, frames.length))
            loudest = self._loudest(read(self._samples_of(part.shift(frames.start))))
            first = start * self.hop_length // self.column_samples
            target = power[first : first + len(loudest)]
            np.maximum(target, loudest, out=target)
        levels: FloatArray = 10 * np.log10(np.maximum(power, _LEAST_POWER))
        return levels

    def _samples_of(self, frames: Span) -> Span:
        """The samples of some frames; frame i is centred in hop i."""
        first = frames.start * self.hop_length + self.hop_length // 2 - self.n_fft // 2
        return Span(first, first + (frames.length - 1) * self.hop_length + self.n_fft)

    def _loudest(self, samples: FloatArray) -> FloatArray:
        """Power (n, num_bins) of the loudest of each column's frames."""
        from scipy.fft import rfft  # takes a while to import: the window opens without it

        frames = np.lib.stride_tricks.sliding_window_view(samples, self.n_fft)[:: self.hop_length]
        spectrum = rfft(frames * _window(self.n_fft))
        power = spectrum.real**2 + spectrum.imag**2
        group = min(self.column_samples // self.hop_length, len(power))
        loudest: FloatArray = power.reshape(-1, group, self.num_bins).max(axis=1)
        return loudest


def _window(n_fft: int) -> FloatArray:
    """Hann's window (n_fft,), scaled so that the peak of a full-scale sine has magnitude 1."""
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n_fft) / n_fft)
    scaled: FloatArray = (window * 2 / window.sum()).astype(np.float32)
    return scaled
