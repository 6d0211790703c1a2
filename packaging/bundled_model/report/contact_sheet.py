"""A sheet of spectrograms: for every concept a real clip, the same through the codec, generated."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from torch import Tensor

from core.mel import LOG_FLOOR

LABEL_PIXELS, GAP_PIXELS, COLUMNS = 14, 6, 4
LOUDEST = 2.5
FRAMES_PER_PIXEL = 4


def write_contact_sheet(
    path: Path, names: Sequence[str], rows: tuple[Tensor, ...], columns: int = COLUMNS
) -> None:
    """Draw a grid: one cell for each name, in it one strip for each of `rows`.

    Args:
        path: A PNG file.
        names: Label of each cell.
        rows: Log-mels of shape (names, 1, T, F), one tensor for each strip.
        columns: Cells side by side.
    """
    cells = [_cell([row[i, 0] for row in rows]) for i in range(len(names))]
    height, width = cells[0].shape
    step_x, step_y = width + GAP_PIXELS, height + LABEL_PIXELS + GAP_PIXELS
    sheet = Image.new("L", (columns * step_x, -(-len(cells) // columns) * step_y), 255)
    draw = ImageDraw.Draw(sheet)
    for i, (name, cell) in enumerate(zip(names, cells, strict=True)):
        left, top = (i % columns) * step_x, (i // columns) * step_y
        draw.text((left, top), name, fill=0)
        sheet.paste(Image.fromarray(cell), (left, top + LABEL_PIXELS))
    sheet.save(path, optimize=True)


def _cell(log_mels: Sequence[Tensor]) -> NDArray[np.uint8]:
    """Return strips one under another, low frequencies at the bottom, shorter along time."""
    strips = []
    for log_mel in log_mels:
        frames = log_mel.shape[0] // FRAMES_PER_PIXEL
        shorter = log_mel[: frames * FRAMES_PER_PIXEL].view(frames, FRAMES_PER_PIXEL, -1).amax(1)
        shade = ((shorter - LOG_FLOOR) / (LOUDEST - LOG_FLOOR)).clamp(0, 1)
        strips.append((255 * shade).to(torch.uint8).T.flip(0).numpy())
    return np.concatenate(strips)
