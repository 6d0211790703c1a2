"""The request that is being filled in."""

import json
import math
import random
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, fields, replace
from typing import Any

from PySide6.QtCore import QObject

from app.view_models.drafts.draft import Draft
from core.api.errors import InvalidRequestError
from core.api.lora import as_loras
from core.api.model_card import Capabilities
from core.api.request import MAX_SEED, GenerationRequest, PromptSegment, as_segments

BY_MODEL = ("guidance_scale", "num_inference_steps", "scheduler")
"""Fields whose default depends on the model."""

MAX_TAKES = 64
_UNKNOWN = Capabilities(max_prompt_tokens=1, reads_word_order=True, audio_to_audio=True)
_FRESH_SEED_BITS = 32  # short enough to read out
_FIELDS = {field.name for field in fields(GenerationRequest)} - {
    "edits",  # they are made to finished takes
    "recording",  # it is opened, not made
}


def _unread(capabilities: Capabilities | None, guidance_scale: Any) -> dict[str, Any]:
    """Fields that a model cannot read, as they are without a value."""
    can = capabilities or _UNKNOWN
    return {
        **({} if can.speaks else {"transcription": ""}),
        **({} if can.sings else {"lyrics": "", "bpm": None, "key": "", "beats": None}),
        **({} if can.reads_negative_prompt else {"negative_prompt": ""}),
        **({} if can.guided else {"guidance_scale": min(guidance_scale, 1.0)}),
    }


class RequestDraft(Draft):
    """The fields of GenerationRequest, and "takes", the number of sounds to make.

    With several prompts along time, the first of them and "prompt" are always the same text.
    Prompts that begin after the end stay only as long as a length is being typed: `cut_prompts`
    takes them out, and so does a request. What the chosen model cannot read stays here, but goes
    into no request: a text to be spoken, a song, a negative prompt, guidance.

    Attributes:
        seed_locked: Whether the next request uses the same seed; else it draws a new one.
        capabilities: Those of the chosen model; None while they are not known.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        values = GenerationRequest().to_dict()
        super().__init__({**{field: values[field] for field in _FIELDS}, "takes": 1}, parent)
        self.seed_locked = False
        self.capabilities: Capabilities | None = None

    def set_value(self, field: str, value: Any) -> None:
        """Set a field, and keep the prompt and the first of several equal.

        Raises:
            InvalidRequestError: Prompts along time do not follow each other, or a LoRA cannot be
                used.
        """
        if field != "segments":
            super().set_value(field, as_loras(value) if field == "loras" else value)
            if field == "prompt":
                self._follow_prompt()
            return
        segments = as_segments(value, math.inf)
        super().set_value(field, segments if len(segments) > 1 else ())
        if segments:
            super().set_value("prompt", segments[0].prompt)

    def _follow_prompt(self) -> None:
        segments: tuple[PromptSegment, ...] = self._values["segments"]
        if segments:
            with suppress(InvalidRequestError):  # too long a prompt is reported by `to_request`
                first = replace(segments[0], prompt=self._values["prompt"])
                super().set_value("segments", (first, *segments[1:]))

    def fill(self, values: Mapping[str, Any]) -> None:
        """Set several fields; prompts along time determine the prompt."""
        segments = as_segments(values.get("segments", ()), math.inf)
        super().fill({**values, "prompt": segments[0].prompt} if segments else values)

    @property
    def _heard(self) -> dict[str, Any]:
        """All values, without prompts that begin after the end and what the model cannot read."""
        values, duration_s = self._values, self._values["duration_s"]
        heard = tuple(one for one in values["segments"] if one.start_s < duration_s)
        unread = _unread(self.capabilities, values["guidance_scale"])
        return {**values, "segments": heard if len(heard) > 1 else (), **unread}

    def cut_prompts(self) -> None:
        """Take out the prompts that begin after the end: the length is settled."""
        self.set_value("segments", self._heard["segments"])

    @property
    def prompts(self) -> tuple[str, ...]:
        """The prompts that will be heard, in order; at least one."""
        heard = self._heard["segments"]
        return tuple(one.prompt for one in heard) or (str(self._values["prompt"]),)

    def set_seed_locked(self, locked: bool) -> None:
        """Set whether the next request uses the same seed."""
        if self.seed_locked != locked:
            self.seed_locked = locked
            self.changed.emit("seed")

    def draw_seed(self) -> None:
        """Set a new random seed."""
        self.set_value("seed", random.getrandbits(_FRESH_SEED_BITS))

    def to_request(self) -> GenerationRequest:
        """Return the request, with a new seed unless it is locked.

        Raises:
            InvalidRequestError: A field cannot be used; its name is in the error.
        """
        self.cut_prompts()
        request = GenerationRequest.from_dict({**self._heard, "seed": self._checked_seed()})
        if not self.seed_locked:
            self.draw_seed()
            request = GenerationRequest.from_dict(self._heard)
        return request

    def preview(self) -> GenerationRequest:
        """Return the request with seed 0, for estimates.

        Raises:
            InvalidRequestError: A field cannot be used.
        """
        return GenerationRequest.from_dict({**self._heard, "seed": 0})

    def _checked_seed(self) -> int:
        """Return the seed as a number; it is typed as text, since spin boxes hold 31 bits."""
        if not self.seed_locked:
            return 0
        text = str(self._values["seed"]).strip()
        if not text.isdecimal() or len(text) > len(str(MAX_SEED)):
            raise InvalidRequestError(
                "seed", f"The seed has to be a whole number between 0 and {MAX_SEED}."
            )
        return int(text)

    def to_requests(self) -> list[GenerationRequest]:
        """Return a request for each take; they differ only in their seeds.

        With a locked seed, the takes use consecutive seeds, so that they can be made again.

        Raises:
            InvalidRequestError: A field cannot be used.
        """
        first = self.to_request()
        more = range(1, self._values["takes"])
        return [first, *(replace(first, seed=self._further_seed(first.seed, n)) for n in more)]

    def _further_seed(self, first: int, number: int) -> int:
        if self.seed_locked:
            return (first + number) % (MAX_SEED + 1)
        return random.getrandbits(_FRESH_SEED_BITS)

    def to_json(self) -> str:
        """Return all values and the model's defaults as JSON, to be kept until the next start."""
        lists = {
            field: [asdict(one) for one in self._values[field]] for field in ("segments", "loras")
        }
        values = {**self._values, **lists}
        return json.dumps({**values, "seed_locked": self.seed_locked, "usual": self._by_model()})

    def restore(self, text: str) -> None:
        """Fill in values of `to_json`; change nothing if they cannot be used."""
        try:
            stored = json.loads(text)
            segments = as_segments(stored.get("segments", ()), math.inf)
            values = GenerationRequest.from_dict({**stored, "segments": ()}).to_dict()
            usual = GenerationRequest.from_dict(stored.get("usual", {})).to_dict()
        except (ValueError, TypeError, AttributeError, InvalidRequestError):
            return
        self.set_defaults({field: usual[field] for field in BY_MODEL})
        self.fill({**values, "segments": segments})
        self.cut_prompts()
        self.set_seed_locked(bool(stored.get("seed_locked", False)))
        takes = stored.get("takes")
        if isinstance(takes, int) and 1 <= takes <= MAX_TAKES:
            self.set_value("takes", takes)

    def _by_model(self) -> dict[str, Any]:
        return {field: self.default(field) for field in BY_MODEL}
