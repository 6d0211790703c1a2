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
    first, last = np.floor(top).astype(np.int16), np.ceil(bottom).astype(np.int16)
    rows = np.arange(height_px, dtype=np.int16)[:, None]
    pixels = ((rows >= first) & (rows <= last)) * np.uint32(QColor(colour).rgba())
    format_ = QImage.Format.Format_ARGB32_Premultiplied
    return QImage(pixels.data, width_px, height_px, width_px * 4, format_).copy()


def clipped_columns(peaks: Peaks) -> tuple[list[int], list[int]]:
    """Return the columns that reach full scale, above and below."""
    has_samples = peaks.low <= peaks.high
    above = (peaks.high >= FULL_SCALE) & has_samples
    below = (peaks.low <= -FULL_SCALE) & has_samples
    return np.flatnonzero(above).tolist(), np.flatnonzero(below).tolist()
