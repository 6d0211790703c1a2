"""Checks values that the library reads: a file may come from a stranger, and SQLite keeps any type.

Every function raises ValueError or TypeError for a value that the studio could not show, compare
or write again.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from app.view_models.takes.take_labels import TakeLabels
from core.api.take import MOST_MARKERS, Marker

_FIRST_YEAR, _LAST_YEAR = 1971, 9000  # within these, every zone and every system knows the time
_MAX_COUNT = 2**53
_LEAST_GAIN = 1e-4  # and its inverse is the most: far beyond what any level asks for
_PATH_CHARACTERS = frozenset("/\\:\0")


def storable(text: str) -> str:
    """A text in which lone surrogates are replaced: no file and no database can hold them."""
    return text.encode("utf-8", "replace").decode("utf-8")


def as_text(value: object) -> str:
    """A text that can be written."""
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.40} is no text")
    value.encode("utf-8")  # its error is a ValueError
    return value


def as_folder_name(value: object) -> str:
    """The name of a folder in a folder of the library: it leads nowhere else."""
    name = as_text(value)
    if name in ("", ".", "..") or _PATH_CHARACTERS & set(name):
        raise ValueError(f"{name!r} is no name of a folder")
    return name


def as_labels(tags: object, project: object) -> TakeLabels:
    """Tags and project of a take."""
    if not isinstance(tags, list):
        raise TypeError(f"{tags!r:.40} is no list of tags")
    return TakeLabels(tuple(map(as_text, tags)), as_text(project))


def plain_markers(markers: Iterable[Marker]) -> list[list[float | str]]:
    """Markers as plain values, the inverse of `as_markers`."""
    return [[marker.time_s, storable(marker.name)] for marker in markers]


def as_markers(values: object) -> tuple[Marker, ...]:
    """The markers of a take."""
    if not isinstance(values, list):
        raise TypeError(f"{values!r:.40} is no list of markers")
    markers = (Marker(as_seconds(time_s), as_text(name)) for time_s, name in values[:MOST_MARKERS])
    return tuple(sorted(markers))


def as_time(value: object) -> datetime:
    """A time with its zone, in UTC, that every zone and every system knows."""
    time = datetime.fromisoformat(as_text(value))
    if time.tzinfo is None or not _FIRST_YEAR <= time.year <= _LAST_YEAR:
        raise ValueError(f"{value!r} is no time of a take")
    return time.astimezone(UTC)


def as_count(value: object, least: int = 1) -> int:
    """A whole number of samples or bytes."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= _MAX_COUNT:
        raise ValueError(f"{value!r:.40} is no count")
    return value


def as_seconds(value: object) -> float:
    """A length in seconds."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r:.40} is no length")
    if not 0 <= value <= _MAX_COUNT:
        raise ValueError(f"{value!r:.40} is no length")
    return float(value)


def as_gain(value: object) -> float:
    """A factor that samples were multiplied by."""
    gain = as_seconds(value)
    if not _LEAST_GAIN <= gain <= 1 / _LEAST_GAIN:
        raise ValueError(f"{value!r:.40} is no gain")
    return gain
