"""request.json: a take in words, enough to make it again and to rebuild the library from.

It may come from a stranger's folder, so every value is checked when it is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from app.library.library_error import LibraryError
from app.library.stored_values import (
    as_count,
    as_gain,
    as_labels,
    as_markers,
    as_time,
    plain_markers,
    storable,
)
from app.view_models.takes.library_notice import LeftOutReason
from app.view_models.takes.take_labels import NO_LABELS, TakeLabels
from app.view_models.takes.take_record import TakeRecord
from core.api.config import EngineConfig, TilingMode
from core.api.errors import InvalidRequestError
from core.api.request import GenerationRequest
from core.api.take import Marker, Take
from core.runtime.atomic_file import write_whole
from core.runtime.outside_file import json_text, parse_json, read_outside_file
from core.version import __version__

NAME = "request.json"
_ANNOTATIONS = "remarks.json"
_FORMAT = 1
_MAX_DETAIL = 200


class DescriptionError(LibraryError):
    """A description that cannot be read.

    Attributes:
        reason: Why, as a kind.
        detail: What exactly.
    """

    def __init__(self, path: Path, reason: LeftOutReason, detail: str) -> None:
        super().__init__(
            path,
            "this description of a take cannot be read; the sound beside it may still be played. "
            f"({detail})",
        )
        self.reason, self.detail = reason, detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What request.json holds.

    Attributes:
        request: What was asked for.
        created_at: When it was finished, UTC.
        sample_rate: Samples a second.
        num_samples: Length.
        gain: What its vocoded samples were multiplied by.
        config: How the engine worked; None where nobody knows.
        plan: Which tiles it was decoded in and why, in words.
        mode: The executor that decoded it; None where nobody knows.
    """

    request: GenerationRequest
    created_at: datetime
    sample_rate: int
    num_samples: int
    gain: float = 1.0
    config: EngineConfig | None = None
    plan: str = ""
    mode: TilingMode | None = None

    @classmethod
    def of(cls, take: Take, created_at: datetime) -> "Description":
        """Describe a take."""
        return cls(
            request=take.request,
            created_at=created_at,
            sample_rate=take.sample_rate,
            num_samples=len(take.waveform),
            gain=take.gain,
            config=take.config,
            plan=take.plan,
            mode=take.mode,
        )

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.num_samples / self.sample_rate

    def write(self, folder: Path) -> None:
        """Write it into a take's folder.

        Raises:
            OSError: There is no permission, or no room.
        """
        values = {
            "format": _FORMAT,
            "tessera": __version__,
            "created_at": self.created_at.isoformat(),
            "sample_rate": self.sample_rate,
            "num_samples": self.num_samples,
            "gain": self.gain,
            "request": self.request.to_dict(),
            "engine": self.config.to_dict() if self.config else {},
            "plan": self.plan,
            "mode": self.mode and str(self.mode),
        }
        (folder / NAME).write_text(json_text(values, indent=1), encoding="utf-8")


def read_description(folder: Path) -> Description:
    """Read request.json of a take's folder.

    Raises:
        DescriptionError: It is missing, damaged, or of no use.
    """
    path = folder / NAME
    try:
        values = parse_json(read_outside_file(path))
        description = Description(
            request=GenerationRequest.from_dict(values["request"]),
            created_at=as_time(values["created_at"]),
            sample_rate=as_count(values["sample_rate"]),
            num_samples=as_count(values["num_samples"]),
            gain=as_gain(values.get("gain", 1.0)),
            config=_as_config(dict(values.get("engine", {}))),
            plan=storable(str(values.get("plan", ""))),
            mode=_as_mode(values.get("mode")),
        )
    except OSError as error:
        detail = error.strerror or str(error)
        raise DescriptionError(path, LeftOutReason.NO_DESCRIPTION, detail) from error
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError) as error:
        raise DescriptionError(path, LeftOutReason.BAD_DESCRIPTION, _detail(error)) from error
    except InvalidRequestError as error:
        raise DescriptionError(path, LeftOutReason.BAD_DESCRIPTION, str(error)) from error
    return description


def write_annotations(folder: Path, record: TakeRecord) -> None:
    """Keep star, notes, labels and markers beside the take too: they outlive a damaged database.

    Raises:
        OSError: There is no permission, or no room.
    """
    values = {
        "starred": record.is_starred,
        "notes": storable(record.notes),
        "tags": [storable(tag) for tag in record.labels.tags],
        "project": storable(record.labels.project),
        "markers": plain_markers(record.markers),
    }
    write_whole(folder / _ANNOTATIONS, json_text(values))


def annotated(record: TakeRecord, folder: Path) -> TakeRecord:
    """A record with what `write_annotations` kept of it; as it is where nothing can be read."""
    try:
        values = parse_json(read_outside_file(folder / _ANNOTATIONS))
        is_starred, notes = values["starred"] is True, storable(str(values["notes"]))
    except (OSError, ValueError, TypeError, LookupError):
        return record
    return replace(
        record,
        is_starred=is_starred,
        notes=notes,
        labels=_as_labels(values),
        markers=_as_markers(values),
    )


def stored_markers(folder: Path) -> tuple[Marker, ...]:
    """The markers that `write_annotations` kept; none where nothing can be read."""
    try:
        return _as_markers(parse_json(read_outside_file(folder / _ANNOTATIONS)))
    except (OSError, ValueError):
        return ()


def _as_markers(values: object) -> tuple[Marker, ...]:
    """Markers; none where an earlier version wrote the file, or they are damaged."""
    try:
        return as_markers(values.get("markers", [])) if isinstance(values, Mapping) else ()
    except (ValueError, TypeError):
        return ()


def _as_labels(values: Mapping[str, Any]) -> TakeLabels:
    """Tags and project; neither where an earlier version wrote the file, or they are damaged."""
    try:
        return as_labels(values.get("tags", []), values.get("project", ""))
    except (ValueError, TypeError):
        return NO_LABELS


def _detail(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)[:_MAX_DETAIL]


def _as_config(values: Mapping[str, Any]) -> EngineConfig | None:
    """How the engine worked; None where nobody knows, or only a newer version can read it."""
    try:
        return EngineConfig.from_dict(values) if values else None
    except InvalidRequestError:
        return None


def _as_mode(value: object) -> TilingMode | None:
    """An executor; None where there is none, or only a newer version knows it."""
    executors = (mode for mode in TilingMode if mode is not TilingMode.AUTO)
    return next((mode for mode in executors if mode == value), None)
