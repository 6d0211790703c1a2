"""The engine's settings for the next run, as a person fills them in."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.view_models.drafts.draft import Draft
from core.api.config import EngineConfig, Offload, Precision, TilingConfig, TilingMode
from core.api.errors import InvalidRequestError

FRAMES_PER_SECOND = 100  # mel frames, of every family
_FRAME_UNIT = 32  # the scale of any VAE divides it
BYTES_PER_GB = 1_000_000_000
ENGINE_DEFAULT = ""  # the engine's own choice
_PROCESSOR = "cpu"


class TilingChoice(StrEnum):
    """The ways to tile, with the classic fast variant as one of them."""

    AUTO = "auto"
    EXACT = "exact"
    STREAMING = "streaming"
    PADDED = "padded"
    FAST = "fast"
    OFF = "off"


class Context(StrEnum):
    """The range over which the decoder normalises."""

    TAKE = "take"  # as the take was denoised
    CLIP = "clip"
    WINDOW_5_S = "512"  # mel frames
    WINDOW_10_S = "1024"


_DEFAULTS = {
    "mode": TilingChoice.AUTO,
    "tile_s": 0.0,  # the planner's choice
    "precision": ENGINE_DEFAULT,
    "compute_dtype": ENGINE_DEFAULT,
    "offload": Offload.NONE,
    "memory_budget_gb": 0.0,  # what is free
    "context": Context.TAKE,
    "device": "auto",
    "devices": (),  # fewer than two: `device` works alone
}
_KINDS = {
    "mode": TilingChoice,
    "offload": Offload,
    "context": Context,
    "precision": Precision,
    "compute_dtype": Precision,
}


class EngineDraft(Draft):
    """Values of mode, precision, compute_dtype, offload, context and device.

    Besides these tile_s, where 0 leaves the length to the planner, memory_budget_gb, where 0
    stands for what is free, and devices: the names of those that share a sound, in place of device.

    Attributes:
        offered_devices: The devices that can share a sound on this machine, the first of them
            first; a name is there as often as it can be chosen. Empty before they are known.

    Signals:
        devices_offered: They are known.
    """

    devices_offered = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(_DEFAULTS, parent)
        self.offered_devices: tuple[str, ...] = ()

    def offer_devices(self, found: Sequence[str]) -> None:
        """Offer what can share a sound, of all devices of this machine.

        Devices of one kind can: they are about as fast as each other, and each waits for the
        slowest. A processor beside a graphics card would only hold it up. Alone it can be shared
        by two processes, each with half of its cores.
        """
        kinds = Counter(name.partition(":")[0] for name in found)
        several = tuple(name for name in found if kinds[name.partition(":")[0]] > 1)
        self.offered_devices = (_PROCESSOR,) * 2 if tuple(found) == (_PROCESSOR,) else several
        self.devices_offered.emit()

    @property
    def shares_devices(self) -> bool:
        """Whether several devices make a sound together."""
        return len(self.value("devices")) > 1

    @property
    def tile_frames(self) -> int | None:
        """The tile's length in mel frames, as a whole number that every VAE can halve."""
        tile_s: float = self.value("tile_s")
        if not tile_s or not self.uses_tiles:
            return None
        return max(1, round(tile_s * FRAMES_PER_SECOND / _FRAME_UNIT)) * _FRAME_UNIT

    @property
    def uses_tiles(self) -> bool:
        """Whether the mode cuts anything into tiles."""
        return self.value("mode") is not TilingChoice.OFF

    @property
    def can_offload(self) -> bool:
        """Whether tiles wait for one another in this mode."""
        return self.value("mode") not in (TilingChoice.OFF, TilingChoice.STREAMING)

    def to_config(self) -> EngineConfig:
        """Return the configuration for the engine."""
        mode, context = self.value("mode"), self.value("context")
        budget_gb = self.value("memory_budget_gb")
        windowed = context in (Context.WINDOW_5_S, Context.WINDOW_10_S)
        first, *others = self.value("devices") if self.shares_devices else [self.value("device")]
        return EngineConfig(
            device=first,
            other_devices=tuple(others),
            precision=self.value("precision") or None,
            tiling=TilingConfig(
                mode=TilingMode.PADDED if mode is TilingChoice.FAST else TilingMode(mode),
                fast=mode is TilingChoice.FAST,
                tile_frames=self.tile_frames,
                offload=self.value("offload") if self.can_offload else Offload.NONE,
                memory_budget=round(budget_gb * BYTES_PER_GB) or None,
                context=int(context) if windowed else "clip",
                compute_dtype=self.value("compute_dtype") or None,
            ),
            context_of_take=context is Context.TAKE,
        )

    def to_json(self) -> str:
        """Return all values as JSON, to be kept until the next start."""
        return json.dumps(self._values)

    def restore(self, text: str) -> None:
        """Fill in values of `to_json`; fall back to the defaults if they cannot be used."""
        try:
            stored = json.loads(text)
            for field in self._values.keys() & stored.keys():
                self.set_value(field, _checked(field, stored[field]))
            self.to_config()
        except (ValueError, TypeError, AttributeError, InvalidRequestError):
            self.fill(_DEFAULTS)


def _checked(field: str, value: Any) -> Any:
    """Return a stored value in its field's type."""
    if field == "devices":
        if not isinstance(value, list):
            raise TypeError(value)
        return tuple(str(name) for name in value)
    if field in _KINDS:
        return _KINDS[field](value) if value else ENGINE_DEFAULT
    usual_type: Callable[[Any], Any] = type(_DEFAULTS[field])
    return usual_type(value)
