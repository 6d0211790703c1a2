"""What one rank has to do otherwise changes nothing for the others, or ends all of them."""

import pytest
import torch

from core.peers.alone import ALONE
from core.tiled_vae import TiledVAE, TilingConfig
from tests.core.tiled_vae import rank_trouble
from tests.core.tiled_vae.networks import (
    AUDIOLDM,
    LATENT_CHANNELS,
    decode_untiled,
    relative_error,
    tiny_vae,
    uneven_input,
)
from tests.rank_pool import RankPool
from tests.threads import torch_threads


def latents_loud_at_the_end() -> torch.Tensor:
    """Quiet latents for one rank, loud ones for the other."""
    latents = uneven_input(16, 3, LATENT_CHANNELS, dtype=torch.float32)
    latents[:, :, :10] *= 1e-4
    return latents


def test_an_overflow_of_one_rank_gives_what_one_rank_alone_gives(ranks: RankPool) -> None:
    latents = latents_loud_at_the_end()
    with torch_threads(1):
        expected, total = rank_trouble.decode_in_half(ALONE, latents)
    (found, of_first), (_, of_second) = ranks.run(2, rank_trouble.decode_in_half, latents)

    assert torch.isfinite(found).all()
    assert torch.equal(found, expected)
    assert of_first + of_second == total
    assert of_second > 0


@pytest.mark.parametrize("broken", [0, 1])
def test_a_rank_with_broken_values_is_named_by_all(ranks: RankPool, broken: int) -> None:
    latents = uneven_input(16, 3, LATENT_CHANNELS, dtype=torch.float32)
    first, second = ranks.run(2, rank_trouble.decode_broken, latents, broken)

    assert first == second
    assert first.startswith(f"Rank {broken} (cpu {broken}): ")
    assert rank_trouble.BLOWN_UP in first


def test_a_rank_short_of_memory_runs_smaller_pieces(ranks: RankPool) -> None:
    latents = uneven_input(16, 3, LATENT_CHANNELS)
    found = ranks.run(2, rank_trouble.decode_in_short_memory, latents, 1)[0]

    assert relative_error(found, decode_untiled(tiny_vae(AUDIOLDM), latents)) < 1e-10


def test_a_rank_with_less_memory_decodes_less(ranks: RankPool) -> None:
    latents = uneven_input(200, 3, LATENT_CHANNELS)
    shape = (1, LATENT_CHANNELS, 200, 3)
    needed = TiledVAE(tiny_vae(AUDIOLDM), TilingConfig(tile_frames=16)).plan_decode(shape, 2)
    free = 2 * needed.peak_bytes, 8 * needed.peak_bytes // 10
    decode = rank_trouble.decode_with_free_memory
    (found, owners, _), (_, of_second, _) = ranks.run(2, decode, latents, free, ("one", "other"))

    assert owners == of_second
    assert owners.count(1) < owners.count(0)
    assert relative_error(found, decode_untiled(tiny_vae(AUDIOLDM), latents)) < 1e-10


def test_ranks_of_one_device_share_what_is_free_there(ranks: RankPool) -> None:
    latents = uneven_input(16, 3, LATENT_CHANNELS)
    decode = rank_trouble.decode_with_free_memory
    of_both = ranks.run(2, decode, latents, (8_000_000_000, 8_000_000_000), ("one", "one"))

    assert all("of the 4.0 GB that may be used" in explanation for _, _, explanation in of_both)
