"""The settings of an export, which can be checked and stored as plain values."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from core.api.errors import InvalidRequestError
from core.api.field_checks import as_choice, check_number, field_values, unknown_choice_error
from core.api.request import LOUDEST_LUFS, QUIETEST_LUFS
from core.sound_files.audio_format import BIT_RATES_KBPS, AudioFormat

SAMPLE_RATES = (16000, 44100, 48000)
MAX_FADE_S = 3600.0
QUIETEST_PEAK_DBFS = -60.0
DITHERED_BITS = 16  # 24 bits hold every bit of a float32 near full scale


class Normalisation(StrEnum):
    """How the level of the whole sound is normalised."""

    NONE = "none"
    PEAK = "peak"
    LOUDNESS = "loudness"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportSettings:
    """The settings of one export. Valid by construction; the defaults change no sample.

    Attributes:
        audio_format: Container and depth.
        start_s: Where the stretch begins, in seconds of the take.
        stop_s: Where it ends; None = with the take.
        trim_silence: Whether silence at both ends of the stretch is left out.
        fade_in_s, fade_out_s: Lengths in seconds; 0 = none. A fade ends with the sound.
        normalisation: How the level is normalised, if at all.
        peak_dbfs: The largest sample after peak normalisation, -60 to 0 dB of full scale.
        loudness_lufs: The integrated loudness (ITU-R BS.1770-4) after loudness normalisation,
            -60 to -5.
        sample_rate: 16000, 44100 or 48000; None = that of the take. Where the format does not have
            it, the next higher one that it has is written.
        channels: None = those of the take. 1 and 2 are made of others by averaging them: 2 is then
            the same sound on the left and on the right.
        dither: Whether noise of triangular density is added before rounding to 16 bits.
        bit_rate_kbps: Of an MP3 or Opus: one of `BIT_RATES_KBPS`, or as near as the format allows.
    """

    audio_format: AudioFormat = AudioFormat.WAV_16
    start_s: float = 0.0
    stop_s: float | None = None
    trim_silence: bool = False
    fade_in_s: float = 0.0
    fade_out_s: float = 0.0
    normalisation: Normalisation = Normalisation.NONE
    peak_dbfs: float = -1.0
    loudness_lufs: float = -16.0
    sample_rate: int | None = None
    channels: int | None = None
    dither: bool = False
    bit_rate_kbps: int = 128

    def __post_init__(self) -> None:
        for name, kind in (("audio_format", AudioFormat), ("normalisation", Normalisation)):
            object.__setattr__(self, name, as_choice(name, getattr(self, name), kind))
        self._check_stretch()
        for name in ("fade_in_s", "fade_out_s"):
            check_number(name, "A fade", getattr(self, name), 0.0, MAX_FADE_S)
        check_number("peak_dbfs", "The peak", self.peak_dbfs, QUIETEST_PEAK_DBFS, 0.0)
        check_number(
            "loudness_lufs", "The loudness", self.loudness_lufs, QUIETEST_LUFS, LOUDEST_LUFS
        )
        _check_choice("sample_rate", self.sample_rate, (None, *SAMPLE_RATES))
        _check_choice("channels", self.channels, (None, 1, 2))
        _check_choice("bit_rate_kbps", self.bit_rate_kbps, BIT_RATES_KBPS)
        for name in ("trim_silence", "dither"):
            _check_choice(name, getattr(self, name), (True, False))

    def _check_stretch(self) -> None:
        check_number("start_s", "The start", self.start_s, 0.0, math.inf)
        if self.stop_s is None:
            return
        check_number("stop_s", "The end", self.stop_s, 0.0, math.inf)
        if self.stop_s <= self.start_s:
            raise InvalidRequestError(
                "stop_s", "The stretch ends before it begins; please choose another one."
            )

    @property
    def is_dithered(self) -> bool:
        """Whether noise is added: only where samples are rounded to 16 bits."""
        return self.dither and self.audio_format.bits == DITHERED_BITS

    def written_rate(self, take_rate: int) -> int:
        """The sample rate that a take of `take_rate` is written at."""
        return self.audio_format.written_rate(self.sample_rate or take_rate)

    def written_channels(self, take_channels: int) -> int:
        """The channels that a take of `take_channels` is written with."""
        return min(self.channels or take_channels, self.audio_format.most_channels)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, the inverse of `from_dict`."""
        values = asdict(self)
        return values | {name: str(values[name]) for name in ("audio_format", "normalisation")}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Read settings back; entries of newer versions are ignored.

        Raises:
            InvalidRequestError: A known entry holds an unusable value.
        """
        return cls(**field_values(cls, values))


def _check_choice(field: str, value: object, choices: tuple[object, ...]) -> None:
    """Raise unless a choice has the same type and value: True equals 1, but is no number."""
    if not any(value == choice and type(value) is type(choice) for choice in choices):
        raise unknown_choice_error(field, value, choices)
