"""Keeps the engine's choices between starts, and one truth with the preferences."""

from PySide6.QtCore import QObject, Slot

from app.models.engine_draft import AS_IT_IS, EngineDraft
from app.models.engine_preferences import (
    remember_device,
    remember_precision,
    remembered_device,
    remembered_precision,
)
from app.models.window_memory import WindowMemory
from core.config import Precision

_ENTRY = "tiling"


class EngineMemory(QObject):
    """Fills in a draft as it was left, and remembers every change at once.

    Device and precision are kept where the preferences keep them, which may change them too.
    """

    def __init__(
        self, draft: EngineDraft, memory: WindowMemory, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._draft = draft
        self._memory = memory
        draft.restore(memory.text(_ENTRY))
        draft.set_value("device", remembered_device(memory))
        draft.set_value("precision", remembered_precision(memory) or AS_IT_IS)
        draft.changed.connect(self._on_changed)

    @Slot(str)
    def _on_changed(self, field: str) -> None:
        value = self._draft.value(field)
        if field == "device":
            remember_device(self._memory, value)
        elif field == "precision":
            remember_precision(self._memory, Precision(value) if value else None)
        self._memory.keep(_ENTRY, self._draft.to_json())
