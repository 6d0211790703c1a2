"""Projected guidance adds what turns a prediction, and remembers earlier steps by window."""

from types import SimpleNamespace

import pytest
import torch
from diffusers.guiders.adaptive_projected_guidance import MomentumBuffer, normalized_guidance
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from core.api.region import Span
from core.diffusion.projected_guidance import GuidanceMemory, projected
from core.diffusion.scheduler_state import pack, unpack

WINDOW = (Span(0, 9),)


def latents(seed: int, scale: float = 1.0) -> Tensor:
    return torch.randn(1, 3, 9, 1, generator=torch.Generator().manual_seed(seed)) * scale


@given(st.integers(0, 99), st.floats(1.0, 20.0))
def test_what_is_added_is_orthogonal_to_the_prediction(seed: int, w: float) -> None:
    prompt = latents(seed)
    added = projected(prompt, latents(seed + 100, 9), w, threshold=2.5) - prompt
    assert ((added * prompt).sum(dim=2).abs() < 1e-3 * w).all()
    assert (added.norm(dim=2) <= (w - 1) * 2.5 + 1e-4).all()


def test_a_scale_of_one_is_none() -> None:
    assert torch.equal(projected(latents(1), latents(2), 1.0, threshold=2.5), latents(1))


@pytest.mark.parametrize("scale", [0.1, 5.0])
def test_several_steps_equal_those_of_diffusers(scale: float) -> None:
    memory, buffer = GuidanceMemory(SimpleNamespace()), MomentumBuffer(-0.75)
    for step in range(3):
        prompt, negative = latents(step, scale), latents(step + 50, scale)
        ours = projected(prompt, memory.summed(prompt - negative, WINDOW, -0.75), 7.0, 2.5)
        theirs = normalized_guidance(
            prompt[..., 0].transpose(1, 2),
            negative[..., 0].transpose(1, 2),
            guidance_scale=6.0,
            momentum_buffer=buffer,
            eta=0.0,
            norm_threshold=2.5,
            use_original_formulation=True,
            norm_dim=(1,),
        )
        torch.testing.assert_close(ours[..., 0].transpose(1, 2), theirs, atol=1e-4, rtol=1e-4)


def test_windows_and_prompts_are_remembered_by_themselves() -> None:
    sampler = SimpleNamespace()
    windows = (Span(0, 9), Span(5, 14))
    both = GuidanceMemory(sampler).summed(torch.cat([latents(1), latents(2)]), windows, -0.5)
    assert torch.equal(both, torch.cat([latents(1), latents(2)]))
    second = GuidanceMemory(sampler, 1).summed(latents(3), windows[1:], -0.5)
    assert torch.equal(second, latents(3))
    again = GuidanceMemory(sampler).summed(latents(4), windows[1:], -0.5)
    assert torch.equal(again, latents(4) - 0.5 * latents(2))


def test_a_checkpoint_keeps_the_sums() -> None:
    sampler, resumed = SimpleNamespace(), SimpleNamespace()
    GuidanceMemory(sampler).summed(latents(1), WINDOW, -0.75)
    unpack(resumed, *pack(sampler))
    for one in (sampler, resumed):
        one.sums = GuidanceMemory(one).summed(latents(2), WINDOW, -0.75)
    assert torch.equal(resumed.sums, sampler.sums)
