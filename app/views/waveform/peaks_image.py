"""Pictures of extremes of samples, drawn column by column."""

import numpy as np
from PySide6.QtGui import QColor, QImage

from app.view_models.transport.peak_pyramid import Peaks

FULL_SCALE = 1 - 2**-15
"""The highest sample of 16 bits: from here on a waveform has no room left."""


def peaks_image(peaks: Peaks, height_px: int, colour: str) -> QImage:
    """Draw the columns (n,) on a transparent image, full scale from edge to edge.

    Silence is a line; where there are no samples yet, nothing is drawn.
    """
    width_px, middle = len(peaks.low), (height_px - 1) / 2
    has_samples = peaks.low <= peaks.high
    top = np.where(has_samples, middle - np.clip(peaks.high, -1, 1) * middle, height_px)
    bottom = np.where(has_samples, middle - np.clip(peaks.low, -1, 1) * middle, -1)
    rows = np.arange(height_px)[:, None]
    is_drawn = (rows >= np.floor(top)) & (rows <= np.ceil(bottom))
    pixels = np.where(is_drawn, np.uint32(QColor(colour).rgba()), np.uint32(0))
    pixels = np.ascontiguousarray(pixels, np.uint32)
    format_ = QImage.Format.Format_ARGB32_Premultiplied
    return QImage(pixels.data, width_px, height_px, width_px * 4, format_).copy()


def clipped_columns(peaks: Peaks) -> tuple[list[int], list[int]]:
    """Return the columns that reach full scale, above and below."""
    has_samples = peaks.low <= peaks.high
    above = (peaks.high >= FULL_SCALE) & has_samples
    below = (peaks.low <= -FULL_SCALE) & has_samples
    return np.flatnonzero(above).tolist(), np.flatnonzero(below).tolist()
