import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.api.errors import InvalidRequestError
from core.tiled_vae.planning.context_windows import context_windows
from tests.core.tiled_vae.networks import (
    LATENT_CHANNELS,
    decode_untiled,
    engine,
    relative_error,
    tiny_vae,
    uneven_input,
)


@given(st.integers(1, 300), st.integers(4, 80))
def test_final_spans_of_windows_cover_every_frame_once(length: int, size: int) -> None:
    plan = context_windows(length, size)
    finals = [i for window in plan for i in range(window.final.start, window.final.stop)]
    assert finals == list(range(length))
    for window in plan:
        assert window.read.start <= min(window.final.start, window.fade.start or window.read.start)
        assert window.read.stop >= window.final.stop
        assert window.read.length == min(size, length)


def test_each_window_is_decoded_in_itself() -> None:
    vae = tiny_vae()
    latents = uneven_input(28, 3, LATENT_CHANNELS)
    found = engine(vae, context=32).decode(latents)
    first, last = decode_untiled(vae, latents[:, :, :16]), decode_untiled(vae, latents[:, :, 12:])
    assert relative_error(found[:, :, :24], first[:, :, :24]) < 1e-10
    assert relative_error(found[:, :, 32:], last[:, :, 8:]) < 1e-10


def test_neighbours_are_faded_into_each_other() -> None:
    vae = tiny_vae()
    latents = uneven_input(28, 3, LATENT_CHANNELS)
    found = engine(vae, context=32).decode(latents)[:, :, 24:32]
    before = decode_untiled(vae, latents[:, :, :16])[:, :, 24:32]
    after = decode_untiled(vae, latents[:, :, 12:])[:, :, 0:8]
    fall = ((7.5 - torch.arange(8, dtype=torch.float64)) / 8)[:, None]
    torch.testing.assert_close(found, before * fall + after * (1 - fall))


def test_a_clip_of_one_window_is_decoded_whole() -> None:
    vae = tiny_vae()
    latents = uneven_input(16, 3, LATENT_CHANNELS)
    found = engine(vae, context=32).decode(latents)
    assert relative_error(found, decode_untiled(vae, latents)) < 1e-10


@pytest.mark.parametrize("window", [2, 6, 33])
def test_a_window_that_does_not_fit_the_network_is_refused(window: int) -> None:
    with pytest.raises(InvalidRequestError, match="context"):
        engine(tiny_vae(), context=window).decode(uneven_input(30, 3, LATENT_CHANNELS))
