"""Fast Griffin-Lim: phases for given magnitudes, after frames that are already decided.

Griffin and Lim (1984) go back and forth between the spectrogram and the nearest signal;
Perraudin, Balazs and Søndergaard (*A fast Griffin-Lim algorithm*, 2013) add momentum. Frames
that are already decided take part unchanged, so that the new ones continue them without a seam.
"""

from dataclasses import dataclass
from functools import cached_property

import torch
import torch.nn.functional as F
from torch import Tensor

_TINY = 1e-12
_LEAST_WINDOW_SUM = 1e-3  # at the ends of a stretch hardly any window covers a sample


@dataclass(frozen=True)
class ShortTimeTransform:
    """Windowed Fourier frames of a signal, and the signal nearest to given frames.

    T frames belong to `num_samples(T)` samples; frame i covers n_fft of them from i * hop_length.
    """

    n_fft: int
    hop_length: int

    @cached_property
    def window(self) -> Tensor:
        """The periodic Hann window (n_fft,)."""
        return torch.hann_window(self.n_fft)

    def num_samples(self, num_frames: int) -> int:
        """Samples that `num_frames` frames cover."""
        return (num_frames - 1) * self.hop_length + self.n_fft

    def analyse(self, signal: Tensor) -> Tensor:
        """Samples (num_samples(T),) to complex frames (T, n_fft // 2 + 1)."""
        frames = signal.unfold(0, self.n_fft, self.hop_length)
        spectrum: Tensor = torch.fft.rfft(frames * self.window)
        return spectrum

    def synthesise(self, spectrum: Tensor, window_sum: Tensor) -> Tensor:
        """Complex frames (T, K) to the samples whose frames are nearest (least squares)."""
        frames = torch.fft.irfft(spectrum, n=self.n_fft)
        return self._overlap_add(frames * self.window) / window_sum

    def window_sum(self, num_frames: int) -> Tensor:
        """Sum of the squared windows over each sample (num_samples(T),), kept above zero."""
        squares = self.window.square().expand(num_frames, -1)
        return self._overlap_add(squares).clamp(min=_LEAST_WINDOW_SUM)

    def _overlap_add(self, frames: Tensor) -> Tensor:
        # (T, n_fft) -> (1, n_fft, T) -> (1, 1, 1, samples)
        folded = F.fold(
            frames.T[None],
            output_size=(1, self.num_samples(len(frames))),
            kernel_size=(1, self.n_fft),
            stride=(1, self.hop_length),
        )
        return folded[0, 0, 0]


def griffin_lim(
    transform: ShortTimeTransform,
    magnitudes: Tensor,
    decided: Tensor,
    guess: Tensor,
    *,
    n_iter: int,
    momentum: float,
) -> Tensor:
    """Find phases with which frames of the given magnitudes fit together.

    Args:
        transform: Window and hop.
        magnitudes: Non-negative, (T, K).
        decided: The first complex frames (D, K), which stay as they are; D may be 0.
        guess: Complex frames (T - D, K) to start the others from; only their phases matter.
        n_iter: Iterations.
        momentum: alpha of Perraudin et al. in the form of librosa: the previous projection is
            taken back by momentum / (1 + momentum); 0 is the plain algorithm.

    Returns:
        Complex frames (T, K): the decided ones, and the others with the given magnitudes.
    """
    window_sum = transform.window_sum(len(magnitudes))
    wanted = magnitudes[len(decided) :]
    spectrum = torch.cat([decided, _with_magnitudes(guess, wanted)])
    previous = torch.zeros_like(guess)
    for _ in range(n_iter):
        projected = transform.analyse(transform.synthesise(spectrum, window_sum))[len(decided) :]
        ahead = projected - momentum / (1 + momentum) * previous
        spectrum[len(decided) :] = _with_magnitudes(ahead, wanted)
        previous = projected
    return spectrum


def _with_magnitudes(spectrum: Tensor, magnitudes: Tensor) -> Tensor:
    return spectrum * (magnitudes / spectrum.abs().clamp(min=_TINY))
