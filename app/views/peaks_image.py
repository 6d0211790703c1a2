"""Extremes of a waveform as a picture: one column of pixels each, between its low and its high."""

import numpy as np
from PySide6.QtGui import QColor, QImage

from app.models.peak_pyramid import Peaks


def peaks_image(peaks: Peaks, height_px: int, colour: str) -> QImage:
    """A transparent picture of the columns (n,), full scale from edge to edge.

    Silence is a line; where there is no sound yet, there is nothing.
    """
    width_px, middle = len(peaks.low), (height_px - 1) / 2
    is_there = peaks.low <= peaks.high
    top = np.where(is_there, middle - np.clip(peaks.high, -1, 1) * middle, height_px)
    bottom = np.where(is_there, middle - np.clip(peaks.low, -1, 1) * middle, -1)
    rows = np.arange(height_px)[:, None]
    is_inked = (rows >= np.floor(top)) & (rows <= np.ceil(bottom))
    pixels = np.where(is_inked, np.uint32(QColor(colour).rgba()), np.uint32(0))
    pixels = np.ascontiguousarray(pixels, np.uint32)
    format_ = QImage.Format.Format_ARGB32_Premultiplied
    return QImage(pixels.data, width_px, height_px, width_px * 4, format_).copy()
