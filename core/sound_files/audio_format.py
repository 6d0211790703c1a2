"""The formats of sound files, and how samples are rounded in each."""

from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.api.arrays import FloatArray
from core.api.errors import AudioFileError

BIT_RATES_KBPS = (48, 64, 96, 128, 160, 192, 256, 320)
_MPEG_1_RATE = 32_000  # lower sample rates are MPEG-2, with lower bit rates
_LEAST_MP3_KBPS = 64  # in smaller frames LAME has no room for the length, and the sound gets longer
_MOST_CODED_CHANNELS = 8  # of FLAC, Vorbis and Opus
_MOST_WAV_CHANNELS = 1024  # of libsndfile
_HIGHEST_LEVEL = 0.99  # libsndfile refuses 1 for an MP3


class AudioFormat(StrEnum):
    """Container and sample depth."""

    WAV_16 = "wav-16"
    WAV_24 = "wav-24"
    WAV_FLOAT = "wav-float"  # 32 bit, keeps every sample as it is
    FLAC_16 = "flac-16"
    FLAC_24 = "flac-24"
    OGG = "ogg"  # Vorbis: lossy
    OPUS = "opus"  # lossy
    MP3 = "mp3"  # lossy

    @classmethod
    def of(cls, path: Path) -> "AudioFormat":
        """The default format for a file name's ending.

        Raises:
            AudioFileError: No format has that ending.
        """
        usual = (cls.WAV_16, cls.FLAC_16, cls.OGG, cls.OPUS, cls.MP3)
        formats = {one.suffix: one for one in usual}
        try:
            return formats[path.suffix.lower()]
        except KeyError:
            endings = ", ".join(formats)
            raise AudioFileError(
                str(path), f"sounds are written as {endings}; please choose one of these endings."
            ) from None

    @classmethod
    def holding(cls, bits: int | None) -> "AudioFormat":
        """The WAV that holds samples of so many bits as they are; None = floating-point ones."""
        if bits is None:
            return cls.WAV_FLOAT
        return cls.WAV_16 if bits <= 16 else cls.WAV_24

    def as_deep_as(self, other: "AudioFormat") -> "AudioFormat":
        """The same container at least as deep as another format, as far as it goes.

        A lossy format stays.
        """
        if self.is_lossy or other.is_lossy or other.depth <= self.depth:
            return self
        alike = [one for one in AudioFormat if one.container == self.container]
        return next((one for one in alike if one.depth >= other.depth), alike[-1])

    @property
    def depth(self) -> int:
        """Bits of a sample before compression."""
        return self.bits or 32

    @property
    def suffix(self) -> str:
        """The ending of a file's name."""
        return f".{self.value.partition('-')[0]}"

    @property
    def container(self) -> str:
        """The container's name in libsndfile."""
        return "OGG" if self is AudioFormat.OPUS else self.suffix[1:].upper()

    @property
    def subtype(self) -> str:
        """The encoding's name in libsndfile."""
        if self in _LOSSY_SUBTYPES:
            return _LOSSY_SUBTYPES[self]
        depth = self.value.partition("-")[2]
        return "FLOAT" if depth == "float" else f"PCM_{depth}"

    @property
    def is_lossy(self) -> bool:
        """Whether the decoded samples are others."""
        return self in _LOSSY_SUBTYPES

    @property
    def has_bit_rate(self) -> bool:
        """Whether its size and quality are chosen by a bit rate."""
        return self in (AudioFormat.OPUS, AudioFormat.MP3)

    def written_rate(self, sample_rate: int) -> int:
        """The sample rate that a sound is written at: its own, or the next that the format has."""
        rates = _SAMPLE_RATES.get(self, (sample_rate,))
        return min((rate for rate in rates if rate >= sample_rate), default=max(rates))

    def written_bit_rate_kbps(self, kbps: int, sample_rate: int, channels: int) -> int:
        """The bit rate that a sound is written at: as near as the format allows."""
        least, most = self._bit_rates_kbps(sample_rate, channels)
        if self is AudioFormat.MP3:
            least = _LEAST_MP3_KBPS
        return max(least, min(kbps, most))

    def compression_level(self, kbps: int, sample_rate: int, channels: int) -> float | None:
        """The level that libsndfile takes for a bit rate, 0 to 1; None where it has no bit rate.

        From its sources: the bit rate falls along a straight line from level 0 to level 1.
        """
        if not self.has_bit_rate:
            return None
        least, most = self._bit_rates_kbps(sample_rate, channels)
        written = self.written_bit_rate_kbps(kbps, sample_rate, channels)
        return min((most - written) / (most - least), _HIGHEST_LEVEL)

    def _bit_rates_kbps(self, sample_rate: int, channels: int) -> tuple[int, int]:
        """The lowest and the highest bit rate."""
        if self is AudioFormat.OPUS:
            return 6 * channels, 256 * channels
        return (32, 320) if sample_rate >= _MPEG_1_RATE else (8, 160)

    @property
    def bits(self) -> int | None:
        """Bits of a whole-number sample; None where samples stay floating-point."""
        return int(self.subtype[-2:]) if self.subtype.startswith("PCM") else None

    @property
    def most_channels(self) -> int:
        """How many channels a file can have."""
        if self is AudioFormat.MP3:
            return 2
        return _MOST_CODED_CHANNELS if self.container in ("FLAC", "OGG") else _MOST_WAV_CHANNELS

    @property
    def is_clipped(self) -> bool:
        """Whether samples beyond full scale are cut off there."""
        return self is not AudioFormat.WAV_FLOAT

    @property
    def sample_bytes(self) -> int:
        """Bytes of a sample before compression."""
        return self.depth // 8

    def quantised(self, samples: FloatArray) -> NDArray[Any]:
        """Samples in a form that libsndfile stores without rounding by itself.

        For PCM they are rounded to the nearest step and clipped to full scale; 24 bits are in the
        upper bytes of 32.
        """
        if self.bits is None:
            return samples.astype(np.float32)
        full_scale = 2 ** (self.bits - 1)
        steps = np.rint(samples.astype(np.float64) * full_scale)
        whole = np.clip(steps, -full_scale, full_scale - 1).astype(np.int32)
        stored: NDArray[Any] = whole.astype(np.int16) if self.bits == 16 else whole << 8
        return stored


_LOSSY_SUBTYPES = {
    AudioFormat.OGG: "VORBIS",
    AudioFormat.OPUS: "OPUS",
    AudioFormat.MP3: "MPEG_LAYER_III",
}
_SAMPLE_RATES = {
    AudioFormat.OPUS: (8000, 12_000, 16_000, 24_000, 48_000),
    AudioFormat.MP3: (16_000, 22_050, 24_000, 32_000, 44_100, 48_000),
}
