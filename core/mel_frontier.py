"""Tiles in, stretches out: a clip's log-mel as it fills up, read in time order."""

import numpy as np
from numpy.typing import NDArray

from core.region import Region

FloatArray = NDArray[np.float32]


class MelFrontier:
    """Collects tiles in any order and releases each frame once, when its whole height is there.

    Args:
        num_frames: Length of the clip in mel frames.
        n_mels: Height in mel bins.

    Attributes:
        frames: The log-mel so far, (num_frames, n_mels); what is not there yet is 0.
    """

    def __init__(self, num_frames: int, n_mels: int) -> None:
        self.frames: FloatArray = np.zeros((num_frames, n_mels), np.float32)
        self._bins_filled = np.zeros(num_frames, np.int64)
        self._released = 0

    def fill(self, region: Region, values: FloatArray) -> FloatArray:
        """Put a tile (T, F) in its place.

        Returns:
            The frames (n, n_mels) that follow those released before and are now complete; n may
            be 0. All calls together release every frame exactly once, in order.
        """
        self.frames[region.slices] = values
        self._bins_filled[region.time.slice] += region.bins.length
        start = self._released
        waiting = self._bins_filled[start:] < self.frames.shape[1]
        self._released = start + int(waiting.argmax()) if waiting.any() else len(self.frames)
        return self.frames[start : self._released]
