"""How far each approximate way to decode is from the exact one, on real sounds.

Differences are mean absolute ones in dB: of the log-mel, and of the Fourier magnitudes of what the
vocoder makes of it, down to 60 dB below the loudest. The mixes have sixteen sounds each, at many
levels, one of them silent: statistics of a part are not those of the whole.
"""

import math
import statistics
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.mel import log_mel_spectrogram, log_mel_to_db
from core.models.interface import TextToAudioModel
from core.models.loader import load_model
from core.progress import Progress
from core.request import BUNDLED_MODEL
from core.tiled_vae import TiledVAE, TilingConfig
from tests.benchmarks.vae_ways import WAYS

sys.path.insert(0, str(Path(__file__).parents[2] / "packaging"))

APPROXIMATE = (
    "streaming",
    "streaming, shrunk",
    "exact bfloat16",
    "streaming bfloat16",
    "padded",
    "padded fast",
    "diffusers tiling",
)
SOUNDS_IN_A_MIX = 16
SAMPLES = 81_920  # of a sound: 5.12 s at 16 kHz
QUIETEST_DB = -30.0
FLOOR_DB = -60.0
N_FFT, HOP_LENGTH = 1024, 256

FloatArray = NDArray[np.float32]


def measure_accuracy(ways: Sequence[str], clips: Path | None, num_mixes: int) -> Iterator[str]:
    """Lines of a table, a way each.

    Args:
        ways: Of `vae_ways`.
        clips: Sounds as 16-bit samples (sounds, n), .npy; None = the recipe's computed effects.
        num_mixes: Over how many mixes the differences are told.
    """
    torch.set_num_threads(2)
    device, dtype = torch.device("cpu"), torch.float32
    model = load_model(BUNDLED_MODEL, device=device, dtype=dtype, progress=Progress())
    sounds = _effects() if clips is None else np.load(clips).astype(np.float32) / 32_768
    found: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    for seed in range(num_mixes):
        for way, difference in _differences(model, ways, _mix(sounds, seed)):
            found[way].append(difference)
    seconds = SOUNDS_IN_A_MIX * SAMPLES / model.vocoder.sampling_rate
    yield f"{num_mixes} mixes of {seconds:.0f} s; mean difference from exact (least to most)"
    yield ""
    yield "| way | log-mel | spectrum of the sound |"
    yield "|---|---|---|"
    for way, pairs in found.items():
        mel, sound = zip(*pairs, strict=True)
        yield f"| {way} | {_told(mel)} | {_told(sound)} |"


def _differences(
    model: TextToAudioModel, ways: Sequence[str], waveform: FloatArray
) -> Iterator[tuple[str, tuple[float, float]]]:
    """Each way's differences in dB: of the log-mel and of the sound."""
    exact = TiledVAE(model.vae, TilingConfig(mode="exact"))
    mel = log_mel_spectrogram(torch.from_numpy(waveform)[None], model.mel)
    with torch.no_grad():
        latents = exact.encode(
            mel[:, :, : mel.shape[2] // model.time_scale * model.time_scale]
        ).mean
        truth = exact.decode(latents)
        spectrum = _spectrum_db(_vocoded(model, truth))
        for way in ways:
            decoded = WAYS[way](model.vae, latents).float()
            in_mel = float(log_mel_to_db(decoded - truth).abs().mean())
            sound = _spectrum_db(_vocoded(model, decoded))
            yield way, (in_mel, float((sound - spectrum).abs().mean()))
            model.vae.disable_tiling()


def _vocoded(model: TextToAudioModel, log_mel: Tensor) -> Tensor:
    stream = model.vocoder.stream()
    return torch.from_numpy(np.concatenate([stream.push(log_mel[0, 0]), stream.finish()]))


def _spectrum_db(waveform: Tensor) -> Tensor:
    """Fourier magnitudes over the loudest one, in dB, not below the floor."""
    window = torch.hann_window(N_FFT)
    spectrum = torch.stft(waveform, N_FFT, HOP_LENGTH, window=window, return_complex=True)
    magnitudes = spectrum.abs()
    floor = magnitudes.max() * 10 ** (FLOOR_DB / 20)
    return 20 / math.log(10) * magnitudes.clamp_min(floor).log()


def _mix(sounds: FloatArray, seed: int) -> FloatArray:
    """Sounds in a row, each at a level of its own, the sixth one silent."""
    rng = np.random.default_rng(seed)
    chosen = rng.choice(len(sounds), SOUNDS_IN_A_MIX, replace=len(sounds) < SOUNDS_IN_A_MIX)
    gains = 10 ** (rng.uniform(QUIETEST_DB, 0, SOUNDS_IN_A_MIX) / 20)
    gains[5] = 0
    return (sounds[chosen] * gains[:, None]).astype(np.float32).reshape(-1)


def _effects() -> FloatArray:
    """Four of each sound that the bundled model's recipe computes, at full scale."""
    from bundled_model.data.effects import EFFECTS

    rng = np.random.default_rng(0)
    made = [
        effect(rng, SAMPLES, rng.uniform(0.4, 1.0)) for effect in EFFECTS.values() for _ in range(4)
    ]
    return np.stack([sound / (np.abs(sound).max() + 1e-9) for sound in made]).astype(np.float32)


def _told(values: Sequence[float]) -> str:
    return f"{statistics.mean(values):.3f} dB ({min(values):.3f} to {max(values):.3f})"
