"""Fast Griffin-Lim: finds phases for given magnitudes, beside frames that are fixed.

Griffin and Lim (1984) alternate between the spectrogram and the nearest signal; Perraudin, Balazs
and Søndergaard (*A fast Griffin-Lim algorithm*, 2013) add momentum. Fixed frames take part
unchanged, so that the new ones continue them without a seam.

It uses NumPy: a block is so small that torch's threads cost more than they save, and many times
more while a network keeps the processor busy.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from core.api.arrays import FloatArray

ComplexArray = NDArray[np.complex64]

_TINY = np.float32(1e-12)
_LEAST_WINDOW_SUM = np.float32(1e-3)  # windows hardly cover the samples at both ends


@dataclass(frozen=True)
class ShortTimeTransform:
    """The short-time Fourier transform of a signal, and the signal nearest to given frames.

    T frames belong to `num_samples(T)` samples; frame i covers n_fft of them from i * hop_length.
    """

    n_fft: int
    hop_length: int

    @cached_property
    def window(self) -> FloatArray:
        """The periodic Hann window (n_fft,)."""
        angle = 2 * np.pi * np.arange(self.n_fft) / self.n_fft
        return (0.5 - 0.5 * np.cos(angle)).astype(np.float32)

    @cached_property
    def multiplicity(self) -> FloatArray:
        """How often each bin (n_fft // 2 + 1,) of a real signal counts in its energy (Parseval)."""
        counts = np.full(self.n_fft // 2 + 1, 2.0, np.float32)
        counts[[0, -1]] = 1.0
        return counts

    def num_samples(self, num_frames: int) -> int:
        """Samples that `num_frames` frames cover."""
        return (num_frames - 1) * self.hop_length + self.n_fft

    def analyse(self, signal: FloatArray) -> ComplexArray:
        """Samples (num_samples(T),) to complex frames (T, n_fft // 2 + 1)."""
        frames = np.lib.stride_tricks.sliding_window_view(signal, self.n_fft)[:: self.hop_length]
        spectrum: ComplexArray = scipy.fft.rfft(frames * self.window)
        return spectrum

    def synthesise(self, spectrum: ComplexArray, window_sum: FloatArray) -> FloatArray:
        """Complex frames (T, K) to the samples (num_samples(T),) with the nearest frames.

        Least squares, as in Griffin and Lim (1984).
        """
        frames = scipy.fft.irfft(spectrum, n=self.n_fft)
        return self._overlap_add(frames * self.window) / window_sum

    def window_sum(self, num_frames: int) -> FloatArray:
        """Sum of the squared windows over each sample (num_samples(T),), clamped above zero."""
        squares = np.broadcast_to(np.square(self.window), (num_frames, self.n_fft))
        return np.maximum(self._overlap_add(squares), _LEAST_WINDOW_SUM)

    def _overlap_add(self, frames: FloatArray) -> FloatArray:
        signal = np.zeros(self.num_samples(len(frames)), np.float32)
        for index, frame in enumerate(frames):
            start = index * self.hop_length
            signal[start : start + self.n_fft] += frame
        return signal


def griffin_lim(
    transform: ShortTimeTransform,
    magnitudes: FloatArray,
    fixed: ComplexArray,
    guess: ComplexArray,
    fixed_after: ComplexArray | None = None,
    *,
    n_iter: int,
    momentum: float,
) -> ComplexArray:
    """Find phases with which frames of the given magnitudes are consistent.

    Args:
        transform: Window and hop.
        magnitudes: Non-negative, (T, K).
        fixed: The first complex frames (D, K), which are not changed; D may be 0.
        guess: Complex frames (T - D - E, K) to start the others from; only their phases matter.
        fixed_after: The last complex frames (E, K), which are not changed; None = none.
        n_iter: Iterations.
        momentum: alpha of Perraudin et al. in the form of librosa: the previous projection is
            subtracted with weight momentum / (1 + momentum); 0 is the plain algorithm.

    Returns:
        Complex frames (T, K): the fixed ones, and the others with the given magnitudes.
    """
    fixed_after = fixed[:0] if fixed_after is None else fixed_after
    free = slice(len(fixed), len(magnitudes) - len(fixed_after))
    momentum_factor = np.float32(momentum / (1 + momentum))
    window_sum = transform.window_sum(len(magnitudes))
    target = magnitudes[free]
    spectrum = np.concatenate([fixed, _with_magnitudes(guess, target), fixed_after])
    previous = np.zeros_like(guess)
    for _ in range(n_iter):
        projected = transform.analyse(transform.synthesise(spectrum, window_sum))[free]
        spectrum[free] = _with_magnitudes(projected - momentum_factor * previous, target)
        previous = projected
    return spectrum


def _with_magnitudes(spectrum: ComplexArray, magnitudes: FloatArray) -> ComplexArray:
    return spectrum * (magnitudes / np.maximum(np.abs(spectrum), _TINY))
