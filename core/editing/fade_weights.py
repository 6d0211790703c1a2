"""Weights of the new against the old, cell by cell: ramps along time and mel."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from core.api.arrays import FloatArray
from core.api.region import Region, Span
from core.editing.edit_site import FADE_LATENTS, EditSite

LEVEL_FRAMES = 4  # mel frames beside a join over which the difference of level is measured


def known_weights(site: EditSite, num_rows: int) -> Tensor:
    """Inpainting weights of the old latents of the stretch, (1, 1, S, F): 1 outside of `free`.

    Inside, the weights fall over the soft frames, but not at an end of the clip, beyond which there
    are no old latents.
    """
    free, soft = site.free.time, site.soft_frames
    ramp = torch.arange(1, soft + 1, dtype=torch.float32) / (soft + 1)
    change = torch.zeros(site.stretch.length)
    inside = change[free.shift(-site.stretch.start).slice]
    inside.fill_(1.0)
    if free.start > 0:
        inside[:soft] = ramp
    if free.stop < site.num_frames:
        inside[inside.numel() - soft :] = ramp.flip(0)
    rows = torch.zeros(num_rows)
    rows[site.free.bins.slice] = 1.0
    return (1 - change[:, None] * rows)[None, None]


def lengthened(values: Tensor, least_frames: int) -> Tensor:
    """Values (1, C, T, F) with zeros behind them, up to so many frames."""
    return F.pad(values, (0, 0, 0, max(0, least_frames - values.shape[2])))


def faded_region(site: EditSite, scale: int, n_mels: int) -> Region:
    """The cells of the log-mel that an edit changes, its fades included."""
    limit = site.stretch.scale(scale)
    fade = FADE_LATENTS * scale
    return Region(
        site.free.time.scale(scale).expand(fade, fade, limit),
        site.free.bins.scale(scale).expand(scale, scale, Span(0, n_mels)),
    )


def fade_weights(outer: Region, inner: Region) -> FloatArray:
    """Weights of the new log-mel over `outer`, (T, F): 1 over `inner`, falling around it."""
    time = _trapezium(outer.time, inner.time)
    bins = _trapezium(outer.bins, inner.bins)
    return time[:, None] * bins


def _trapezium(outer: Span, inner: Span) -> FloatArray:
    """1 over the inner span, with linear slopes down to the ends of the outer one."""
    cells = np.arange(outer.start, outer.stop) + 0.5
    rise = (cells - outer.start) / max(1, inner.start - outer.start)
    fall = (outer.stop - cells) / max(1, outer.stop - inner.stop)
    rise[cells > inner.start] = 1.0
    fall[cells < inner.stop] = 1.0
    return np.minimum(rise, fall).astype(np.float32)


def match_level(known: FloatArray, new: FloatArray, span: Span, fade_frames: int) -> FloatArray:
    """New frames that continue the known ones at the same level.

    The same latents decode to slightly different levels in another window. The difference beside
    the join is added to the new frames and decays.

    Args:
        known: The old log-mel of the stretch (S, F).
        new: The same stretch, decoded again; outside of `span` it shows the difference.
        span: The new frames: they begin or end the stretch.
        fade_frames: Over how many frames the difference decays.
    """
    stretch, steps = Span(0, len(known)), np.arange(span.length)
    before = Span(span.start, span.start).expand(LEVEL_FRAMES, 0, stretch)
    after = Span(span.stop, span.stop).expand(0, LEVEL_FRAMES, stretch)
    matched = new[span.slice].copy()
    for side, distance in ((before, steps), (after, steps[::-1])):
        if side.length:
            difference = (known[side.slice] - new[side.slice]).mean(axis=0)
            weights = 0.5 + 0.5 * np.cos(np.pi * np.minimum((distance + 0.5) / fade_frames, 1))
            matched += (weights[:, None] * difference).astype(np.float32)
    return matched
