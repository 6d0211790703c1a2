"""One measurement of one way to decode, in this process: prints time, peak memory and error."""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import torch
from diffusers import AutoencoderKL
from torch import Tensor

from core.models.folder import BUNDLED_FOLDER
from core.runtime.host_memory import release_free_memory, return_large_blocks
from core.tiled_vae import TiledVAE, TilingConfig
from core.tiled_vae.planning.statistics_sample import (
    NUM_WINDOWS,
    WINDOW_LATENT_FRAMES,
    WINDOW_PADDING,
)
from tests.benchmarks.own_process import forget_peak, peak_mb

NETWORKS = ("audioldm", "bundled")
AUDIOLDM = {
    "block_out_channels": (128, 256, 512),
    "layers_per_block": 2,
    "latent_channels": 8,
    "norm_num_groups": 32,
}
MEL_BINS = 64
SHORT_WARM_UP = 16  # latent frames
DIFFUSERS_TILE_LATENTS = 64


def tiled(**config: object) -> Callable[[AutoencoderKL, Tensor], Tensor]:
    """Our engine with this configuration; memory is freed as in the application."""

    def decode(vae: AutoencoderKL, latents: Tensor) -> Tensor:
        return_large_blocks()
        return TiledVAE(vae, TilingConfig(**config)).decode(latents)

    return decode


def untiled(vae: AutoencoderKL, latents: Tensor) -> Tensor:
    """The network as diffusers runs it."""
    return vae.decode(latents).sample


def untiled_channels_last(vae: AutoencoderKL, latents: Tensor) -> Tensor:
    """The same in channels-last order."""
    vae = vae.to(memory_format=torch.channels_last)
    return vae.decode(latents.contiguous(memory_format=torch.channels_last)).sample


def diffusers_tiling(vae: AutoencoderKL, latents: Tensor) -> Tensor:
    """diffusers' own tiling: each tile normalised by itself, a quarter blended."""
    vae.enable_tiling()
    vae.tile_latent_min_size = DIFFUSERS_TILE_LATENTS
    vae.tile_sample_min_size = DIFFUSERS_TILE_LATENTS * 2 ** (
        len(vae.config.block_out_channels) - 1
    )
    return vae.decode(latents).sample


WAYS: dict[str, Callable[[AutoencoderKL, Tensor], Tensor]] = {
    "untiled": untiled,
    "untiled channels-last": untiled_channels_last,
    "diffusers tiling": diffusers_tiling,
    "padded": tiled(mode="padded"),
    "padded fast": tiled(mode="padded", fast=True),
    "exact": tiled(mode="exact"),
    "exact, half at rest": tiled(mode="exact", store_dtype="bfloat16"),
    "streaming": tiled(mode="streaming"),
    "streaming, shrunk": tiled(mode="streaming", fast=True),
    "exact bfloat16": tiled(mode="exact", compute_dtype="bfloat16"),
    "streaming bfloat16": tiled(mode="streaming", compute_dtype="bfloat16"),
}


class PeakMemory:
    """The most memory of this process in the block, over that before, as the system counts it.

    A thread that looked at it would take the core from a thread that computes, and the others wait.

    Attributes:
        bytes: Peak over the base, once the block has ended.
    """

    bytes = 0

    def __enter__(self) -> "PeakMemory":
        forget_peak()
        self._base_mb = peak_mb()
        return self

    def __exit__(self, *_: object) -> None:
        self.bytes = round((peak_mb() - self._base_mb) * (1 << 20))


def make_network(name: str, model: Path) -> AutoencoderKL:
    """AudioLDM's network with seeded weights, or that of the model in this folder."""
    if name == "bundled":
        options = {"torch_dtype": torch.float32, "low_cpu_mem_usage": False}
        return AutoencoderKL.from_pretrained(model / "vae", **options).eval()
    torch.manual_seed(0)
    levels = len(AUDIOLDM["block_out_channels"])
    return AutoencoderKL(
        in_channels=1,
        out_channels=1,
        down_block_types=("DownEncoderBlock2D",) * levels,
        up_block_types=("UpDecoderBlock2D",) * levels,
        **AUDIOLDM,
    ).eval()


def make_latents(vae: AutoencoderKL, frames: int) -> Tensor:
    """Seeded latents with a change of level and a silence in them."""
    scale = 2 ** (len(vae.config.block_out_channels) - 1)
    length = frames // scale
    generator = torch.Generator().manual_seed(1)
    latents = torch.randn(
        1, vae.config.latent_channels, length, MEL_BINS // scale, generator=generator
    )
    latents[:, :, length // 4 : length // 2] *= 0.3
    latents[:, :, -length // 8 :] = 0
    return latents


def warm_up_latents(way: str, latents: Tensor) -> int:
    """How much to decode first, for libraries to load and kernels to be chosen.

    A short clip is not streamed but decoded exactly. So ways that stream warm up on a clip that is
    long enough: else what is loaded once, with the first stream, would count as the clip's, and
    streaming seem to grow with length.
    """
    fewest = NUM_WINDOWS * (WINDOW_LATENT_FRAMES + 2 * WINDOW_PADDING) + SHORT_WARM_UP
    streams = way.startswith("streaming") and latents.shape[2] > fewest
    return fewest if streams else SHORT_WARM_UP


def main() -> None:
    """Run one way and print what it took as one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("way", choices=WAYS)
    parser.add_argument("--network", choices=NETWORKS, required=True)
    parser.add_argument("--frames", type=int, required=True)
    parser.add_argument("--truth", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=BUNDLED_FOLDER)
    options = parser.parse_args()
    torch.set_num_threads(2)
    vae = make_network(options.network, options.model)
    latents = make_latents(vae, options.frames)
    with torch.inference_mode():
        WAYS[options.way](vae, latents[:, :, : warm_up_latents(options.way, latents)])
        release_free_memory()  # or the base would hold what the warm-up freed
        start_s = time.perf_counter()
        with PeakMemory() as memory:
            mel = WAYS[options.way](vae, latents)
        time_s = time.perf_counter() - start_s
    if options.way == "untiled":
        torch.save(mel, options.truth)
    truth = torch.load(options.truth)
    error = (mel.float() - truth).abs() / truth.std()
    result = {
        "time_s": time_s,
        "peak_bytes": memory.bytes,
        "mean_error": float(error.mean()),
        "largest_error": float(error.max()),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
