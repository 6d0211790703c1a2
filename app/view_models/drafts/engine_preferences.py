"""Where the networks are to run, and in which precision; read when the engine is built."""

from PySide6.QtCore import QObject, Slot

from app.view_models.drafts.engine_draft import AS_IT_IS, EngineDraft
from app.view_models.settings_store import SettingsStore
from core.api.config import EngineConfig, Precision
from core.api.errors import InvalidRequestError

AUTO = "auto"
_DEVICE, _PRECISION = "engine/device", "engine/precision"


def remembered_device(memory: SettingsStore) -> str:
    """A torch device, or "auto"."""
    return memory.text(_DEVICE, AUTO) or AUTO


def remembered_precision(memory: SettingsStore) -> Precision | None:
    """The precision of the networks; None is chosen for the device."""
    try:
        return Precision(memory.text(_PRECISION))
    except ValueError:
        return None


def remember_device(memory: SettingsStore, device: str) -> None:
    """Run there from now on."""
    memory.keep(_DEVICE, device)


def remember_precision(memory: SettingsStore, precision: Precision | None) -> None:
    """Compute in it from now on."""
    memory.keep(_PRECISION, str(precision or ""))


def remembered_engine(memory: SettingsStore) -> EngineConfig:
    """The engine as it was wished for; without a usable wish, as it is usual."""
    try:
        return EngineConfig(
            device=remembered_device(memory), precision=remembered_precision(memory)
        )
    except InvalidRequestError:
        return EngineConfig()


_ENTRY = "tiling"


class EnginePreferences(QObject):
    """Fills in a draft as it was left, and remembers every change at once.

    Device and precision are kept where the preferences keep them, which may change them too.
    """

    def __init__(
        self, draft: EngineDraft, memory: SettingsStore, parent: QObject | None = None
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
