"""The export dialog's settings, and the length and size of the file that they give."""

import json
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from core.api.errors import InvalidRequestError
from core.sound_files.export.settings import ExportSettings
from core.sound_files.export.size import estimated_bytes

TimeRange = tuple[float, float]


class ExportDraft(QObject):
    """Export settings of one take, kept for the next.

    Attributes:
        settings: All but the range of time.
        with_sidecar: Whether a file with the sound's settings is written beside it.
        duration_s: Length of the take.
        selection: The selected range in seconds; None = no selection.
        only_selection: Whether only the selection is exported.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = ExportSettings()
        self.with_sidecar = False
        self.duration_s = 0.0
        self.selection: TimeRange | None = None
        self.only_selection = False
        self._take_rate = 16000

    def begin(self, duration_s: float, sample_rate: int, selection: TimeRange | None) -> None:
        """Begin with another take; if there is a selection, export only that by default."""
        self.duration_s, self._take_rate = duration_s, sample_rate
        self.selection, self.only_selection = selection, selection is not None
        self.changed.emit()

    def set_value(self, field: str, value: Any) -> None:
        """Fill in a field of the settings."""
        if getattr(self.settings, field) != value:
            self.settings = replace(self.settings, **{field: value})
            self.changed.emit()

    def set_with_sidecar(self, wanted: bool) -> None:
        """Set whether a file with the settings is written beside the sound."""
        if self.with_sidecar != wanted:
            self.with_sidecar = wanted
            self.changed.emit()

    def set_only_selection(self, wanted: bool) -> None:
        """Set whether only the selection is exported."""
        if self.only_selection != wanted:
            self.only_selection = wanted and self.selection is not None
            self.changed.emit()

    @property
    def complete_settings(self) -> ExportSettings:
        """The settings with the range of time."""
        if not self.only_selection or self.selection is None:
            return self.settings
        start_s, stop_s = self.selection
        return replace(self.settings, start_s=start_s, stop_s=stop_s)

    @property
    def length_s(self) -> float:
        """Seconds that will be written, at most: trimming may leave less."""
        settings = self.complete_settings
        stop_s = self.duration_s if settings.stop_s is None else settings.stop_s
        return max(0.0, min(stop_s, self.duration_s) - settings.start_s)

    @property
    def sample_rate(self) -> int:
        """Samples a second of the file."""
        return self.settings.sample_rate or self._take_rate

    @property
    def size_bytes(self) -> int:
        """About how large the file will be."""
        return estimated_bytes(
            round(self.length_s * self.sample_rate), self.sample_rate, self.settings
        )

    def to_json(self) -> str:
        """Return the settings as JSON, to be kept until the next start."""
        return json.dumps({**self.settings.to_dict(), "with_sidecar": self.with_sidecar})

    def restore(self, text: str) -> None:
        """Fill in settings of `to_json`; change nothing if they cannot be used."""
        try:
            stored = json.loads(text)
            settings = ExportSettings.from_dict(stored)
        except (ValueError, TypeError, AttributeError, InvalidRequestError):
            return
        self.settings = replace(settings, start_s=0.0, stop_s=None)
        self.with_sidecar = stored.get("with_sidecar") is True
        self.changed.emit()
