"""Predicted magnitudes: chunks, their mel, bad settings."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.mel import LOG_FLOOR, MelParams, log_mel_spectrogram, mel_filter_bank
from core.vocoders.magnitude_network import LearntMagnitudes, MagnitudeNetwork
from core.vocoders.phase_reconstruction import PhaseReconstructionVocoder

PARAMS = MelParams()
BANK = torch.from_numpy(mel_filter_bank(PARAMS)).float().T


def make_network() -> MagnitudeNetwork:
    torch.manual_seed(5)
    return MagnitudeNetwork(PARAMS, 16, 2).eval().requires_grad_(False)


def make_mel(frames: int, seed: int = 0) -> torch.Tensor:
    noise = torch.randn(1, frames * PARAMS.hop_length, generator=torch.manual_seed(seed))
    return log_mel_spectrogram(0.1 * noise)[0, 0]


NETWORK = make_network()
MAGNITUDES = LearntMagnitudes(NETWORK, PARAMS)


@given(st.integers(0, 60), st.integers(1, 20))
def test_a_frame_depends_on_its_context_and_on_nothing_beyond(first: int, length: int) -> None:
    mel = make_mel(81)
    context = NETWORK.context_frames
    start, stop = max(0, first - context), min(len(mel), first + length + context)
    part = MAGNITUDES(mel[start:stop])[first - start :][:length]
    torch.testing.assert_close(part, MAGNITUDES(mel)[first : first + length], rtol=1e-4, atol=1e-6)


def test_one_frame_less_of_context_changes_the_result() -> None:
    mel, middle, context = make_mel(81), 40, NETWORK.context_frames
    short = MAGNITUDES(mel[middle - context + 1 : middle + context])[context - 1]
    assert not torch.allclose(short, MAGNITUDES(mel)[middle], rtol=1e-5, atol=1e-8)


def test_predicted_magnitudes_have_the_mel_they_come_from() -> None:
    mel = make_mel(50)
    guessed = NETWORK(mel[None])[0].exp()
    before, after = ((m @ BANK).log() - mel for m in (guessed, MAGNITUDES(mel)))
    assert after.abs().mean() < 0.05 < before.abs().mean()


def test_silence_stays_silence() -> None:
    assert MAGNITUDES(torch.full((30, PARAMS.n_mels), LOG_FLOOR)).max() < 1e-8


@pytest.mark.parametrize("level", [-1e4, 1e4])
def test_an_absurd_mel_gives_finite_magnitudes(level: float) -> None:
    assert NETWORK(torch.full((1, 5, PARAMS.n_mels), level)).exp().isfinite().all()


def test_without_a_correction_a_flat_spectrum_stays_flat() -> None:
    network = make_network()
    torch.nn.init.zeros_(network.last.weight)
    torch.nn.init.zeros_(network.last.bias)
    flat = torch.full((1, 3, 513), 0.02)
    given_back = network((flat @ BANK).log())
    seen = BANK.sum(dim=1) > 0
    torch.testing.assert_close(given_back[..., seen].exp(), flat[..., seen])
    assert (given_back[..., ~seen] == LOG_FLOOR).all()


def test_a_clip_vocoded_in_pieces_is_the_clip_vocoded_whole() -> None:
    vocoder = PhaseReconstructionVocoder(PARAMS, n_iter=2).with_network(NETWORK)
    mel = make_mel(120)
    whole = vocoder.stream()
    one_go = [*whole.push(mel), *whole.finish()]
    stream = vocoder.stream()
    pieces = [sample for piece in mel.split(7) for sample in stream.push(piece)]
    assert [*pieces, *stream.finish()] == one_go
    assert len(one_go) == vocoder.num_samples(len(mel))


@pytest.mark.parametrize(
    "sizes",
    [
        {"width": 0, "num_blocks": 1},
        {"width": 8, "num_blocks": "2"},
        {"width": 10**9, "num_blocks": 1},
    ],
)
def test_impossible_sizes_are_refused(sizes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="magnitude network"):
        MagnitudeNetwork.from_config(PARAMS, sizes)
