"""Real sounds in a row at many levels, one of them silent: where a part is unlike the whole."""

import sys
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from core.api.arrays import FloatArray
from core.mel import log_mel_spectrogram
from core.models.text_to_audio_model import TextToAudioModel

sys.path.insert(0, str(Path(__file__).parents[2] / "packaging"))

SOUNDS_IN_A_MIX = 16
SILENT_SOUND = 5
SAMPLES = 81_920  # of a sound: 5.12 s at 16 kHz
QUIETEST_DB = -30.0


def read_sounds(clips: Path | None) -> FloatArray:
    """Sounds (n, SAMPLES), full scale 1.

    Args:
        clips: 16-bit samples of the same shape, .npy; None = four of each sound that the bundled
            model's recipe computes.
    """
    return _effects() if clips is None else np.load(clips).astype(np.float32) / 32_768


def mix(sounds: FloatArray, seed: int) -> FloatArray:
    """Sixteen sounds in a row, 82 s, each at a level of its own."""
    rng = np.random.default_rng(seed)
    chosen = rng.choice(len(sounds), SOUNDS_IN_A_MIX, replace=len(sounds) < SOUNDS_IN_A_MIX)
    gains = 10 ** (rng.uniform(QUIETEST_DB, 0, SOUNDS_IN_A_MIX) / 20)
    gains[SILENT_SOUND] = 0
    return (sounds[chosen] * gains[:, None]).astype(np.float32).reshape(-1)


def log_mel_of(waveform: FloatArray, model: TextToAudioModel) -> Tensor:
    """Its log-mel (1, 1, T, F), as many frames as make whole latent frames."""
    mel = log_mel_spectrogram(torch.from_numpy(waveform)[None], model.mel)
    return mel[:, :, : mel.shape[2] // model.time_scale * model.time_scale]


def mix_seconds(model: TextToAudioModel) -> float:
    """Length of a mix."""
    return SOUNDS_IN_A_MIX * SAMPLES / model.vocoder.sampling_rate


def _effects() -> FloatArray:
    from bundled_model.data.effects import EFFECTS

    rng = np.random.default_rng(0)
    made = [
        effect(rng, SAMPLES, rng.uniform(0.4, 1.0)) for effect in EFFECTS.values() for _ in range(4)
    ]
    return np.stack([sound / (np.abs(sound).max() + 1e-9) for sound in made]).astype(np.float32)
