"""The tests of exactness can fail: with one bug at a time the result is wrong.

Each mutation is a bug that tiled VAEs have had. If the engine with the bug still equalled the
untiled network, its tests would prove nothing.
"""

from collections.abc import Callable, Sequence

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from core.api.region import Region, Span
from core.tiled_vae.graph import tasks
from core.tiled_vae.graph.geometry import Reach, zigzag
from core.tiled_vae.graph.norm_moments import Moments
from tests.core.tiled_vae.networks import (
    AUDIOLDM,
    LATENT_CHANNELS,
    decode_untiled,
    encode_untiled,
    engine,
    relative_error,
    tiny_vae,
    uneven_input,
)

Patch = pytest.MonkeyPatch


def lose_the_variance_between_tiles(monkeypatch: Patch) -> None:
    def merged(counts: Sequence[int], means: Tensor, m2s: Tensor) -> Moments:
        shares = torch.tensor(counts, dtype=torch.float64)[:, None, None] / sum(counts)
        return Moments(sum(counts), (shares * means).sum(dim=0), m2s.sum(dim=0))

    monkeypatch.setattr(Moments, "_merged", merged)


def merge_without_weights(monkeypatch: Patch) -> None:
    def merged(counts: Sequence[int], means: Tensor, m2s: Tensor) -> Moments:
        return Moments(sum(counts), means.mean(dim=0), m2s.sum(dim=0))

    monkeypatch.setattr(Moments, "_merged", merged)


def forget_the_halo_after(monkeypatch: Patch) -> None:
    monkeypatch.setattr(tasks.Convolution, "reach", Reach(before=1, after=0))


def forget_the_halo_before(monkeypatch: Patch) -> None:
    monkeypatch.setattr(tasks.Convolution, "reach", Reach(before=0, after=1))


def forget_the_halo_of_the_upsampling(monkeypatch: Patch) -> None:
    monkeypatch.setattr(tasks.Upsample, "reach", Reach(before=1, after=0, up=2))


def pad_the_downsampling_on_both_sides(monkeypatch: Patch) -> None:
    def run(self: tasks.Downsample, patch, wanted: Region):
        read = patch.crop(self.reach.input_region(wanted, patch.extent))
        values = F.conv2d(read.values, self.weight, self.bias, stride=2, padding=1)
        values = values[:, :, : wanted.time.length, : wanted.bins.length]
        return type(patch)(values, wanted, self.reach.resize(patch.extent))

    monkeypatch.setattr(tasks.Downsample, "run", run)


def pad_at_the_borders_of_tiles(monkeypatch: Patch) -> None:
    def both_sides(region: Span, needed: Span) -> tuple[int, int]:
        del region, needed
        return 1, 1

    monkeypatch.setattr(tasks, "_border_padding", both_sides)


DECODER_MUTATIONS = [
    lose_the_variance_between_tiles,
    merge_without_weights,
    forget_the_halo_after,
    forget_the_halo_before,
    forget_the_halo_of_the_upsampling,
    pad_at_the_borders_of_tiles,
]
ENCODER_MUTATIONS = [lose_the_variance_between_tiles, pad_the_downsampling_on_both_sides]


def is_right(run: Callable[[], torch.Tensor], truth: torch.Tensor) -> bool:
    """Whether a run gives the truth; a crash or another shape is a miss as well."""
    try:
        found = run()
        return found.shape == truth.shape and relative_error(found, truth) < 1e-10
    except (RuntimeError, ValueError, AssertionError, UserWarning):
        return False


@pytest.mark.parametrize("break_it", DECODER_MUTATIONS)
def test_a_broken_decoder_misses_the_truth(break_it, monkeypatch: Patch) -> None:
    vae = tiny_vae(AUDIOLDM)
    latents = uneven_input(11, 3, LATENT_CHANNELS)
    tiled, truth = engine(vae, tile_frames=12), decode_untiled(vae, latents)
    assert is_right(lambda: tiled.decode(latents), truth)
    break_it(monkeypatch)
    assert not is_right(lambda: tiled.decode(latents), truth)


@pytest.mark.parametrize("break_it", ENCODER_MUTATIONS)
def test_a_broken_encoder_misses_the_truth(break_it, monkeypatch: Patch) -> None:
    vae = tiny_vae(AUDIOLDM)
    mel = uneven_input(46, 12)
    tiled, truth = engine(vae, tile_frames=12), encode_untiled(vae, mel)
    assert is_right(lambda: tiled.encode(mel).parameters, truth)
    break_it(monkeypatch)
    assert not is_right(lambda: tiled.encode(mel).parameters, truth)


@pytest.mark.parametrize(
    "order", [lambda n, i, p: iter(range(n)), lambda n, i, p: iter(range(n - 1, -1, -1))]
)
def test_an_order_without_turns_breaks_the_law_of_zigzag(order) -> None:
    def turns(passes) -> bool:
        orders = [list(passes(4, index, 3)) for index in range(3)]
        return all(orders[i][-1] == orders[i + 1][0] for i in range(2))

    assert turns(zigzag)
    assert not turns(order)
