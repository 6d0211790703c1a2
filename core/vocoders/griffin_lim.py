"""Fast Griffin-Lim: phases for given magnitudes, after frames that are already decided.

Griffin and Lim (1984) go back and forth between the spectrogram and the nearest signal;
Perraudin, Balazs and Søndergaard (*A fast Griffin-Lim algorithm*, 2013) add momentum. Frames
that are already decided take part unchanged, so that the new ones continue them without a seam.

In NumPy, on purpose: a block is so small that torch's threads cost more than they save, and
many times more while a network keeps the processor busy.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from core.api.arrays import FloatArray

ComplexArray = NDArray[np.complex64]

_TINY = np.float32(1e-12)
_LEAST_WINDOW_SUM = np.float32(1e-3)  # at the ends of a stretch hardly any window covers a sample


@dataclass(frozen=True)
class ShortTimeTransform:
    """Windowed Fourier frames of a signal, and the signal nearest to given frames.

    T frames belong to `num_samples(T)` samples; frame i covers n_fft of them from i * hop_length.
    """

    n_fft: int
    hop_length: int

    @cached_property
    def window(self) -> FloatArray:
        """The periodic Hann window (n_fft,)."""
        angle = 2 * np.pi * np.arange(self.n_fft) / self.n_fft
        return (0.5 - 0.5 * np.cos(angle)).astype(np.float32)

    def num_samples(self, num_frames: int) -> int:
        """Samples that `num_frames` frames cover."""
        return (num_frames - 1) * self.hop_length + self.n_fft

    def analyse(self, signal: FloatArray) -> ComplexArray:
        """Samples (num_samples(T),) to complex frames (T, n_fft // 2 + 1)."""
        frames = np.lib.stride_tricks.sliding_window_view(signal, self.n_fft)[:: self.hop_length]
        spectrum: ComplexArray = scipy.fft.rfft(frames * self.window)
        return spectrum

    def synthesise(self, spectrum: ComplexArray, window_sum: FloatArray) -> FloatArray:
        """Complex frames (T, K) to the samples whose frames are nearest (least squares)."""
        frames = scipy.fft.irfft(spectrum, n=self.n_fft)
        return self._overlap_add(frames * self.window) / window_sum

    def window_sum(self, num_frames: int) -> FloatArray:
        """Sum of the squared windows over each sample (num_samples(T),), kept above zero."""
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
    decided: ComplexArray,
    guess: ComplexArray,
    following: ComplexArray | None = None,
    *,
    n_iter: int,
    momentum: float,
) -> ComplexArray:
    """Find phases with which frames of the given magnitudes fit together.

    Args:
        transform: Window and hop.
        magnitudes: Non-negative, (T, K).
        decided: The first complex frames (D, K), which stay as they are; D may be 0.
        guess: Complex frames (T - D - E, K) to start the others from; only their phases matter.
        following: The last complex frames (E, K), which stay as they are too; None = none.
        n_iter: Iterations.
        momentum: alpha of Perraudin et al. in the form of librosa: the previous projection is
            taken back by momentum / (1 + momentum); 0 is the plain algorithm.

    Returns:
        Complex frames (T, K): the decided ones, and the others with the given magnitudes.
    """
    following = decided[:0] if following is None else following
    free = slice(len(decided), len(magnitudes) - len(following))
    taken_back = np.float32(momentum / (1 + momentum))
    window_sum = transform.window_sum(len(magnitudes))
    wanted = magnitudes[free]
    spectrum = np.concatenate([decided, _with_magnitudes(guess, wanted), following])
    previous = np.zeros_like(guess)
    for _ in range(n_iter):
        projected = transform.analyse(transform.synthesise(spectrum, window_sum))[free]
        spectrum[free] = _with_magnitudes(projected - taken_back * previous, wanted)
        previous = projected
    return spectrum


def _with_magnitudes(spectrum: ComplexArray, magnitudes: FloatArray) -> ComplexArray:
    return spectrum * (magnitudes / np.maximum(np.abs(spectrum), _TINY))
