"""Pictures of extremes of samples, drawn column by column."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter

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


def lanes_image(channels: Sequence[Peaks], height_px: int, colour: str) -> QImage:
    """Draw the columns (n,) of each channel in a lane of its own, one below the other."""
    if len(channels) == 1:
        return peaks_image(channels[0], height_px, colour)
    edges = [number * height_px // len(channels) for number in range(len(channels) + 1)]
    image = QImage(len(channels[0].low), height_px, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    for peaks, top, bottom in zip(channels, edges, edges[1:], strict=False):
        painter.drawImage(0, top, peaks_image(peaks, bottom - top, colour))
    painter.end()
    return image


def clipped_columns(peaks: Peaks) -> tuple[list[int], list[int]]:
    """Return the columns that reach full scale, above and below."""
    has_samples = peaks.low <= peaks.high
    above = (peaks.high >= FULL_SCALE) & has_samples
    below = (peaks.low <= -FULL_SCALE) & has_samples
    return np.flatnonzero(above).tolist(), np.flatnonzero(below).tolist()
