"""Recordings as waveforms: mono, at the model's rate."""

from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from bundled_model.data.clip import SAMPLE_RATE

Waveform = NDArray[np.float32]

RUMBLE_FILTER = butter(2, 25, "highpass", fs=SAMPLE_RATE, output="sos")
"""Takes away what nobody hears and what every measure hears: direct current and rumble."""
LONGEST_S = 180.0
"""What follows later in a recording is left out: it says the same again."""


def read_mono(path: Path) -> Waveform | None:
    """Return a recording's samples (n,) at 16 kHz, at most three minutes, or None if unreadable."""
    try:
        with soundfile.SoundFile(path) as file:
            rate = file.samplerate
            stereo = file.read(int(LONGEST_S * rate), dtype="float32", always_2d=True)
    except soundfile.LibsndfileError:
        return None
    mono = soxr.resample(np.nan_to_num(stereo.mean(axis=1)), rate, SAMPLE_RATE)
    return sosfilt(RUMBLE_FILTER, mono).astype(np.float32)
