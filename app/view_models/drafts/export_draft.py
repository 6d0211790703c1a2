"""What is filled into the export dialog: settings, and what will come of them."""

import json
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from core.api.errors import InvalidRequestError
from core.sound_files.export.settings import ExportSettings
from core.sound_files.export.size import estimated_bytes

Stretch = tuple[float, float]


class ExportDraft(QObject):
    """Settings for one take, remembered for the next.

    Attributes:
        settings: All but the stretch.
        with_sidecar: Whether the settings of the sound go into a file of their own as well.
        duration_s: Length of the take.
        selection: The stretch that is chosen on the stage, in seconds; None = nothing.
        only_selection: Whether only that is saved.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = ExportSettings()
        self.with_sidecar = False
        self.duration_s = 0.0
        self.selection: Stretch | None = None
        self.only_selection = False
        self._take_rate = 16000

    def begin(self, duration_s: float, sample_rate: int, selection: Stretch | None) -> None:
        """Another take, with what is chosen of it; a choice is meant until it is taken back."""
        self.duration_s, self._take_rate = duration_s, sample_rate
        self.selection, self.only_selection = selection, selection is not None
        self.changed.emit()

    def set_value(self, field: str, value: Any) -> None:
        """Fill in a field of the settings."""
        if getattr(self.settings, field) != value:
            self.settings = replace(self.settings, **{field: value})
            self.changed.emit()

    def set_with_sidecar(self, wanted: bool) -> None:
        """Write the settings into a file of their own as well, or not."""
        if self.with_sidecar != wanted:
            self.with_sidecar = wanted
            self.changed.emit()

    def set_only_selection(self, wanted: bool) -> None:
        """Save what is chosen, or all."""
        if self.only_selection != wanted:
            self.only_selection = wanted and self.selection is not None
            self.changed.emit()

    @property
    def complete_settings(self) -> ExportSettings:
        """The settings with the stretch."""
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
        """All that is worth remembering."""
        return json.dumps({**self.settings.to_dict(), "with_sidecar": self.with_sidecar})

    def restore(self, text: str) -> None:
        """Fill in what was remembered; what cannot be used is left as it is."""
        try:
            stored = json.loads(text)
            settings = ExportSettings.from_dict(stored)
        except (ValueError, TypeError, AttributeError, InvalidRequestError):
            return
        self.settings = replace(settings, start_s=0.0, stop_s=None)
        self.with_sidecar = stored.get("with_sidecar") is True
        self.changed.emit()
