from dataclasses import replace

import pytest
import torch
from diffusers.utils.torch_utils import randn_tensor
from hypothesis import given
from hypothesis import strategies as st

from core.api.region import Span
from core.api.request import MAX_SEED
from core.diffusion.latent_clip import STRETCH_FRAMES
from core.diffusion.noise import StepNoise, draw_noise, draw_noise_clip, noise_seed
from tests.core.diffusion.gaussian_model import GaussianModel

SEEDS = st.integers(0, MAX_SEED)


@given(seed=SEEDS, num_frames=st.integers(1, 40))
def test_noise_is_what_diffusers_draws_with_a_cpu_generator(seed: int, num_frames: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    expected = randn_tensor((1, 2, num_frames, 4), generator=generator, dtype=torch.float32)
    assert torch.equal(draw_noise(GaussianModel(), num_frames, seed), expected)


@given(one=SEEDS, other=SEEDS)
def test_other_seeds_give_other_noise(one: int, other: int) -> None:
    noises = [draw_noise(GaussianModel(), 4, seed) for seed in (one, other)]
    assert torch.equal(*noises) == (one == other)


@pytest.mark.parametrize("seed", [0, 2**63 - 1, 2**63, MAX_SEED])
def test_every_seed_of_64_bits_draws(seed: int) -> None:
    noise = draw_noise(GaussianModel(), 1000, seed)
    assert noise.dtype == torch.float32
    assert abs(float(noise.mean())) < 0.05
    assert abs(float(noise.std()) - 1) < 0.05


def test_drawing_leaves_torchs_own_generator_alone() -> None:
    before = torch.get_rng_state()
    draw_noise(GaussianModel(), 10, seed=3)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("num_frames", [1, STRETCH_FRAMES, STRETCH_FRAMES + 1, 4097, 8200, 8203])
def test_noise_drawn_piece_by_piece_is_that_drawn_at_once(num_frames: int) -> None:
    model = GaussianModel()
    clip = draw_noise_clip(model, num_frames, seed=4)

    assert torch.equal(clip.read(Span(0, num_frames)), draw_noise(model, num_frames, seed=4))


@pytest.mark.parametrize("num_frames", [1, 40, STRETCH_FRAMES + 1, 8203])
def test_the_noise_of_steps_goes_on_from_the_initial_noise(num_frames: int) -> None:
    shape = (1, 2, num_frames, 4)
    generator = torch.Generator().manual_seed(4)
    drawn = [torch.randn(shape, generator=generator) for _ in range(4)]
    for steps in ([0, 1, 2], [2]):  # of a whole run, and of a resumed one
        noise = StepNoise(shape, torch.device("cpu"), seed=4)
        for step in steps:
            for span in (Span(0, num_frames), Span(num_frames // 2, num_frames)):
                assert torch.equal(noise.read(step, span), drawn[1 + step][:, :, span.slice])


@given(seed=SEEDS)
def test_a_seed_alone_decides_unless_the_card_asks_for_words(seed: int) -> None:
    assert noise_seed(GaussianModel(), seed, "rain") == seed


@given(seed=SEEDS)
def test_words_change_the_noise_where_the_card_asks_for_it(seed: int) -> None:
    model = GaussianModel()
    model.card = replace(model.card, noise_follows_prompt=True)
    found = noise_seed(model, seed, "rain")
    assert found == noise_seed(model, seed, "  Rain ")
    assert 0 <= found <= MAX_SEED
    others = [noise_seed(model, seed, *words) for words in (["wind"], ["rain", "wind"], [])]
    assert len({found, noise_seed(model, (seed + 1) % MAX_SEED, "rain"), *others}) == 5
