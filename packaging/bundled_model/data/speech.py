"""Babble from the speech synthesiser eSpeak NG: voices that say words by chance."""

import subprocess

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from bundled_model.data.attributes import Tempo
from bundled_model.data.concepts import Voice

COMMON_WORDS = (
    "the of and to in is you that it he was for on are as with his they at be this have from or "
    "one had by word but not what all were we when your can said there use an each which she do "
    "how their if will up other about out many then them these so some her would make like him "
    "into time has look two more write go see number no way could people my than first water "
    "been call who oil its now find long down day did get come made may part morning evening"
)

WORDS_PER_MINUTE = {Tempo.SLOW: (85, 110), Tempo.MEDIUM: (150, 180), Tempo.FAST: (270, 340)}
WAVE_HEADER_BYTES = 44


def speak(
    rng: np.random.Generator, samples: int, tempo: Tempo, voice: Voice
) -> NDArray[np.float64]:
    """Return `samples` samples at 16 kHz of one voice speaking without a pause."""
    spoken = " ".join(rng.choice(COMMON_WORDS.split(), size=14 if tempo is Tempo.SLOW else 34))
    command = [
        "espeak-ng",
        *("-v", f"{rng.choice(('en', 'en-us'))}+{rng.choice(voice.variants)}"),
        *("-p", str(rng.integers(*voice.pitch))),
        *("-s", str(rng.integers(*WORDS_PER_MINUTE[tempo]))),
        *("--stdout", spoken),
    ]
    wave = subprocess.run(command, capture_output=True, check=True).stdout
    pcm = np.frombuffer(wave[WAVE_HEADER_BYTES:], dtype="<i2") / 32768
    return np.resize(resample_poly(pcm, 320, 441), samples)
