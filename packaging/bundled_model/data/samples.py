"""Recordings played in rhythm: Sonic Pi's samples, all in the public domain (CC0)."""

from functools import lru_cache
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.signal import resample_poly

from bundled_model.data.clip import SAMPLE_RATE

SAMPLES_FOLDER = Path("/usr/share/sonic-pi/samples")
LONGEST_S = 2.0
"""Longer recordings are cut: they would only pile up on each other."""


@lru_cache(maxsize=256)
def _recording(path: Path, speed_percent: int) -> NDArray[np.float64]:
    """Return a recording as mono at 16 kHz, played at a speed."""
    stereo, file_rate = soundfile.read(path, always_2d=True)
    played_rate = file_rate * speed_percent // 100
    divisor = np.gcd(SAMPLE_RATE, played_rate)
    return resample_poly(stereo.mean(axis=1), SAMPLE_RATE // divisor, played_rate // divisor)[
        : int(LONGEST_S * SAMPLE_RATE)
    ]


def play_samples(
    rng: np.random.Generator, samples: int, beat_s: float, prefixes: tuple[str, ...]
) -> NDArray[np.float64]:
    """Return recordings whose names begin with `prefixes`, struck on half beats."""
    paths = sorted(p for p in SAMPLES_FOLDER.glob("*.flac") if p.name.startswith(prefixes))
    speeds = rng.choice((80, 90, 100, 110, 120), size=2)
    played = [
        _recording(paths[i], int(rng.choice(speeds))) for i in rng.integers(len(paths), size=4)
    ]
    out = np.zeros(samples)
    bar = rng.integers(len(played), size=8)
    hits = rng.random(8) < 0.65
    hits[0] = True
    for number, start_s in enumerate(np.arange(0, samples / SAMPLE_RATE, beat_s / 2)):
        if hits[number % 8]:
            first = int(start_s * SAMPLE_RATE)
            piece = played[bar[number % 8]][: samples - first]
            out[first : first + len(piece)] += rng.uniform(0.6, 1) * piece
    return out
