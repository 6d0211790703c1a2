"""The engine's settings as they are stored: device, precision and tiling."""

from PySide6.QtCore import QObject, Slot

from app.view_models.drafts.engine_draft import ENGINE_DEFAULT, EngineDraft
from app.view_models.settings_store import SettingsStore
from core.api.config import EngineConfig, Precision
from core.api.errors import InvalidRequestError

AUTO = "auto"
_DEVICE, _PRECISION, _TILING = "engine/device", "engine/precision", "tiling"


def remembered_device(memory: SettingsStore) -> str:
    """Return the stored torch device, or "auto"."""
    return memory.text(_DEVICE, AUTO) or AUTO


def remembered_precision(memory: SettingsStore) -> Precision | None:
    """Return the stored precision of the networks; None is chosen for the device."""
    try:
        return Precision(memory.text(_PRECISION))
    except ValueError:
        return None


def remember_device(memory: SettingsStore, device: str) -> None:
    """Store the device."""
    memory.keep(_DEVICE, device)


def remember_precision(memory: SettingsStore, precision: Precision | None) -> None:
    """Store the precision."""
    memory.keep(_PRECISION, str(precision or ""))


def remembered_engine(memory: SettingsStore) -> EngineConfig:
    """Return the stored configuration, or the default one if it cannot be used."""
    try:
        return EngineConfig(
            device=remembered_device(memory), precision=remembered_precision(memory)
        )
    except InvalidRequestError:
        return EngineConfig()


class EnginePreferences(QObject):
    """Restores an EngineDraft, and stores every change of it.

    Device and precision have entries of their own, since the preferences change them too.
    """

    def __init__(
        self, draft: EngineDraft, memory: SettingsStore, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._draft = draft
        self._memory = memory
        draft.restore(memory.text(_TILING))
        draft.set_value("device", remembered_device(memory))
        draft.set_value("precision", remembered_precision(memory) or ENGINE_DEFAULT)
        draft.changed.connect(self._on_changed)

    @Slot(str)
    def _on_changed(self, field: str) -> None:
        value = self._draft.value(field)
        if field == "device":
            remember_device(self._memory, value)
        elif field == "precision":
            remember_precision(self._memory, Precision(value) if value else None)
        self._memory.keep(_TILING, self._draft.to_json())
