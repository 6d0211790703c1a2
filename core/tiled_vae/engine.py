"""Decode and encode log-mel spectrograms of any length with any `diffusers.AutoencoderKL`."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import torch
from diffusers.models.autoencoders.vae import DiagonalGaussianDistribution
from torch import Tensor, nn

from core.config import TilingConfig
from core.events import TileDecoded, TilePlanned
from core.progress import Progress
from core.region import Region
from core.tiled_vae.job import Job
from core.tiled_vae.planner import Plan, make_plan
from core.tiled_vae.queue import decoder_queue, encoder_queue
from core.tiled_vae.tasks import Task
from core.tiled_vae.validation import check_input


class TiledVAE:
    """A VAE that works tile by tile. Keeps no state between calls; leaves the network as it was.

    Args:
        vae: Any `diffusers.AutoencoderKL`, on the device to compute on.
        config: How to tile.
    """

    def __init__(self, vae: nn.Module, config: TilingConfig | None = None) -> None:
        self.vae = vae
        self.config = config or TilingConfig()

    def plan_decode(self, latents_shape: Sequence[int]) -> Plan:
        """What `decode` would do with latents of this shape (B, C, T, F)."""
        return make_plan(decoder_queue(self.vae), tuple(latents_shape), self.config)

    def plan_encode(self, mel_shape: Sequence[int]) -> Plan:
        """What `encode` would do with a log-mel of this shape (B, 1, T, F)."""
        return make_plan(encoder_queue(self.vae), tuple(mel_shape), self.config)

    def decode(self, latents: Tensor, progress: Progress | None = None) -> Tensor:
        """Latents (B, C, T, F), unscaled, to log-mel (B, 1, T * scale, F * scale).

        Raises:
            InvalidRequestError: The latents do not fit the network; said before any work.
            Cancelled: The run was cancelled; the engine can be used again.
        """
        return _assemble(self.decode_tiles(latents, progress))

    def decode_tiles(
        self, latents: Tensor, progress: Progress | None = None
    ) -> Iterator[tuple[Region, Tensor]]:
        """Tiles of the log-mel (B, 1, t, f) in the order of time, each as it becomes final."""
        queue = decoder_queue(self.vae)
        check_input("latents", latents, queue)
        plan = make_plan(queue, tuple(latents.shape), self.config)
        return self._decoded(queue, latents, plan, progress or Progress())

    def encode(self, mel: Tensor, progress: Progress | None = None) -> DiagonalGaussianDistribution:
        """Log-mel (B, 1, T, F) to the posterior over latents, as `AutoencoderKL.encode` gives it.

        Raises:
            InvalidRequestError: The log-mel does not fit the network; said before any work.
            Cancelled: The run was cancelled; the engine can be used again.
        """
        queue = encoder_queue(self.vae)
        check_input("mel", mel, queue)
        plan = make_plan(queue, tuple(mel.shape), self.config)
        tiles = self._computed(queue, mel, plan, progress or Progress())
        moments = _assemble((plan.results[index], values) for index, values in tiles)
        return DiagonalGaussianDistribution(moments)

    def _decoded(
        self, queue: list[Task], latents: Tensor, plan: Plan, progress: Progress
    ) -> Iterator[tuple[Region, Tensor]]:
        for index, inferred in self._computed(queue, latents, plan, progress):
            values = inferred.clone()  # a plain tensor, which callers may change in place
            region = plan.tiles[index]
            picture = np.array(values[0, 0].float().cpu().numpy())
            progress.emit(TileDecoded(index, region, picture))
            yield region, values

    @torch.inference_mode()
    def _computed(
        self, queue: list[Task], source: Tensor, plan: Plan, progress: Progress
    ) -> Iterator[tuple[int, Tensor]]:
        """Announce the tiles, then compute them; results in the network's own precision."""
        progress.emit(TilePlanned(plan.mode, plan.tiles, plan.padded, plan.explanation))
        own = next(self.vae.parameters())
        dtype = getattr(torch, self.config.compute_dtype or "", own.dtype)
        job = Job(
            network=queue,
            source=source,
            plan=plan,
            config=self.config,
            progress=progress,
            device=own.device,
            dtype=dtype,
        )
        for tile, values in job.run():
            yield tile.index, values.to(own.dtype)


def _assemble(tiles: Iterable[tuple[Region, Tensor]]) -> Tensor:
    """Put the tiles together; the first one shows precision, batch and channels."""
    tiles = list(tiles)
    time = max(region.time.stop for region, _ in tiles)
    bins = max(region.bins.stop for region, _ in tiles)
    result = tiles[0][1].new_empty((*tiles[0][1].shape[:2], time, bins))
    for region, values in tiles:
        result[(..., *region.slices)] = values
    return result
