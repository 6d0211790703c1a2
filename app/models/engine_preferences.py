"""Where the networks are to run, and in which precision; read when the engine is built."""

from app.models.window_memory import WindowMemory
from core.config import EngineConfig, Precision
from core.errors import InvalidRequestError

AUTO = "auto"
_DEVICE, _PRECISION = "engine/device", "engine/precision"


def remembered_device(memory: WindowMemory) -> str:
    """A torch device, or "auto"."""
    return memory.text(_DEVICE, AUTO) or AUTO


def remembered_precision(memory: WindowMemory) -> Precision | None:
    """The precision of the networks; None is chosen for the device."""
    try:
        return Precision(memory.text(_PRECISION))
    except ValueError:
        return None


def remember_device(memory: WindowMemory, device: str) -> None:
    """Run there from now on."""
    memory.keep(_DEVICE, device)


def remember_precision(memory: WindowMemory, precision: Precision | None) -> None:
    """Compute in it from now on."""
    memory.keep(_PRECISION, str(precision or ""))


def remembered_engine(memory: WindowMemory) -> EngineConfig:
    """The engine as it was wished for; without a usable wish, as it is usual."""
    try:
        return EngineConfig(
            device=remembered_device(memory), precision=remembered_precision(memory)
        )
    except InvalidRequestError:
        return EngineConfig()
