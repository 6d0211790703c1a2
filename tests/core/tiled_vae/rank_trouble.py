"""Ranks in trouble of their own: half precision overflows, values break, memory runs out."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from core.api.errors import TesseraError
from core.api.events import Notice, TilePlanned
from core.api.progress import Progress
from core.peers.peers import Peers
from core.tiled_vae import TiledVAE, TilingConfig, tiled_vae
from core.tiled_vae.executors.tile_runner import TileRunner
from tests.core.tiled_vae.networks import AUDIOLDM, tiny_vae

BLOWN_UP = "decoder.mid_block.resnets.1.conv1"
HALF = TilingConfig(tile_frames=16, compute_dtype="float16")
FULL = TilingConfig(tile_frames=16)


def overflowing_vae() -> nn.Module:
    """Half precision overflows where latents are loud; the next group norm undoes the factor."""
    vae = tiny_vae(AUDIOLDM, torch.float32)
    with torch.no_grad():
        vae.get_submodule(BLOWN_UP).weight.mul_(1e5)
        vae.get_submodule(BLOWN_UP).bias.mul_(1e5)
    return vae


def decode_in_half(peers: Peers, latents: Tensor) -> tuple[Tensor, int]:
    """The log-mel, and how many tiles this rank has computed again in float32."""
    events: list[object] = []
    with torch.inference_mode():
        mel = TiledVAE(overflowing_vae(), HALF, peers).decode(latents, Progress(events.append))
    return mel, sum(isinstance(event, Notice) for event in events)


def decode_broken(peers: Peers, latents: Tensor, broken: int) -> str:
    """One rank has a network with a value that is not a number."""
    vae = tiny_vae(AUDIOLDM, torch.float32)
    if peers.rank == broken:
        vae.get_submodule(BLOWN_UP).weight.data[0, 0, 0, 0] = float("nan")
    try:
        TiledVAE(vae, FULL, peers).decode(latents)
    except TesseraError as error:
        return str(error)
    return "nothing was raised"


def decode_in_short_memory(peers: Peers, latents: Tensor, short: int) -> Tensor:
    """Whole tiles do not fit into the memory of one rank."""
    run = TileRunner._run

    def run_pieces(self: TileRunner, *args: Any, **more: Any) -> Any:
        if peers.rank == short and self.pieces == 1:
            raise torch.OutOfMemoryError("no room for a whole tile")
        return run(self, *args, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TileRunner, "_run", run_pieces)
        return TiledVAE(tiny_vae(AUDIOLDM), FULL, peers).decode(latents)


def decode_with_free_memory(
    peers: Peers, latents: Tensor, free_bytes: tuple[int, ...], places: tuple[str, ...]
) -> tuple[Tensor, tuple[int, ...], str]:
    """The log-mel, the rank of each tile, and what was planned, with so much that is free.

    Args:
        peers: The ranks.
        latents: What all of them decode.
        free_bytes: On the device of each rank.
        places: The machine of each rank.
    """
    events: list[object] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tiled_vae, "available_bytes", lambda _: free_bytes[peers.rank])
        patch.setattr(tiled_vae.platform, "node", lambda: places[peers.rank])
        config = TilingConfig(tile_frames=16)
        mel = TiledVAE(tiny_vae(AUDIOLDM), config, peers).decode(latents, Progress(events.append))
    planned = next(event for event in events if isinstance(event, TilePlanned))
    return mel, planned.ranks, planned.explanation
