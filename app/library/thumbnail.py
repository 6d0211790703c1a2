"""A take's thumbnail: its spectrogram as a small grey picture, which the view colours."""

from itertools import pairwise
from pathlib import Path

import numpy as np
from PySide6.QtGui import QImage, QImageWriter

from app.view_models.viewer.level_pyramid import Codes, encode_log_mel
from core.api.arrays import FloatArray
from core.runtime.outside_file import read_outside_file

_MAX_COLUMNS = 256


def thumbnail_codes(log_mel: FloatArray) -> Codes:
    """Level codes (mel, columns), row 0 the highest bin, at most 256 columns.

    Each column shows the loudest of the frames it stands for, so that a click is not lost.

    Args:
        log_mel: Natural-log mel spectrogram (T, F), T at least 1.
    """
    edges = np.unique(np.linspace(0, len(log_mel), _MAX_COLUMNS + 1).astype(int))
    groups = pairwise(edges)  # one by one, so that other threads run in between
    loudest = np.stack([log_mel[start:stop].max(axis=0) for start, stop in groups])
    return np.ascontiguousarray(encode_log_mel(loudest).T[::-1])  # (columns, mel) -> (mel, columns)


def write_thumbnail(path: Path, log_mel: FloatArray) -> None:
    """Write the picture as a grey PNG.

    Raises:
        OSError: It cannot be written.
    """
    codes = thumbnail_codes(log_mel)
    height, width = codes.shape
    image = QImage(codes.data, width, height, width, QImage.Format.Format_Grayscale8)
    if not QImageWriter(str(path), b"png").write(image):
        raise OSError(f"{path} cannot be written")


def read_thumbnail(path: Path) -> QImage:
    """The picture as grey levels; a null image where there is none that can be read."""
    try:
        image = QImage.fromData(read_outside_file(path))
    except OSError:
        return QImage()
    return image.convertToFormat(QImage.Format.Format_Grayscale8)
