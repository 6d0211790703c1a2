"""The sum of kept and new samples, in which the new ones give way at full scale."""

import numpy as np
from scipy.ndimage import minimum_filter1d

from core.api.arrays import FloatArray
from core.vocoders.limiter import CEILING


def limited_sum(kept: FloatArray, new: FloatArray, frame: int, hold_frames: int) -> FloatArray:
    """`kept + new` (n,), with the new samples made quieter where the sum is beyond full scale.

    Law: no magnitude exceeds both full scale and that of the kept sample; without a sum beyond
    full scale nothing but rounding differs from `kept + new`.

    Args:
        kept: Samples (n,) that keep their level.
        new: Samples (n,) whose gain changes along straight lines between frames.
        frame: Samples in a frame.
        hold_frames: How many frames around a loud one get its gain as well.
    """
    needed = _needed_gains(kept, new)
    if needed.min(initial=1) == 1:
        return kept + new
    num_frames = -(-len(new) // frame)
    padded = np.pad(needed, (0, num_frames * frame - len(new)), constant_values=1)
    gains = padded.reshape(num_frames, frame).min(axis=1)
    gains = minimum_filter1d(gains, 2 * hold_frames + 1, mode="nearest")
    # At either border of a frame the gain is at most the frame's own, and so it is between them.
    borders = np.minimum(np.append(gains, 1), np.insert(gains, 0, 1))
    gain = np.interp(np.arange(len(new)), np.arange(num_frames + 1) * frame, borders)
    summed: FloatArray = kept + gain.astype(np.float32) * new
    return summed


def _needed_gains(kept: FloatArray, new: FloatArray) -> FloatArray:
    """The largest gain up to 1 of each new sample (n,) that keeps the sum within full scale.

    A smaller gain does so too: from `kept` to the sum, the magnitude is highest at one end.
    """
    gains = np.ones(len(new), np.float32)
    loud = np.flatnonzero(np.abs(kept + new) > np.maximum(1, np.abs(kept)))
    room = CEILING - np.sign(new[loud]) * kept[loud]  # the sum has the sign of the new sample
    gains[loud] = np.maximum(0, room) / np.abs(new[loud])
    return gains
