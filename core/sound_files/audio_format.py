"""The formats of sound files, and how samples are rounded in each."""

from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.api.arrays import FloatArray
from core.api.errors import AudioFileError


class AudioFormat(StrEnum):
    """Container and sample depth."""

    WAV_16 = "wav-16"
    WAV_24 = "wav-24"
    WAV_FLOAT = "wav-float"  # 32 bit, keeps every sample as it is
    FLAC_16 = "flac-16"
    FLAC_24 = "flac-24"
    OGG = "ogg"  # Vorbis: lossy

    @classmethod
    def of(cls, path: Path) -> "AudioFormat":
        """The default format for a file name's ending.

        Raises:
            AudioFileError: No format has that ending.
        """
        formats = {".wav": cls.WAV_16, ".flac": cls.FLAC_16, ".ogg": cls.OGG}
        try:
            return formats[path.suffix.lower()]
        except KeyError:
            endings = ", ".join(formats)
            raise AudioFileError(
                str(path), f"sounds are written as {endings}; please choose one of these endings."
            ) from None

    @property
    def container(self) -> str:
        """The container's name in libsndfile."""
        return self.value.partition("-")[0].upper()

    @property
    def subtype(self) -> str:
        """The encoding's name in libsndfile."""
        if self is AudioFormat.OGG:
            return "VORBIS"
        depth = self.value.partition("-")[2]
        return "FLOAT" if depth == "float" else f"PCM_{depth}"

    @property
    def bits(self) -> int | None:
        """Bits of a whole-number sample; None where samples stay floating-point."""
        return int(self.subtype[-2:]) if self.subtype.startswith("PCM") else None

    @property
    def is_clipped(self) -> bool:
        """Whether samples beyond full scale are cut off there."""
        return self is not AudioFormat.WAV_FLOAT

    @property
    def sample_bytes(self) -> int:
        """Bytes of a sample before compression."""
        return (self.bits or 32) // 8

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
