"""A layer: one sound, or a part of it, at a place on the time axis of an arrangement.

All places and lengths are whole samples at the arrangement's rate, so that edits are exact.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from core.api.errors import InvalidRequestError
from core.api.field_checks import as_choice, check_number, check_prompt, check_whole
from core.api.region import Span

QUIETEST_DB, LOUDEST_DB = -120.0, 24.0
"""The range of the gain of a layer or a track; the lower end stands for silence."""

MOST_SAMPLES = 2**35
"""Where the time axis ends: after 49 hours at 192 kHz."""

MOST_IDS = 2**31
_MAX_SOUND_ID = 200


class FadeShape(StrEnum):
    """How the gain of a fade rises from 0 to 1."""

    COSINE = "cosine"  # half a cosine: its slope is 0 at both ends
    LINEAR = "linear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One sound at a place on the time axis. Valid by construction; methods return another one.

    Attributes:
        layer_id: Its number in the arrangement, which `Arrangement.add_layer` gives it; 0 before.
        track_id: The track that it is on.
        sound_id: The sound that it plays.
        sound_length: Samples of the whole sound at the arrangement's rate: see `length_at`.
        span: The samples of the sound that are played.
        start: Where it begins on the time axis.
        gain_db: Its gain, `QUIETEST_DB` (silence) to `LOUDEST_DB`.
        fade_in, fade_out: Lengths of its fades, which lie within it and do not overlap; 0 = none.
        fade_shape: The shape of both.
        is_muted: Whether it is silent.
        loop_length: How long it repeats its span; None = it plays the span once.
        loop_phase: The sample of the span that a loop begins with.
        label: What a person calls it.
    """

    track_id: int
    sound_id: str
    sound_length: int
    span: Span
    start: int = 0
    layer_id: int = 0
    gain_db: float = 0.0
    fade_in: int = 0
    fade_out: int = 0
    fade_shape: FadeShape = FadeShape.COSINE
    is_muted: bool = False
    loop_length: int | None = None
    loop_phase: int = 0
    label: str = ""

    def __post_init__(self) -> None:
        for name in ("layer_id", "track_id"):
            check_whole(name, "A number of a layer or a track", getattr(self, name), 0, MOST_IDS)
        check_prompt("sound_id", self.sound_id, name="name of a sound")
        if not 1 <= len(self.sound_id) <= _MAX_SOUND_ID:
            raise InvalidRequestError("sound_id", "The name of a sound is missing or too long.")
        check_prompt("label", self.label)
        check_number("gain_db", "The gain", self.gain_db, QUIETEST_DB, LOUDEST_DB, unit="dB")
        shape = as_choice("fade_shape", self.fade_shape, FadeShape)
        object.__setattr__(self, "fade_shape", shape)
        if not isinstance(self.is_muted, bool):
            raise InvalidRequestError("is_muted", "A layer is muted or not: true or false.")
        self._check_places()

    def _check_places(self) -> None:
        check_whole("sound_length", "The length of a sound", self.sound_length, 1, MOST_SAMPLES)
        most = self.sound_length
        check_whole("span", "The first sample that is played", self.span.start, 0, most - 1)
        check_whole("span", "The end of what is played", self.span.stop, self.span.start + 1, most)
        check_whole("start", "The start of a layer", self.start, 0, MOST_SAMPLES - 1)
        if self.loop_length is not None:
            check_whole("loop_length", "The length of a loop", self.loop_length, 1, MOST_SAMPLES)
        last_phase = 0 if self.loop_length is None else self.span.length - 1
        check_whole("loop_phase", "The beginning of a loop", self.loop_phase, 0, last_phase)
        if self.stop > MOST_SAMPLES:
            raise InvalidRequestError("start", "A layer ends behind the end of the time axis.")
        check_whole("fade_in", "The fade in", self.fade_in, 0, self.length)
        check_whole("fade_out", "The fade out", self.fade_out, 0, self.length - self.fade_in)

    @property
    def length(self) -> int:
        """How many samples it plays."""
        return self.span.length if self.loop_length is None else self.loop_length

    @property
    def stop(self) -> int:
        """The sample of the time axis after its last one."""
        return self.start + self.length

    @property
    def place(self) -> Span:
        """The samples of the time axis that it plays on."""
        return Span(self.start, self.stop)

    @property
    def is_looped(self) -> bool:
        """Whether it repeats its span."""
        return self.loop_length is not None

    def moved(self, start: int) -> "Layer":
        """The layer at another place, as near to it as the time axis allows."""
        return replace(self, start=_within(start, 0, MOST_SAMPLES - self.length))

    def with_start_trimmed(self, place: int) -> "Layer":
        """The layer that begins at a place of the time axis; what stays does not move.

        It gets longer too, as far as the sound goes, or anywhere where it is looped. At least one
        sample stays.
        """
        first = 0 if self.is_looped else self.start - self.span.start
        cut = _within(place, max(first, 0), self.stop - 1) - self.start
        if self.loop_length is not None:
            phase = (self.loop_phase + cut) % self.span.length
            trimmed = {"loop_length": self.loop_length - cut, "loop_phase": phase}
            return self._fitted(start=self.start + cut, **trimmed)
        span = Span(self.span.start + cut, self.span.stop)
        return self._fitted(start=self.start + cut, span=span)

    def with_stop_trimmed(self, place: int) -> "Layer":
        """The layer that ends at a place of the time axis; what stays does not move.

        It gets longer too, as far as the sound goes, or anywhere where it is looped. At least one
        sample stays.
        """
        if self.is_looped:
            return self._fitted(
                loop_length=_within(place, self.start + 1, MOST_SAMPLES) - self.start
            )
        last = self.start + self.sound_length - self.span.start
        stop = _within(place, self.start + 1, min(last, MOST_SAMPLES))
        return self._fitted(span=Span(self.span.start, self.span.start + stop - self.start))

    def split(self, place: int) -> tuple["Layer", "Layer"]:
        """Two layers that play what this one does, before and behind a place inside of it.

        Only a fade that the place is in gets steeper: the first layer ends its fade in there, or
        the second one begins its fade out.

        Raises:
            ValueError: The place is not inside.
        """
        if not self.start < place < self.stop:
            raise ValueError(f"{place} is not inside of the layer at {self.place}")
        first = replace(self, fade_out=0).with_stop_trimmed(place)
        second = replace(self, fade_in=0).with_start_trimmed(place)
        return first, second

    def looped_to(self, length: int | None) -> "Layer":
        """The layer that repeats its span to a length; None = it plays the span once."""
        if length is None:
            start = min(self.start, MOST_SAMPLES - self.span.length)
            return self._fitted(start=start, loop_length=None, loop_phase=0)
        return self._fitted(loop_length=_within(length, 1, MOST_SAMPLES - self.start))

    def with_gain(self, gain_db: float) -> "Layer":
        """The layer at another gain, within the range."""
        return replace(self, gain_db=clamped_gain(gain_db))

    def with_fade_in(self, length: int) -> "Layer":
        """The layer with a fade in as long as there is room beside its fade out."""
        return replace(self, fade_in=_within(length, 0, self.length - self.fade_out))

    def with_fade_out(self, length: int) -> "Layer":
        """The layer with a fade out as long as there is room beside its fade in."""
        return replace(self, fade_out=_within(length, 0, self.length - self.fade_in))

    def with_sound(self, sound_id: str, sound_length: int) -> "Layer":
        """The layer that plays another sound at the same place: its own one, generated again.

        Of a shorter sound it plays what there is.
        """
        start = min(self.span.start, sound_length - 1)
        span = Span(start, max(start + 1, min(self.span.stop, sound_length)))
        phase = self.loop_phase % span.length
        return self._fitted(
            sound_id=sound_id, sound_length=sound_length, span=span, loop_phase=phase
        )

    def _fitted(self, **changes: Any) -> "Layer":
        """The layer with changes of its length, and fades that fit: the fade in goes first."""
        plain = replace(self, fade_in=0, fade_out=0, **changes)
        fade_in = min(self.fade_in, plain.length)
        return replace(plain, fade_in=fade_in, fade_out=min(self.fade_out, plain.length - fade_in))


def length_at(num_samples: int, sample_rate: int, other_rate: int) -> int:
    """Samples of a sound brought to another rate: rounded to the nearest, at least 1."""
    return max(1, (2 * num_samples * other_rate + sample_rate) // (2 * sample_rate))


def clamped_gain(gain_db: float) -> float:
    """A gain within the range."""
    return max(QUIETEST_DB, min(float(gain_db), LOUDEST_DB))


def _within(value: int, low: int, high: int) -> int:
    return max(low, min(value, high))
