"""An arrangement as plain values for JSON. They may come from anywhere, so each is checked."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from core.api.errors import InvalidRequestError
from core.api.field_checks import check_whole, field_values
from core.api.region import Span
from core.arrangement.arrangement import Arrangement
from core.arrangement.layer import MOST_SAMPLES, Layer, length_at
from core.arrangement.track import Track
from core.sound_files.audio_file import MAX_SAMPLE_RATE, MIN_SAMPLE_RATE
from core.version import __version__

_FORMAT, _VERSION = "tessera-arrangement", 1
_DIGEST = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class StoredSound:
    """A sound in a folder. Valid by construction.

    Attributes:
        digest: Of its samples, in hexadecimal: the name of its file, which so leads nowhere else.
        sample_rate: Its samples a second.
        num_samples: Its length.
    """

    digest: str
    sample_rate: int
    num_samples: int

    def __post_init__(self) -> None:
        if not isinstance(self.digest, str) or not _DIGEST.fullmatch(self.digest):
            raise InvalidRequestError("digest", "A sound's file has another name than Tessera's.")
        name = "The sample rate of a sound"
        check_whole("sample_rate", name, self.sample_rate, MIN_SAMPLE_RATE, MAX_SAMPLE_RATE)
        check_whole("num_samples", "The length of a sound", self.num_samples, 1, MOST_SAMPLES)


def to_values(arrangement: Arrangement, sounds: Mapping[str, StoredSound]) -> dict[str, Any]:
    """Plain values of an arrangement and of the sounds that it plays."""
    values = asdict(arrangement)
    for layer in values["layers"]:
        del layer["sound_length"]  # the sound says so
    return {
        "format": _FORMAT,
        "version": _VERSION,
        "program": f"Tessera {__version__}",
        "sounds": {sound_id: asdict(sound) for sound_id, sound in sounds.items()},
        **values,
    }


def from_values(values: object) -> tuple[Arrangement, dict[str, StoredSound]]:
    """The inverse of `to_values`; entries that nobody knows are ignored.

    Returns:
        The arrangement, and the sounds that its layers play.

    Raises:
        InvalidRequestError: They are no arrangement, of a newer version, or out of range.
    """
    if not isinstance(values, dict) or values.get("format") != _FORMAT:
        raise InvalidRequestError("format", "This is no arrangement of Tessera.")
    version = values.get("version")
    if isinstance(version, int) and version > _VERSION:
        raise InvalidRequestError(
            "version", "A newer version of Tessera saved this; please update to open it."
        )
    try:
        return _from_values(values)
    except InvalidRequestError:
        raise
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise InvalidRequestError(
            "layers", "Some of its values are missing, or are not what they should be."
        ) from error


def _from_values(values: Mapping[str, Any]) -> tuple[Arrangement, dict[str, StoredSound]]:
    sounds = {
        sound_id: StoredSound(**field_values(StoredSound, sound))
        for sound_id, sound in values["sounds"].items()
    }
    tracks = tuple(Track(**field_values(Track, one)) for one in values["tracks"])
    plain = {**values, "tracks": tracks, "layers": ()}
    arrangement = Arrangement(**field_values(Arrangement, plain))
    layers = tuple(_layer(one, sounds, arrangement.sample_rate) for one in values["layers"])
    whole = Arrangement(**field_values(Arrangement, {**plain, "layers": layers}))
    return whole, {sound_id: sounds[sound_id] for sound_id in whole.sound_ids}


def _layer(values: Mapping[str, Any], sounds: Mapping[str, StoredSound], sample_rate: int) -> Layer:
    """A layer; how long its sound is says the sound."""
    sound = sounds[values["sound_id"]]
    span = Span(values["span"]["start"], values["span"]["stop"])
    length = length_at(sound.num_samples, sound.sample_rate, sample_rate)
    return Layer(**field_values(Layer, {**values, "span": span, "sound_length": length}))
