"""The sound device's callback: copies samples, fades, and writes silence when there are none.

It runs in the device's own real-time thread, so it takes no lock, allocates no array, logs nothing
and emits no signal. The player reads its attributes.
"""

import numpy as np

from app.portaudio.ring_buffer import RingBuffer
from core.api.arrays import FloatArray

_PIECE_FRAMES = 1024


class Voice:
    """Renders the current ring into blocks of the device.

    Starting, pausing and changing to another ring fade over a piece, so that nothing clicks.

    Attributes:
        volume: 0 to 1.
        is_open: Whether samples are taken; else it is silent.
        is_starved: Whether it waits for samples that are not made yet.
        clock_s: When samples were last taken, on the clock of `time.perf_counter`.
        num_blocks: How many blocks the device has asked for.
    """

    def __init__(self) -> None:
        self.volume = 1.0
        self.is_open = False
        self.is_starved = False
        self.clock_s = 0.0
        self.num_blocks = 0
        self._ring = self._next_ring = RingBuffer(1)
        self._resume_samples = 1
        self._fade = 0.0
        self._gain = 0.0
        self._mono, self._stereo = (np.zeros((_PIECE_FRAMES, n), np.float32) for n in (1, 2))
        self._gains = np.zeros((_PIECE_FRAMES, 1), np.float32)
        self._ramp = np.linspace(0, 1, _PIECE_FRAMES, endpoint=False, dtype=np.float32)[:, None]

    def change_to(self, ring: RingBuffer, resume_samples: int) -> None:
        """Change to another ring.

        Args:
            ring: Where samples come from.
            resume_samples: After running dry, resume once there are so many: one pause is better
                than many.
        """
        # In this order: the callback that finds the ring finds its threshold as well.
        self._resume_samples = resume_samples
        self._next_ring = ring

    def render(self, out: FloatArray, now_s: float) -> None:
        """Fill a block (frames, channels) of the device."""
        self.num_blocks += 1
        out.fill(0)
        for start in range(0, len(out), _PIECE_FRAMES):
            if self._render_piece(out[start : start + _PIECE_FRAMES]):
                self.clock_s = now_s

    def _render_piece(self, out: FloatArray) -> int:
        """Fill a piece of at most `_PIECE_FRAMES`, and return how many samples that took."""
        if self._fade == 0 and self._ring is not self._next_ring:  # only once the old one is silent
            self._ring = self._next_ring
            self.is_starved = False
        fade = 1.0 if self.is_open and self._ring is self._next_ring else 0.0
        if fade == self._fade == 0 or self._keeps_waiting():
            self._fade = self._gain = 0.0
            return 0
        piece = self._mono if self._ring.channels == 1 else self._stereo
        count = self._ring.read_into(piece[: len(out)])
        self._amplify(piece[:count], fade * self.volume)
        if out.shape[1] >= piece.shape[1]:
            out[:count] = piece[:count]
        else:  # a device with one channel gets the average of both
            np.add(piece[:count, :1], piece[:count, 1:], out=out[:count])
            np.multiply(out[:count], np.float32(0.5), out=out[:count])
        self._fade = fade
        self.is_starved = count < len(out) and not self._ring.has_ended
        return count

    def _keeps_waiting(self) -> bool:
        """Return whether the ring ran dry and has too little to resume."""
        return (
            self.is_starved
            and not self._ring.has_ended
            and self._ring.available < self._resume_samples
        )

    def _amplify(self, piece: FloatArray, gain: float) -> None:
        """Multiply the samples of a piece, with a ramp from the last gain to the new one."""
        count = len(piece)
        gains = self._gains[:count]
        slope = _PIECE_FRAMES / max(count, 1)
        np.multiply(self._ramp[:count], np.float32((gain - self._gain) * slope), out=gains)
        np.add(gains, np.float32(self._gain), out=gains)
        np.multiply(piece, gains, out=piece)
        self._gain = gain
