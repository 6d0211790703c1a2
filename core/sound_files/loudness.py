"""Integrated and momentary loudness by ITU-R BS.1770-4, measured piece by piece.

Memory grows by ten numbers a second of sound. The K-weighting comes from its analogue prototypes,
so that it is right at every sample rate; at 48 kHz the filters equal the tables of the
recommendation. The gates are those of annex 1: -70 LUFS, then 10 LU below the rest.
"""

import math

import numpy as np
from numpy.typing import NDArray

from core.api.arrays import FloatArray

Coefficients = NDArray[np.float64]
Powers = NDArray[np.float64]

STEPS_A_SECOND = 10  # blocks of 400 ms overlap by 75 %
STEPS_A_BLOCK = 4
_FINE_STEPS = 10  # of a step, where the loudest block is searched
_OFFSET_DB = -0.691
_ABSOLUTE_GATE_LUFS = -70.0
_RELATIVE_GATE_LU = -10.0
_SHELF_HZ, _SHELF_DB, _SHELF_Q = 1681.974450955533, 3.999843853973347, 0.7071752369554196
_SHELF_BAND_EXPONENT = 0.4996667741545416
_HIGH_PASS_HZ, _HIGH_PASS_Q = 38.13547087602444, 0.5003270373238773


class LoudnessMeter:
    """Measures one sound; all channels have equal weight, as left and right do.

    Args:
        sample_rate: Samples a second.
        channels: 1 or 2.
    """

    def __init__(self, sample_rate: int, channels: int = 1) -> None:
        self._step = round(sample_rate / STEPS_A_SECOND)
        self._filter = k_weighting(sample_rate)
        self._state = np.zeros((len(self._filter), channels, 2))
        self._powers: list[float] = []  # sums of squares of steps of 100 ms, over all channels
        self._rest = np.zeros(0)
        self._momentary = _MomentaryMeter(max(1, self._step // _FINE_STEPS))

    def add(self, samples: FloatArray) -> None:
        """Measure the next samples (channels, n)."""
        if samples.shape[1] == 0:
            return  # the filter refuses empty arrays
        from scipy import signal  # late: it takes longer to import than all of this package

        weighted, self._state = signal.sosfilt(
            self._filter, samples.astype(np.float64), axis=1, zi=self._state
        )
        squares = np.square(weighted).sum(axis=0)
        self._momentary.add(squares)
        power = np.concatenate([self._rest, squares])
        whole = len(power) // self._step * self._step
        steps = power[:whole].reshape(whole // self._step, self._step)
        self._powers += steps.sum(axis=1).tolist()
        self._rest = power[whole:]

    @property
    def lufs(self) -> float:
        """Integrated loudness of all samples so far; -inf where all are below -70 LUFS."""
        return integrated_lufs(self._blocks())

    @property
    def momentary_lufs(self) -> float:
        """The highest loudness of 400 ms so far (EBU Tech 3341), -inf for silence."""
        highest = self._momentary.highest
        return float(_lufs(self._blocks()[0] if highest is None else np.float64(highest)))

    def _blocks(self) -> Powers:
        """Mean squares of the blocks so far.

        A sound shorter than one block of 400 ms counts as one block of its own length.
        """
        steps = np.asarray(self._powers)
        if len(steps) < STEPS_A_BLOCK:
            total, count = steps.sum() + self._rest.sum(), len(steps) * self._step + len(self._rest)
            return np.array([total / max(count, 1)])
        return block_powers(steps) / self._step


class _MomentaryMeter:
    """Finds the loudest 400 ms, wherever they begin: EBU's bursts are 20 ms apart from a grid.

    Attributes:
        highest: The mean square of the loudest block so far; None before the first is complete.

    Args:
        step: Samples between the beginnings of two blocks.
    """

    def __init__(self, step: int) -> None:
        self._step, self._size = step, _FINE_STEPS * STEPS_A_BLOCK
        self._rest, self._steps = np.zeros(0), np.zeros(0)
        self.highest: float | None = None

    def add(self, squares: Powers) -> None:
        """Add K-weighted squares (n,), summed over the channels."""
        squares = np.concatenate([self._rest, squares])
        whole = len(squares) // self._step * self._step
        self._rest = squares[whole:]
        new = squares[:whole].reshape(-1, self._step).mean(axis=1)
        steps = np.concatenate([self._steps, new])
        self._steps = steps[max(0, len(steps) - self._size + 1) :]
        if len(steps) >= self._size:
            blocks = block_powers(steps, self._size)
            self.highest = max(self.highest or 0.0, float(blocks.max()))


def block_powers(steps: Powers, steps_a_block: int = STEPS_A_BLOCK) -> Powers:
    """The mean of each block of steps (n,), n at least `steps_a_block`; one begins at each step."""
    powers: Powers = np.convolve(steps, np.full(steps_a_block, 1 / steps_a_block), "valid")
    return powers


def integrated_lufs(blocks: Powers) -> float:
    """The gated loudness of K-weighted blocks of 400 ms, by their mean squares over all channels.

    Returns:
        -inf where all of them are below -70 LUFS.
    """
    loud = blocks[_lufs(blocks) > _ABSOLUTE_GATE_LUFS]
    if not len(loud):
        return -math.inf
    loud = loud[_lufs(loud) > _lufs(loud.mean()) + _RELATIVE_GATE_LU]
    return float(_lufs(loud.mean()))


def k_weighting(sample_rate: int) -> Coefficients:
    """Second-order sections (2, 6) of the head's shelf and of the high-pass (annex 1, 2.1)."""
    return np.stack([_head_shelf(sample_rate), _high_pass(sample_rate)])


def k_weighting_response(sample_rate: int, frequencies_hz: FloatArray) -> Powers:
    """The factors (n,) by which the K-weighting changes the power at frequencies (n,)."""
    from scipy import signal

    _, response = signal.freqz_sos(k_weighting(sample_rate), frequencies_hz, fs=sample_rate)
    factors: Powers = np.square(np.abs(response))
    return factors


def _head_shelf(sample_rate: int) -> Coefficients:
    k = math.tan(math.pi * _SHELF_HZ / sample_rate)
    high = 10 ** (_SHELF_DB / 20)
    band = high**_SHELF_BAND_EXPONENT
    forward = (
        high + band * k / _SHELF_Q + k * k,
        2 * (k * k - high),
        high - band * k / _SHELF_Q + k * k,
    )
    return np.array([*forward, *_poles(k, _SHELF_Q)]) / _poles(k, _SHELF_Q)[0]


def _high_pass(sample_rate: int) -> Coefficients:
    k = math.tan(math.pi * _HIGH_PASS_HZ / sample_rate)
    poles = _poles(k, _HIGH_PASS_Q)
    return np.array([1.0, -2.0, 1.0, *(np.array(poles) / poles[0])])


def _poles(k: float, q: float) -> tuple[float, float, float]:
    """The denominator of a resonance after the bilinear transform."""
    return 1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k


def _lufs(power: Powers | np.float64) -> Powers:
    with np.errstate(divide="ignore"):
        result: Powers = _OFFSET_DB + 10 * np.log10(power)
    return result
