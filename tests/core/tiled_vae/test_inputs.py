"""Bad input is refused in one clear sentence, before any work."""

import pytest
import torch

from core.api.errors import DeviceMemoryError, InvalidRequestError
from core.api.progress import Progress
from tests.core.tiled_vae.networks import LATENT_CHANNELS, engine, tiny_vae

NAN = torch.full((1, LATENT_CHANNELS, 4, 4), float("nan"))
BAD_LATENTS = {
    "rank": torch.zeros(LATENT_CHANNELS, 4, 4),
    "channels": torch.zeros(1, LATENT_CHANNELS + 1, 4, 4),
    "whole numbers": torch.zeros(1, LATENT_CHANNELS, 4, 4, dtype=torch.int64),
    "no frames": torch.zeros(1, LATENT_CHANNELS, 0, 4),
    "no bins": torch.zeros(1, LATENT_CHANNELS, 4, 0),
    "no pictures": torch.zeros(0, LATENT_CHANNELS, 4, 4),
    "not finite": NAN,
    "another device": torch.zeros(1, LATENT_CHANNELS, 4, 4, device="meta"),
    "no tensor": [[0.0]],
}


@pytest.mark.parametrize("name", BAD_LATENTS)
def test_bad_latents_are_refused_before_any_work(name: str) -> None:
    events: list[object] = []
    with pytest.raises(InvalidRequestError) as caught:
        engine(tiny_vae()).decode(BAD_LATENTS[name], Progress(events.append))
    assert caught.value.field == "latents"
    assert str(caught.value).endswith(".")
    assert events == []


@pytest.mark.parametrize("shape", [(1, 1, 1, 4), (1, 2, 8, 8), (1, 8, 8)])
def test_a_bad_mel_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        engine(tiny_vae()).encode(torch.zeros(shape))
    assert caught.value.field == "mel"


@pytest.mark.parametrize("field", ["tile_frames", "tile_bins"])
@pytest.mark.parametrize("value", [0, -2, 3, 2.0])
def test_tile_sizes_that_make_no_tiles_are_refused(field: str, value: object) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        engine(tiny_vae(), **{field: value}).decode(torch.zeros(1, LATENT_CHANNELS, 4, 4))
    assert caught.value.field == field


def test_tiles_along_mel_are_refused_where_they_would_be_ignored() -> None:
    with pytest.raises(InvalidRequestError, match="tile_bins"):
        engine(tiny_vae(), mode="streaming", tile_bins=2).plan_decode((1, LATENT_CHANNELS, 4, 4))


@pytest.mark.parametrize("mode", ["exact", "streaming", "padded", "off", "auto"])
def test_a_budget_too_small_for_one_frame_is_refused(mode: str) -> None:
    events: list[object] = []
    small = engine(tiny_vae(), mode=mode, memory_budget=1000)
    with pytest.raises(DeviceMemoryError, match="needs at least"):
        small.decode(torch.zeros(1, LATENT_CHANNELS, 4, 4).double(), Progress(events.append))
    assert events == []
