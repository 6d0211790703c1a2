"""The energy of a signal along time, finer than a frame, and a gain that holds a sound to it.

A reconstructed attack is spread over its frames: an echo comes before it. But the energies of
overlapping frames tell where within them the sound is. They are the energies of short cells,
smoothed by the squared window, and the cells are found by the iterations of Richardson and Lucy
(Lucy, *An iterative technique for the rectification of observed distributions*, 1974), which keep
them positive: before an attack nothing is left.
"""

import numpy as np
from numpy.typing import NDArray

from core.api.arrays import FloatArray
from core.vocoders.griffin_lim import ShortTimeTransform

_CELLS_A_HOP = 4
_N_ITER = 1000
_MARGIN = 2.0  # times the energy: what noise may exceed its mean by
_EVEN = 100.0  # ratio of frames' energies, 20 dB, up to which no echo is heard
_FAINT = 1e-12  # mean square, far below 16 bits


class TemporalEnvelope:
    """Finds the energies of cells, and holds a signal to them.

    Args:
        transform: Window and hop.
    """

    def __init__(self, transform: ShortTimeTransform) -> None:
        self._transform = transform
        self._cell = max(1, transform.hop_length // _CELLS_A_HOP)

    def hold(self, signal: FloatArray, magnitudes: FloatArray) -> FloatArray:
        """A signal (n,) without what is louder than its frames' magnitudes allow.

        Unchanged where all frames are about as loud as each other.

        Args:
            signal: Samples that the frames cover.
            magnitudes: Fourier magnitudes of the frames, (T, K).
        """
        energies = self._frame_energies(magnitudes)
        if energies.max(initial=0) <= _EVEN * energies.min(initial=np.inf):
            return signal
        allowed = _MARGIN * self._cell_energies(energies, len(signal))
        cells = np.pad(signal, (0, -len(signal) % self._cell)).reshape(-1, self._cell)
        present = np.square(cells, dtype=np.float64).mean(axis=1) + _FAINT
        gains = np.sqrt(np.minimum(1, (allowed + _FAINT) / present))
        centres = (np.arange(len(gains)) + 0.5) * self._cell
        gain = np.interp(np.arange(len(signal)), centres, gains)
        held: FloatArray = signal * gain.astype(np.float32)
        return held

    def _frame_energies(self, magnitudes: FloatArray) -> NDArray[np.float64]:
        """Energies (T,) of windowed frames, by Parseval."""
        squares = np.square(magnitudes, dtype=np.float64)
        sums: NDArray[np.float64] = squares @ self._transform.multiplicity
        return sums / self._transform.n_fft

    def _cell_energies(
        self, energies: NDArray[np.float64], num_samples: int
    ) -> NDArray[np.float64]:
        """Mean squares of cells, whose frames have these energies (T,)."""
        weights = self._cell_weights(len(energies), num_samples)
        sums = weights.sum(axis=0) + _FAINT
        cells = np.full(weights.shape[1], energies.mean() / weights.sum(axis=1).max())
        for _ in range(_N_ITER):
            ratios = energies / (weights @ cells + _FAINT)
            cells *= (ratios @ weights) / sums
        return cells

    def _cell_weights(self, num_frames: int, num_samples: int) -> NDArray[np.float64]:
        """What a mean square of one in each cell adds to each frame's energy, (T, cells)."""
        hop_length, cell = self._transform.hop_length, self._cell
        squared_window = np.square(self._transform.window, dtype=np.float64)
        weights = np.zeros((num_frames, -(-num_samples // cell)))
        for index, row in enumerate(weights):
            samples = index * hop_length + np.arange(self._transform.n_fft)
            np.add.at(row, samples // cell, squared_window)
        return weights
