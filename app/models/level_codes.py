"""Spectrogram levels as single bytes: half a decibel a step, zero for what is not laid yet.

A byte a cell keeps an hour of sound at 23 MB, and makes a change of colours or of the level
range a change of 256 table entries instead of millions of cells.
"""

import math

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint8]

EMPTY = 0
"""The code of a cell that no tile has filled."""

FLOOR_DB = -110.0
DB_PER_CODE = 0.5
_DB_PER_NEPER = 20 / math.log(10)
_LOWEST, _HIGHEST = -20.0, 20.0  # natural logarithms beyond what a byte can say


def encode_log_mel(log_mel: NDArray[np.float32]) -> Codes:
    """Natural-log magnitudes to codes 1 to 255; levels beyond -109.5 to 17.5 dB are clipped.

    What is not a number counts as silence: the picture has no other place for it.
    """
    audible = np.clip(np.nan_to_num(log_mel, nan=_LOWEST), _LOWEST, _HIGHEST)
    codes = (audible * _DB_PER_NEPER - FLOOR_DB) / DB_PER_CODE
    return np.clip(np.rint(codes), 1, 255).astype(np.uint8)


def code_to_db(code: int) -> float:
    """The level in dB that a code stands for."""
    return FLOOR_DB + DB_PER_CODE * code


def db_to_code(level_db: float) -> float:
    """The place of a level on the axis of codes; inverse of `code_to_db`."""
    return (level_db - FLOOR_DB) / DB_PER_CODE
