"""The site of an edit: the latents that it generates, and the stretch around them."""

import math
from dataclasses import dataclass

from core.api.edit import Edit
from core.api.region import Region, Span
from core.mel import MelParams, hz_to_bin

SOFT_FRAMES = 4  # latent frames at either end over which new latents blend with the old ones
FADE_LATENTS = 4  # latent frames over which a new log-mel is cross-faded with the old one


@dataclass(frozen=True, slots=True)
class EditSite:
    """The site of an edit in a clip, in latent frames and rows.

    Attributes:
        num_frames: Length of the clip.
        free: The region that is generated.
        soft_frames: Over how many frames inside `free` the new latents blend with the old ones.
        stretch: The span that is denoised and decoded: `free` with context around it.
    """

    num_frames: int
    free: Region
    soft_frames: int
    stretch: Span


def site_around(num_frames: int, free: Region, window: int, *, is_soft: bool) -> EditSite:
    """The site of an edit.

    Args:
        num_frames: Length of the clip in latent frames.
        free: The region that is generated, inside the clip.
        window: Latent frames of the model's window.
        is_soft: Whether `free` has old latents for the new ones to blend with.

    Returns:
        A site whose stretch is a whole window, or the clip where that is shorter; a longer one
        has a quarter of a window on either side of `free`.
    """
    time = free.time
    length = min(num_frames, max(window, time.length + 2 * (window // 4)))
    start = time.start - (length - time.length) // 2
    start = max(0, min(start, num_frames - length))
    soft = min(SOFT_FRAMES, time.length // 4) if is_soft else 0
    return EditSite(num_frames, free, soft, Span(start, start + length))


def edited_region(edit: Edit, params: MelParams, num_frames: int, scale: int) -> Region:
    """The latents in the stretch and band of an edit, rounded outward to whole ones.

    A band beyond the centre of the outermost bins belongs to the nearest row.

    Args:
        edit: The edit, in seconds and Hz.
        params: Geometry of the log-mel.
        num_frames: Length of the clip in latent frames; the region ends there.
        scale: Mel frames per latent frame, and bins per row.
    """
    frames = params.frames_per_second / scale
    time = edited_time(edit, frames, num_frames)
    rows = params.n_mels // scale
    high_hz = params.fmax if edit.high_hz is None else min(edit.high_hz, params.fmax)
    low, high = (hz_to_bin(hz, params) + 0.5 for hz in (edit.low_hz, high_hz))
    band = _outward(low / scale, high / scale, rows)
    return Region(time, Span(min(band.start, rows - 1), max(band.stop, 1)))


def edited_time(edit: Edit, frames_per_second: float, num_frames: int) -> Span:
    """The latent frames in the stretch of an edit, rounded outward to whole ones."""
    start, stop = edit.start_s * frames_per_second, edit.stop_s * frames_per_second
    return _outward(start, stop, num_frames)


def _outward(start: float, stop: float, limit: int) -> Span:
    """The whole cells from `start` to `stop`; less than 1e-6 of a cell is rounding."""
    first = max(0, min(math.floor(start + 1e-6), limit))
    return Span(first, max(first, min(math.ceil(stop - 1e-6), limit)))
