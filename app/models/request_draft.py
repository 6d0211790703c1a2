"""What is filled into the panel and not yet asked for."""

import json
import random
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from PySide6.QtCore import QObject, Signal

from core.errors import InvalidRequestError
from core.request import MAX_SEED, GenerationRequest

_FRESH_SEED_BITS = 32  # short enough to read out, more than anyone will try
_FIELDS = {field.name for field in fields(GenerationRequest)} - {"edits"}  # done to takes, later


class RequestDraft(QObject):
    """Values of the fields by their names in GenerationRequest, checked only when asked for.

    Attributes:
        seed_locked: Whether the next request keeps the seed; else it draws a fresh one.
    """

    changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        values = GenerationRequest().to_dict()
        self._values: dict[str, Any] = {field: values[field] for field in _FIELDS}
        self.seed_locked = False

    def value(self, field: str) -> Any:
        """The value of a field."""
        return self._values[field]

    def set_value(self, field: str, value: Any) -> None:
        """Fill in a field."""
        if self._values[field] != value:
            self._values[field] = value
            self.changed.emit(field)

    def set_seed_locked(self, locked: bool) -> None:
        """Keep the seed for the next request, or not."""
        if self.seed_locked != locked:
            self.seed_locked = locked
            self.changed.emit("seed")

    def draw_seed(self) -> None:
        """Fill in a fresh seed."""
        self.set_value("seed", random.getrandbits(_FRESH_SEED_BITS))

    def to_request(self) -> GenerationRequest:
        """The request as it stands, with a fresh seed unless it is locked.

        Raises:
            InvalidRequestError: A field cannot be used; its name is in the error.
        """
        values = {**self._values, "seed": self._checked_seed()}
        request = GenerationRequest.from_dict(values)
        if not self.seed_locked:
            self.draw_seed()
            request = GenerationRequest.from_dict(self._values)
        return request

    def _checked_seed(self) -> int:
        """The seed as a number: it is typed as text, since spin boxes end at 31 bits."""
        if not self.seed_locked:
            return 0
        text = str(self._values["seed"]).strip()
        if not text.isdecimal() or len(text) > len(str(MAX_SEED)):
            raise InvalidRequestError(
                "seed", f"The seed has to be a whole number between 0 and {MAX_SEED}."
            )
        return int(text)

    def to_json(self) -> str:
        """All values, to be remembered until the next start."""
        return json.dumps({**self._values, "seed_locked": self.seed_locked})

    def restore(self, text: str) -> None:
        """Fill in remembered values; what cannot be used is left at its default."""
        try:
            stored = json.loads(text)
            values = GenerationRequest.from_dict(stored).to_dict()
        except (ValueError, TypeError, AttributeError, InvalidRequestError):
            return
        self.fill(values)
        self.set_seed_locked(bool(stored.get("seed_locked", False)))

    def fill(self, values: Mapping[str, Any]) -> None:
        """Fill in several fields; unknown names are ignored."""
        for field in _FIELDS & values.keys():
            self.set_value(field, values[field])
