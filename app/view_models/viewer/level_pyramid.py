"""A spectrogram at several resolutions along time, so that any zoom reads few columns.

Each level keeps the loudest of four adjacent columns of the level below: an overview of an hour
still shows a click of ten milliseconds, which skipping columns would lose.

Levels are stored as single bytes: half a decibel a step, and zero for cells that are not decoded
yet. An hour of sound takes 23 MB, and other colours or another range of levels change only a table
of 256 entries.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.api.region import Region, Span

Codes = NDArray[np.uint8]

EMPTY = 0
"""The code of a cell that is not decoded yet."""

FLOOR_DB = -110.0
DB_PER_CODE = 0.5
_DB_PER_NEPER = 20 / math.log(10)
_LOWEST, _HIGHEST = -20.0, 20.0  # natural logarithms beyond the range of the codes
_REDUCTION = 4
_SMALLEST_LEVEL_COLUMNS = 1024


@dataclass(frozen=True)
class Columns:
    """A range of the picture.

    Attributes:
        codes: Levels (mel, columns), uint8, row 0 the lowest bin.
        frames: The mel frames they span; the last column may reach beyond the clip.
    """

    codes: Codes
    frames: Span


class LevelPyramid:
    """Level codes of a clip of known length, written in place."""

    def __init__(self, num_frames: int, num_bins: int) -> None:
        self.num_frames = num_frames
        self.num_bins = num_bins
        self._levels = [_empty(num_bins, num_frames)]
        while self._levels[-1].shape[1] > _SMALLEST_LEVEL_COLUMNS:
            columns = -(-self._levels[-1].shape[1] // _REDUCTION)
            self._levels.append(_empty(num_bins, columns))

    def write(self, region: Region, codes: Codes) -> None:
        """Write codes (mel, time) into `region`, and update the coarser levels above it."""
        self._levels[0][region.bins.slice, region.time.slice] = codes
        span = region.time
        for finer, coarser in zip(self._levels, self._levels[1:], strict=False):
            span = Span(span.start // _REDUCTION, -(-span.stop // _REDUCTION))
            coarser[:, span.slice] = _loudest(finer, span)

    def longer(self, num_frames: int) -> "LevelPyramid":
        """Return a copy with room for more frames."""
        grown = LevelPyramid(num_frames, self.num_bins)
        if self.num_frames:
            known = Region(Span(0, self.num_frames), Span(0, self.num_bins))
            grown.write(known, self._levels[0])
        return grown

    def without(self, region: Region) -> "LevelPyramid":
        """Return a copy in which `region` is empty."""
        copy = self.longer(self.num_frames)
        whole = Region(Span(0, self.num_frames), Span(0, self.num_bins))
        gap = Region(region.time.intersect(whole.time), region.bins.intersect(whole.bins))
        if gap.area:
            copy.write(gap, _empty(gap.bins.length, gap.time.length))
        return copy

    def code_at(self, frame: int, mel_bin: int) -> int:
        """Return the code of a cell of the finest level."""
        return int(self._levels[0][mel_bin, frame])

    def columns(self, frames: Span, max_columns: int) -> Columns:
        """Return the finest picture of `frames` with at most about `max_columns` columns."""
        level, width = 0, 1
        while frames.length / width > max_columns and level + 1 < len(self._levels):
            level, width = level + 1, width * _REDUCTION
        span = Span(frames.start // width, -(-frames.stop // width))
        return Columns(self._levels[level][:, span.slice], span.scale(width))


def encode_log_mel(log_mel: NDArray[np.float32]) -> Codes:
    """Convert natural-log magnitudes to codes 1 to 255, clipped to -109.5 to 17.5 dB.

    NaN becomes silence.
    """
    audible = np.clip(np.nan_to_num(log_mel, nan=_LOWEST), _LOWEST, _HIGHEST)
    return encode_db(audible * _DB_PER_NEPER)


def encode_db(levels_db: NDArray[np.float32]) -> Codes:
    """Convert finite levels in dB to codes 1 to 255, clipped to -109.5 to 17.5 dB."""
    steps = (levels_db - FLOOR_DB) / DB_PER_CODE
    codes: Codes = np.clip(np.rint(steps), 1, 255).astype(np.uint8)
    return codes


def code_to_db(code: int) -> float:
    """Return the level of a code in dB."""
    return FLOOR_DB + DB_PER_CODE * code


def db_to_code(level_db: float) -> float:
    """Return the (fractional) code of a level; the inverse of `code_to_db`."""
    return (level_db - FLOOR_DB) / DB_PER_CODE


def _empty(num_bins: int, num_columns: int) -> Codes:
    """Return empty columns. As EMPTY is zero, memory is allocated only when it is written."""
    return np.zeros((num_bins, num_columns), np.uint8)


def _loudest(finer: Codes, coarse_span: Span) -> Codes:
    """Maximum over each group of columns that `coarse_span` stands for; the last may be short."""
    group = finer[:, coarse_span.scale(_REDUCTION).slice]
    starts = np.arange(0, group.shape[1], _REDUCTION)
    return np.maximum.reduceat(group, starts, axis=1)
