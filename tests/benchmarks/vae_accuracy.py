"""How far each approximate way to decode is from the exact one, on real sounds.

Differences are mean absolute ones in dB: of the log-mel, and of the Fourier magnitudes of what the
vocoder makes of it, down to 60 dB below the loudest.
"""

import math
import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from core.api.progress import Progress
from core.mel import log_mel_to_db
from core.models.loader import load_model
from core.models.text_to_audio_model import TextToAudioModel
from core.tiled_vae import TiledVAE, TilingConfig
from tests.benchmarks.mixes import log_mel_of, mix, mix_seconds, read_sounds
from tests.benchmarks.vae_ways import WAYS

APPROXIMATE = (
    "streaming",
    "streaming, shrunk",
    "exact bfloat16",
    "streaming bfloat16",
    "padded",
    "padded fast",
    "diffusers tiling",
)
FLOOR_DB = -60.0
N_FFT, HOP_LENGTH = 1024, 256


def measure_accuracy(
    folder: Path, ways: Sequence[str], clips: Path | None, num_mixes: int
) -> Iterator[str]:
    """Lines of a table, a way each.

    Args:
        folder: The model.
        ways: Of `vae_ways`.
        clips: See `read_sounds`.
        num_mixes: Over how many mixes the differences are averaged.
    """
    device, dtype = torch.device("cpu"), torch.float32
    model = load_model(str(folder), device=device, dtype=dtype, progress=Progress())
    sounds = read_sounds(clips)
    found: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    for seed in range(num_mixes):
        latents = _encoded(model, log_mel_of(mix(sounds, seed), model))
        for way, difference in _differences(model, ways, latents):
            found[way].append(difference)
    yield f"{num_mixes} mixes of {mix_seconds(model):.0f} s; mean difference from exact"
    yield ""
    yield "| way | log-mel (least to most) | spectrum of the sound (least to most) |"
    yield "|---|---|---|"
    for way, pairs in found.items():
        mel, sound = zip(*pairs, strict=True)
        yield f"| {way} | {_range_text(mel)} | {_range_text(sound)} |"


def _encoded(model: TextToAudioModel, mel: Tensor) -> Tensor:
    return TiledVAE(model.vae, TilingConfig(mode="exact")).encode(mel).mean


@torch.no_grad()
def _differences(
    model: TextToAudioModel, ways: Sequence[str], latents: Tensor
) -> Iterator[tuple[str, tuple[float, float]]]:
    """Each way's differences in dB: of the log-mel and of the sound."""
    truth = WAYS["exact"](model.vae, latents)
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


def _range_text(values: Sequence[float]) -> str:
    return f"{statistics.mean(values):.3f} dB ({min(values):.3f} to {max(values):.3f})"
