"""Spoils bytes and JSON values, by a seeded draw."""

import copy
import json
import random
from collections.abc import Sequence
from typing import Any

HOSTILE: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    2**63,
    10**400,
    1e308,
    float("inf"),
    float("nan"),
    "",
    "\ud800",
    "\0",
    "../../evil",
    '<img src="/dev/zero">',
    "x" * 5000,
    [],
    {},
    [[]],
    {"a": {}},
    "0001-01-01T00:00:00+14:00",
)
ROW_VALUES = (
    "''",
    "'attic'",
    "'0001-01-01T00:00:00+14:00'",
    "'2026-01-31T12:00:00'",
    "'../../evil'",
    "-1",
    "7.5",
    "9e999",
    "9223372036854775807",
    "x'ff00'",
    "CAST(x'ff41' AS TEXT)",
    "'[[[[[[[['",
    "'{}'",
    "'{\"seed\": 1e999}'",
)
"""What SQLite takes in any column, as it is written in SQL."""

PLAUSIBLE: tuple[Any, ...] = (
    False,
    1,
    2,
    3,
    16,
    64,
    0.5,
    1e-9,
    "relu",
    "group",
    "default",
    "CrossAttnDownBlock2D",
    "UNetMidBlock2D",
    [1],
    [8, 16],
    [[1, 3], [1, 3]],
)
"""What a setting of a network may be, in another place."""

_EDGES = (b"\0", b"\xff", b"[" * 3000, b"\xed\xa0\x80", b"9" * 400, b"{", b'"')


def spoil_bytes(draw: random.Random, content: bytes) -> bytes:
    """Flip, cut, repeat or insert a few bytes."""
    spoilt = bytearray(content)
    for _ in range(draw.choice((1, 1, 2, 5, 20))):
        place = draw.randrange(len(spoilt) + 1)
        match draw.randrange(4):
            case 0 if place < len(spoilt):
                spoilt[place] ^= 1 << draw.randrange(8)
            case 1:
                del spoilt[place : place + draw.choice((1, 8, 1 << 20))]
            case 2:
                spoilt[place:place] = draw.choice(_EDGES)
            case _:
                spoilt[place:place] = spoilt[place : place + draw.randrange(64)]
    return bytes(spoilt)


def spoil_values(draw: random.Random, values: Any, others: Sequence[Any] = HOSTILE) -> Any:
    """Replace, remove or rename one or two values somewhere in a JSON value."""
    spoilt = copy.deepcopy(values)
    for _ in range(draw.choice((1, 1, 2))):
        holder, key = _place(draw, spoilt)
        if holder is None:
            return _one_of(draw, others)
        match draw.randrange(5):
            case 0:
                del holder[key]
            case 1 if isinstance(holder, dict):
                holder[draw.choice(("prompt", "dtype", "vae", "\ud800"))] = holder.pop(key)
            case _:
                holder[key] = _one_of(draw, others)
    return spoilt


def spoil_json(draw: random.Random, content: bytes) -> bytes:
    """Spoil the values of a JSON text, or its bytes."""
    if draw.random() < 0.3:
        return spoil_bytes(draw, content)
    return json.dumps(spoil_values(draw, json.loads(content))).encode()


def spoil_settings(draw: random.Random, content: bytes) -> bytes:
    """Spoil the JSON text of a network's settings, half of the time by values that might fit."""
    if draw.random() < 0.5:
        return spoil_json(draw, content)
    return json.dumps(spoil_values(draw, json.loads(content), PLAUSIBLE)).encode()


def _one_of(draw: random.Random, values: Sequence[Any]) -> Any:
    return copy.deepcopy(draw.choice(values))  # a list of its own: else it could hold itself


def _place(draw: random.Random, value: Any) -> tuple[Any, Any]:
    """A random entry inside a value; (None, None) for the value itself."""
    holder, key, inner = None, None, value
    while isinstance(inner, dict | list) and inner and draw.random() < 0.75:
        holder = inner
        key = draw.choice(list(inner)) if isinstance(inner, dict) else draw.randrange(len(inner))
        inner = holder[key]
    return holder, key
