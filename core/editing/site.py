"""Where an edit works: the latents it makes anew, and the stretch that it looks at for them."""

import math
from dataclasses import dataclass

from core.api.edit import Edit
from core.api.region import Region, Span
from core.mel import MelParams, hz_to_bin

SOFT_FRAMES = 4  # at either end of a stretch the new latents grow out of the old ones
FADE_LATENTS = 4  # over so many latent frames a new log-mel is faded into the old one


@dataclass(frozen=True, slots=True)
class EditSite:
    """A place in a clip, in latent frames and rows.

    Attributes:
        num_frames: Length of the clip.
        free: What is made anew.
        soft_frames: How far the new latents grow out of the old ones, inside of `free`.
        stretch: What is denoised and decoded: `free` and enough around it, of which the model
            sees at most a window at a time.
    """

    num_frames: int
    free: Region
    soft_frames: int
    stretch: Span


def site_around(num_frames: int, free: Region, window: int, *, is_soft: bool) -> EditSite:
    """The place of an edit.

    Args:
        num_frames: Length of the clip in latent frames.
        free: What is made anew, inside the clip.
        window: Latent frames that the model sees at a time.
        is_soft: Whether there are old latents in `free` for the new ones to grow out of.

    Returns:
        A site whose stretch is a whole window, or the clip where that is shorter; longer ones
        keep a quarter of a window on either side of what is free.
    """
    time = free.time
    length = min(num_frames, max(window, time.length + 2 * (window // 4)))
    start = time.start - (length - time.length) // 2
    start = max(0, min(start, num_frames - length))
    soft = min(SOFT_FRAMES, time.length // 4) if is_soft else 0
    return EditSite(num_frames, free, soft, Span(start, start + length))


def edited_region(edit: Edit, params: MelParams, num_frames: int, scale: int) -> Region:
    """The latents under the stretch and band of an edit, rounded outward to whole ones.

    A band beyond the middle of the outermost bins belongs to the row nearest to it.

    Args:
        edit: Where, in seconds and Hz.
        params: Geometry of the log-mel.
        num_frames: Length of the clip in latent frames; what lies beyond is cut off.
        scale: Mel frames per latent frame, and bins per row.
    """
    frames = params.frames_per_second / scale
    rows = params.n_mels // scale
    high_hz = params.fmax if edit.high_hz is None else min(edit.high_hz, params.fmax)
    low, high = (hz_to_bin(hz, params) + 0.5 for hz in (edit.low_hz, high_hz))
    band = _outward(low / scale, high / scale, rows)
    return Region(
        _outward(edit.start_s * frames, edit.stop_s * frames, num_frames),
        Span(min(band.start, rows - 1), max(band.stop, 1)),
    )


def _outward(start: float, stop: float, limit: int) -> Span:
    """The whole cells from `start` to `stop`; a hair's breadth into a cell is not in it."""
    first = max(0, min(math.floor(start + 1e-6), limit))
    return Span(first, max(first, min(math.ceil(stop - 1e-6), limit)))
