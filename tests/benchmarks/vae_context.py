"""How true latents sound in one context and another: decoded whole, in windows, or in between.

A clip is encoded whole, and in windows by themselves, which lie half a window apart from those it
is decoded in. The figure is the mean absolute difference in dB from the log-mel it was made of.
"""

import statistics
from collections.abc import Iterator
from pathlib import Path

import torch
from diffusers import AutoencoderKL
from torch import Tensor

from core.api.progress import Progress
from core.mel import log_mel_to_db
from core.models.loader import load_model
from core.tiled_vae import TiledVAE, TilingConfig
from tests.benchmarks.interpolated_statistics import decode_interpolated
from tests.benchmarks.mixes import log_mel_of, mix, mix_seconds, read_sounds

Pair = tuple[str, str]


def measure_context(folder: Path, clips: Path | None, num_mixes: int) -> Iterator[str]:
    """Lines of a table: how the latents were made, against how they are decoded.

    Args:
        folder: The model; its own window is the window.
        clips: See `read_sounds`.
        num_mixes: Over how many mixes the differences are averaged.
    """
    device, dtype = torch.device("cpu"), torch.float32
    model = load_model(str(folder), device=device, dtype=dtype, progress=Progress())
    sounds, window = read_sounds(clips), model.card.window_frames
    found: dict[Pair, list[float]] = {}
    for seed in range(num_mixes):
        for pair, difference in _differences(
            model.vae, log_mel_of(mix(sounds, seed), model), window
        ):
            found.setdefault(pair, []).append(difference)
    yield (
        f"{num_mixes} mixes of {mix_seconds(model):.0f} s, windows of {window} frames; mean "
        "difference from the real log-mel"
    )
    yield ""
    ways = list(dict.fromkeys(way for _, way in found))
    yield f"| | {' | '.join(ways)} |"
    yield "|---" * (len(ways) + 1) + "|"
    for made in dict.fromkeys(made for made, _ in found):
        means = (statistics.mean(found[made, way]) for way in ways)
        yield f"| {made} | {' | '.join(f'{mean:.3f} dB' for mean in means)} |"


@torch.no_grad()
def _differences(vae: AutoencoderKL, mel: Tensor, window: int) -> Iterator[tuple[Pair, float]]:
    """The difference of each way to decode, for each way to make the latents."""
    for made, latents in _made(vae, mel, window):
        for way, decoded in _decoded(vae, latents, window):
            yield (made, way), float(log_mel_to_db(decoded - mel).abs().mean())


def _made(vae: AutoencoderKL, mel: Tensor, window: int) -> Iterator[tuple[str, Tensor]]:
    engine = TiledVAE(vae, TilingConfig(mode="exact"))
    yield "made whole", engine.encode(mel).mean
    parts = torch.tensor_split(mel, tuple(range(window // 2, mel.shape[2], window)), dim=2)
    yield "made in windows", torch.cat([engine.encode(part).mean for part in parts], dim=2)


def _decoded(vae: AutoencoderKL, latents: Tensor, window: int) -> Iterator[tuple[str, Tensor]]:
    yield "decoded whole", TiledVAE(vae, TilingConfig(mode="exact")).decode(latents)
    in_windows = TilingConfig(mode="exact", context=window)
    yield "decoded in windows", TiledVAE(vae, in_windows).decode(latents)
    yield "statistics interpolated", decode_interpolated(vae, latents, window)
