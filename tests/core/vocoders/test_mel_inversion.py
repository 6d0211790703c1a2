"""The inverted filter bank: its result maps back onto the mel it came from."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.mel import LOG_FLOOR, MelParams, mel_filter_bank
from core.vocoders.mel_inversion import MelInversion

PARAMS = MelParams()
INVERSION = MelInversion(PARAMS)
FILTERS = torch.from_numpy(mel_filter_bank(PARAMS)).float()


@given(st.integers(0, 10_000), st.integers(1, 5))
@settings(deadline=None, max_examples=30)
def test_the_filters_map_the_magnitudes_back_onto_the_mel(seed: int, num_frames: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    spectrum = torch.rand(num_frames, 513, generator=generator).pow(4) * 100
    mel = (spectrum @ FILTERS.T).log()
    magnitudes = INVERSION(mel)
    assert magnitudes.shape == (num_frames, 513)
    assert magnitudes.min() >= 0
    # Not of the logs: where a narrow filter has next to nothing, its log may be off by one.
    error = (magnitudes @ FILTERS.T - mel.exp()).abs().sum() / mel.exp().sum()
    assert error < 0.01


def test_a_flat_spectrum_comes_back_flat() -> None:
    mel = FILTERS.sum(dim=1).log()[None]
    inner = INVERSION(mel)[0, 1:-1]
    torch.testing.assert_close(inner, torch.ones(511), rtol=0.01, atol=0)


def test_every_frame_is_inverted_on_its_own() -> None:
    mel = torch.randn(6, 64, generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(INVERSION(mel)[2:4], INVERSION(mel[2:4]))


def test_the_floor_is_silence() -> None:
    assert INVERSION(torch.full((2, 64), LOG_FLOOR)).max() < 1e-8


def test_ten_times_the_mel_is_ten_times_the_magnitude() -> None:
    mel = torch.rand(3, 64, generator=torch.Generator().manual_seed(2))
    louder = INVERSION(mel + math.log(10))
    assert float((louder / INVERSION(mel).clamp(min=1e-9))[:, 1:-1].mean()) == pytest.approx(
        10, rel=1e-3
    )
