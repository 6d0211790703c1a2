"""The spectrogram of a take as a PNG picture, in the colours of the view."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QImageWriter

from app.view_models.viewer.opened_take import open_take
from core.api.errors import PictureFileError
from core.api.progress import Progress
from core.api.region import Span
from core.api.take import Take
from core.runtime.atomic_file import part_path, put_in_place
from core.runtime.write_failure import write_failure

ColourTable = NDArray[np.uint32]

MAX_WIDTH_PX = 16_384  # what most programs still open
MIN_WIDTH_PX = 640
HEIGHT_PX = 512


def write_picture(
    path: Path, take: Take, colours: ColourTable, progress: Progress | None = None
) -> Path:
    """Draw and write; the path. In any thread: an hour takes a second.

    A column stands for one frame, or for as many as it takes to keep within the largest width,
    of which it shows the loudest; a short sound is stretched to 640 pixels.

    Args:
        path: The file, which is replaced if it exists.
        take: The sound.
        colours: 0xAARRGGBB for each level code.
        progress: May cancel.

    Raises:
        PictureFileError: It cannot be written; nothing is left of it.
        Cancelled: The owner of `progress` wants so.
    """
    image = draw_picture(take, colours)
    if progress is not None:
        progress.check_cancelled()
    part = part_path(path)
    try:
        part.touch(exist_ok=False)
        if not QImageWriter(str(part), b"png").write(image):
            raise OSError  # noqa: TRY301  (Qt does not say why)
        put_in_place(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise PictureFileError(str(path), write_failure(path, error)) from error
    return path


def draw_picture(take: Take, colours: ColourTable) -> QImage:
    """The picture, with the prompt as its title."""
    levels = open_take("", take).levels
    codes = levels.columns(Span(0, levels.num_frames), MAX_WIDTH_PX).codes
    pixels = np.ascontiguousarray(colours[codes[::-1]])  # high frequencies on top
    height, width = pixels.shape
    image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
    image = image.scaled(
        min(max(width, MIN_WIDTH_PX), MAX_WIDTH_PX),
        HEIGHT_PX,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    image.setText("Title", take.request.title)
    image.setText("Software", "Tessera")
    return image
