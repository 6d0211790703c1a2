"""A track: a row of layers with one gain."""

from dataclasses import dataclass, replace

from core.api.errors import InvalidRequestError
from core.api.field_checks import check_number, check_prompt, check_whole
from core.arrangement.layer import LOUDEST_DB, MOST_IDS, QUIETEST_DB, clamped_gain


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """A row of layers. Valid by construction; methods return another one.

    Attributes:
        track_id: Its number in the arrangement, which `Arrangement.add_track` gives it.
        name: What a person calls it.
        gain_db: The gain of all its layers, `QUIETEST_DB` (silence) to `LOUDEST_DB`.
        is_muted: Whether it is silent, soloed or not.
        is_soloed: Whether it is heard alone, with the other soloed ones.
    """

    track_id: int = 0
    name: str = ""
    gain_db: float = 0.0
    is_muted: bool = False
    is_soloed: bool = False

    def __post_init__(self) -> None:
        check_whole("track_id", "The number of a track", self.track_id, 0, MOST_IDS)
        check_prompt("name", self.name)
        check_number("gain_db", "The gain", self.gain_db, QUIETEST_DB, LOUDEST_DB, unit="dB")
        for name in ("is_muted", "is_soloed"):
            if not isinstance(getattr(self, name), bool):
                raise InvalidRequestError(name, f"A track's {name} is either true or false.")

    def with_gain(self, gain_db: float) -> "Track":
        """The track at another gain, within the range."""
        return replace(self, gain_db=clamped_gain(gain_db))
