"""First phases for given magnitudes, from how these change along time and frequency.

The magnitudes of a short-time Fourier transform determine how its phases run (Průša, Balazs and
Søndergaard, *A Noniterative Method for Reconstruction of Phase From STFT Magnitude*, 2017). With a
Hann window it is exact for a tone, whose frequency follows from neighbouring bins, and for a click,
whose place follows from neighbouring frames. Each frame's phases are the least squares of both: the
solution of a tridiagonal system (Masuyama et al., *Phase Reconstruction Based On Recurrent Phase
Unwrapping With Deep Neural Networks*, 2020). Frame follows frame.

Random first phases leave noise around low tones, which Griffin and Lim's iterations do not remove:
from the true magnitudes of low notes, the harmonic-to-noise ratio is 18 dB with them and 28 dB with
these.
"""

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from core.api.arrays import FloatArray
from core.vocoders.griffin_lim import ComplexArray, ShortTimeTransform

_FAINT = 1e-5  # below every sound; keeps ratios finite
_REST = 1e-6  # weight of a bin's last phase where nothing else is known


class PhaseIntegrator:
    """Integrates phases over frames that follow each other.

    Args:
        transform: Window and hop.
    """

    def __init__(self, transform: ShortTimeTransform) -> None:
        self._n_fft, self._hop_length = transform.n_fft, transform.hop_length
        bins = np.arange(transform.n_fft // 2 + 1)
        turns = bins * (transform.hop_length / transform.n_fft)
        self._own_advance = np.exp(2j * np.pi * turns)
        # From phases at a frame's first sample to those at its middle, and back.
        self._to_middle = 1.0 - 2.0 * (bins % 2)

    def continued(
        self, magnitudes: FloatArray, known: ComplexArray, generator: np.random.Generator
    ) -> ComplexArray:
        """Frames of given magnitudes whose phases continue known ones.

        Args:
            magnitudes: Non-negative, (T, K).
            known: The first complex frames (D, K); D may be 0.
            generator: Draws the phases that nothing determines.

        Returns:
            The other complex frames (T - D, K).
        """
        sizes = magnitudes.astype(np.float64) + _FAINT
        advances, steps = self._advances(sizes), self._steps(sizes)
        num_known, num_bins = known.shape
        if num_known:
            phases, last = _directions(known[-1] * self._to_middle), sizes[num_known - 1]
        else:
            phases, last = np.exp(2j * np.pi * generator.random(num_bins)), np.zeros(num_bins)
        frames = np.empty((len(magnitudes) - num_known, num_bins), np.complex64)
        for index, size in enumerate(sizes[num_known:], start=num_known):
            along_time = size * (last + _REST * size)
            along_frequency = size[1:] * size[:-1]
            targets = phases * advances[index]
            phases = _least_squares(targets, along_time, steps[index], along_frequency)
            frames[index - num_known] = magnitudes[index] * phases * self._to_middle
            last = size
        return frames

    def _advances(self, sizes: NDArray[np.float64]) -> NDArray[np.complex128]:
        """Factors (T, K) on the phases of the frame before.

        A tone d bins above a bin is (1 + d) / (2 - d) times as loud in the next one.
        """
        after, before = _neighbour_ratios(sizes, axis=1)
        distances = _weighted_mean(
            (2 * after - 1) / (1 + after), after, (1 - 2 * before) / (1 + before), before
        )
        turns = self._hop_length / self._n_fft * distances
        factors: NDArray[np.complex128] = self._own_advance * np.exp(2j * np.pi * turns)
        return factors

    def _steps(self, sizes: NDArray[np.float64]) -> NDArray[np.complex128]:
        """Factors (T, K - 1) on the phases of the bin below.

        A click at an angle b of the window, which is cos² b, is (cos a + tan b sin a)² times as
        loud in the next frame, a hop of angle a later.
        """
        after, before = _neighbour_ratios(sizes, axis=0)
        hop = np.pi * self._hop_length / self._n_fft
        tangents = _weighted_mean(
            np.sqrt(after) - np.cos(hop), after, np.cos(hop) - np.sqrt(before), before
        ) / np.sin(hop)
        angles = np.arctan(tangents)
        factors: NDArray[np.complex128] = np.exp(-1j * (angles[:, 1:] + angles[:, :-1]))
        return factors


def _neighbour_ratios(
    sizes: NDArray[np.float64], axis: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sizes of the next and of the last value against each; at the ends they are its own."""
    pad = [(0, 0), (0, 0)]
    pad[axis] = (1, 1)
    padded = np.pad(sizes, pad, mode="edge")
    return (
        np.delete(padded, [0, 1], axis) / sizes,
        np.delete(padded, [-2, -1], axis) / sizes,
    )


def _weighted_mean(
    first: NDArray[np.float64],
    first_weight: NDArray[np.float64],
    second: NDArray[np.float64],
    second_weight: NDArray[np.float64],
) -> NDArray[np.float64]:
    """The mean of what two neighbours tell; the louder one counts for more."""
    return (first * first_weight + second * second_weight) / (first_weight + second_weight)


def _least_squares(
    targets: NDArray[np.complex128],
    target_weights: NDArray[np.float64],
    steps: NDArray[np.complex128],
    step_weights: NDArray[np.float64],
) -> NDArray[np.complex128]:
    """Directions u (K,) near to targets, with u[k + 1] near to steps[k] * u[k]."""
    banded = np.zeros((2, len(targets)), np.complex128)
    banded[1] = target_weights
    banded[1, 1:] += step_weights
    banded[1, :-1] += step_weights
    banded[0, 1:] = -step_weights * steps.conj()
    solution = scipy.linalg.solveh_banded(banded, target_weights * targets, check_finite=False)
    return _directions(solution)


def _directions(values: NDArray[np.complexfloating]) -> NDArray[np.complex128]:
    """Complex numbers of magnitude one; 1 in place of 0."""
    sizes = np.abs(values).astype(np.float64)
    directions: NDArray[np.complex128] = np.where(
        sizes > 0, values / np.where(sizes > 0, sizes, 1), 1
    )
    return directions
