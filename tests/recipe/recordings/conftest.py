"""Small sounds and an unpacked package that holds them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from bundled_model.data.clip import SAMPLE_RATE
from bundled_model.data.recordings.decoding import Waveform
from bundled_model.data.recordings.packages import Package

PACKAGE = Package("some-game-data", "usr/share/games/some-game", r"^", "data/")
COPYRIGHT = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
Copyright: 2010 The Team
License: GPL-2+

Files: data/sounds/*
Copyright: 2011 Ann Author
           2012 Ben Builder
License: CC-BY-SA-3.0+

Files: data/sounds/secret.wav
       data/sounds/two words.wav
Copyright: Cem
License: GPL-3 or CC-BY-3.0
Comment: with a
 second line

License: CC-BY-SA-3.0+
 The text.
"""


def noise(seconds: float, seed: int = 0) -> Waveform:
    """White noise at a moderate level."""
    rng = np.random.default_rng(seed)
    return (0.1 * rng.normal(size=int(seconds * SAMPLE_RATE))).astype(np.float32)


def tone(seconds: float, hz: float = 440) -> Waveform:
    """A steady tone."""
    t = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (0.3 * np.sin(2 * np.pi * hz * t)).astype(np.float32)


@pytest.fixture
def unpacked(tmp_path: Path) -> Callable[[dict[str, Waveform]], Path]:
    """Writes sounds as an unpacked package and returns its folder."""

    def write(sounds: dict[str, Waveform]) -> Path:
        folder = tmp_path / PACKAGE.name
        for path, waveform in sounds.items():
            file = folder / "sounds" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            soundfile.write(file, waveform, SAMPLE_RATE)
        (folder / "copyright").write_text(COPYRIGHT)
        return folder

    return write
