"""HiFi-GAN in chunks against the same network over the whole clip."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import SpeechT5HifiGan, SpeechT5HifiGanConfig

from core.kernels import time_convolution
from core.vocoders.hifigan import HifiGanVocoder
from tests.threads import torch_threads


def make_mel(num_frames: int) -> torch.Tensor:
    return torch.randn(num_frames, 6, generator=torch.Generator().manual_seed(num_frames))


def whole_clip(network: SpeechT5HifiGan, mel: torch.Tensor) -> np.ndarray:
    with torch.inference_mode():
        return network(mel[None])[0].numpy()


def make_network(**changes: object) -> SpeechT5HifiGan:
    """A narrow HiFi-GAN whose output is loud: random weights alone give almost silence."""
    torch.manual_seed(0)
    config = SpeechT5HifiGanConfig(
        **{
            "model_in_dim": 6,
            "upsample_initial_channel": 32,
            "upsample_rates": [5, 4, 2, 2, 2],
            "upsample_kernel_sizes": [16, 16, 8, 4, 4],
            "normalize_before": False,
            **changes,
        }
    )
    network = SpeechT5HifiGan(config).eval().requires_grad_(False)
    for parameter in network.parameters():
        if parameter.dim() > 1:
            parameter.mul_(10)
    loudness = whole_clip(network, make_mel(40)).std()
    network.conv_post.weight.mul_(0.3 / float(loudness))
    return network


NETWORK = make_network()


def in_pushes(vocoder: HifiGanVocoder, mel: torch.Tensor, sizes: list[int]) -> np.ndarray:
    stream = vocoder.stream()
    rest = [mel.shape[0] - sum(sizes)] if sum(sizes) < mel.shape[0] else []
    parts = [stream.push(piece) for piece in mel.split([*sizes, *rest])]
    return np.concatenate([*parts, stream.finish()])


@st.composite
def push_plans(draw: st.DrawFn) -> tuple[int, list[int]]:
    """A clip length and how its frames come in."""
    sizes = draw(st.lists(st.integers(0, 40), min_size=1, max_size=5))
    return max(1, sum(sizes)), sizes


def test_the_test_network_is_loud_enough_to_judge_by() -> None:
    assert np.abs(whole_clip(NETWORK, make_mel(60))).mean() > 0.01


@given(push_plans(), st.sampled_from([9, 32, 256]))
@settings(max_examples=15, deadline=None)
def test_any_pushes_and_any_chunks_give_the_whole_clips_samples(
    plan: tuple[int, list[int]], chunk_frames: int
) -> None:
    num_frames, sizes = plan
    mel = make_mel(num_frames)
    samples = in_pushes(HifiGanVocoder(NETWORK, chunk_frames), mel, sizes)
    assert samples.dtype == np.float32
    np.testing.assert_allclose(samples, whole_clip(NETWORK, mel), rtol=0, atol=1e-4)


def test_pushes_do_not_change_a_single_bit() -> None:
    vocoder, mel = HifiGanVocoder(NETWORK, chunk_frames=32), make_mel(150)
    at_once = in_pushes(vocoder, mel, [150])
    np.testing.assert_array_equal(in_pushes(vocoder, mel, [1, 54, 9, 70]), at_once)


def test_chunks_side_by_side_do_not_change_a_single_bit() -> None:
    vocoder, mel = HifiGanVocoder(NETWORK, chunk_frames=32), make_mel(200)
    one_by_one = in_pushes(vocoder, mel, [200])
    with torch_threads(2):
        assert vocoder.chunks_at_once == 2
        np.testing.assert_array_equal(in_pushes(vocoder, mel, [200]), one_by_one)
        np.testing.assert_array_equal(in_pushes(vocoder, mel, [33, 167]), one_by_one)


@pytest.mark.parametrize(
    "changes",
    [
        {"upsample_rates": [3, 2], "upsample_kernel_sizes": [8, 7]},
        {"upsample_rates": [4], "upsample_kernel_sizes": [4], "resblock_kernel_sizes": [3, 7, 11]},
        {
            "resblock_kernel_sizes": [3, 5],
            "resblock_dilation_sizes": [[1, 2], [1, 7]],
            "upsample_rates": [2, 2, 3],
            "upsample_kernel_sizes": [5, 4, 6],
        },
    ],
)
def test_other_rates_and_kernels_are_as_exact(changes: dict[str, list[int]]) -> None:
    network, mel = make_network(**changes), make_mel(70)
    vocoder = HifiGanVocoder(network, chunk_frames=16)
    expected = whole_clip(network, mel)
    assert vocoder.num_samples(70) == len(expected)
    np.testing.assert_allclose(in_pushes(vocoder, mel, [30]), expected, rtol=0, atol=1e-4)


def test_by_polynomials_it_is_as_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time_convolution, "use_polynomials", lambda weight: weight.shape[2] > 1)
    mel = make_mel(90)
    samples = in_pushes(HifiGanVocoder(NETWORK, chunk_frames=32), mel, [70])
    np.testing.assert_allclose(samples, whole_clip(NETWORK, mel), rtol=0, atol=1e-4)


def test_the_networks_own_normalisation_is_applied_once() -> None:
    network, mel = make_network(normalize_before=True), make_mel(80)
    network.mean.fill_(-2.0)
    network.scale.fill_(3.0)
    chunked = in_pushes(HifiGanVocoder(network, chunk_frames=16), mel, [11])
    np.testing.assert_allclose(chunked, whole_clip(network, mel), rtol=0, atol=1e-4)
    assert not np.allclose(chunked, whole_clip(NETWORK, mel), atol=1e-2)


def test_audioldms_vocoder_has_a_receptive_field_of_23_frames() -> None:
    vocoder = HifiGanVocoder(NETWORK)
    assert vocoder.halo == (23, 23)
    assert vocoder.context_frames == 23
    assert [vocoder.num_samples(n) for n in (0, 1, 100)] == [0, 192, 16032]


def test_the_halo_is_what_a_hop_of_samples_really_depends_on() -> None:
    network = make_network().double()
    mel = torch.randn(1, 100, 6, dtype=torch.double, requires_grad=True)
    network(mel)[0, 160 * 50 : 160 * 51].sum().backward()
    assert mel.grad is not None
    touched = mel.grad[0].any(dim=-1).nonzero().flatten()
    before, after = HifiGanVocoder(network).halo
    assert (50 - touched[0], touched[-1] - 50) == (before, after)


def test_samples_come_before_the_clip_is_complete() -> None:
    stream = HifiGanVocoder(NETWORK, chunk_frames=20).stream()
    assert stream.push(make_mel(42)).size == 0
    assert stream.push(make_mel(1)).size == 20 * 160


def test_without_frames_there_are_no_samples() -> None:
    assert HifiGanVocoder(NETWORK).stream().finish().size == 0


def test_a_half_precision_vocoder_gives_float32_samples() -> None:
    network = make_network().to(torch.bfloat16)
    samples = in_pushes(HifiGanVocoder(network), make_mel(30), [])
    assert next(network.parameters()).dtype == torch.bfloat16
    assert samples.dtype == np.float32
    assert np.abs(samples - whole_clip(NETWORK, make_mel(30))).max() < 0.1
