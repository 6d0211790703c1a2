"""Tiles in, stretches out: a clip's log-mel as it fills up, read in time order."""

import numpy as np

from core.arrays import FloatArray
from core.region import Region


class MelFrontier:
    """Collects tiles in any order and releases each frame once, when its whole height is there.

    Holds only the frames between the first that waits and the last that came.

    Args:
        n_mels: Height in mel bins.
    """

    def __init__(self, n_mels: int) -> None:
        self._start = 0  # the frame that the waiting ones begin at
        self._waiting: FloatArray = np.zeros((0, n_mels), np.float32)
        self._bins_filled = np.zeros(0, np.int64)

    def fill(self, region: Region, values: FloatArray) -> FloatArray:
        """Put a tile (T, F) in its place.

        Returns:
            The frames (n, n_mels) that follow those released before and are now complete; n may
            be 0. All calls together release every frame exactly once, in order.
        """
        self._make_room(region.time.stop - self._start)
        time = region.time.shift(-self._start)
        self._waiting[time.slice, region.bins.slice] = values
        self._bins_filled[time.slice] += region.bins.length
        incomplete = self._bins_filled < self._waiting.shape[1]
        return self._release(int(incomplete.argmax()) if incomplete.any() else len(incomplete))

    def _make_room(self, num_frames: int) -> None:
        missing = max(0, num_frames - len(self._waiting))
        self._waiting = np.pad(self._waiting, ((0, missing), (0, 0)))
        self._bins_filled = np.pad(self._bins_filled, (0, missing))

    def _release(self, num_frames: int) -> FloatArray:
        released, self._waiting = self._waiting[:num_frames], self._waiting[num_frames:]
        self._bins_filled = self._bins_filled[num_frames:]
        self._start += num_frames
        return released
