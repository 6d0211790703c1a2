"""Pairs that are mixed of two clips' log-mels are what the two sound like at once."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from bundled_model.data.clip import ClipPlanner, go_together
from bundled_model.data.clip_store import ClipStore
from bundled_model.data.concepts import CONCEPT_NAMES, Synthesis
from bundled_model.data.mixing import mixed
from bundled_model.data.studio import Studio
from bundled_model.diffusion.pairs import PairMixer
from bundled_model.vae.encoder import LATENT_DEVIATION
from bundled_model.vae.network import LATENT_CHANNELS
from bundled_model.vae.principal import PrincipalComponents

from core.mel import log_mel_spectrogram

FACTOR = 2.0


@pytest.fixture(scope="module")
def waveforms() -> torch.Tensor:
    """Computed sounds, each of another concept."""
    planner, studio = ClipPlanner(1, (Synthesis,), 0.0), Studio()
    return torch.from_numpy(np.stack([studio.render(planner.plan(number)) for number in range(8)]))


@pytest.fixture(scope="module")
def mixer(waveforms: torch.Tensor) -> PairMixer:
    """A mixer of these."""
    plans = tuple(ClipPlanner(1, (Synthesis,), 0.0).plan(number) for number in range(8))
    clips = ClipStore(log_mel_spectrogram(waveforms)[:, 0].half().numpy(), plans)
    return PairMixer(clips, PrincipalComponents.measure(clips, LATENT_CHANNELS), FACTOR)


def test_mixed_log_mels_are_near_those_of_the_sum(waveforms: torch.Tensor) -> None:
    first, second = log_mel_spectrogram(waveforms[:4]), log_mel_spectrogram(waveforms[4:])
    loudest = [(2 * mel).logsumexp(dim=3).amax(dim=2).div(2).exp() for mel in (first, second)]
    gain = 0.6 * loudest[0] / loudest[1]
    real = log_mel_spectrogram(waveforms[:4] + gain * waveforms[4:])
    apart = (mixed(first, second, 0.6) - real).abs().mean()
    assert apart < 0.15
    assert apart < 0.5 * (first - real).abs().mean()


def test_the_level_of_the_second_sound_does_not_matter(waveforms: torch.Tensor) -> None:
    first, second = log_mel_spectrogram(waveforms[:4]), log_mel_spectrogram(waveforms[4:])
    torch.testing.assert_close(mixed(first, second + 1.5, 0.6), mixed(first, second, 0.6))


def test_latents_of_a_pair_lie_around_its_components(mixer: PairMixer) -> None:
    numbers, others = torch.tensor([0, 1] * 200), torch.tensor([1, 0] * 200)
    latents = mixer.latents(numbers, others, torch.Generator().manual_seed(0)) / FACTOR
    log_mels = mixer.clips.batch(torch.tensor([0, 1]))
    pair = mixed(log_mels, log_mels.flip(0), 0.75)
    middle = latents.view(200, 2, *latents.shape[1:]).mean(dim=0)
    wanted = mixer.principal.latents_of(pair)
    single = mixer.principal.latents_of(log_mels)
    assert (middle - wanted).abs().mean() < 0.3 * (single - wanted).abs().mean()
    assert latents[::2].std(dim=0).mean() > 0.9 * LATENT_DEVIATION


def test_a_partner_is_another_concept_alone(mixer: PairMixer) -> None:
    rng = np.random.default_rng(0)
    for number, plan in enumerate(mixer.clips.plans):
        other = mixer.partner(number, rng)
        assert other is not None
        assert go_together(plan.concept, mixer.clips.plans[other].concept)
        pair = mixer.plan(number, other)
        assert (pair.concept, pair.second) == (plan.concept, mixer.clips.plans[other].concept)


def test_instruments_with_notes_do_not_go_together() -> None:
    piano, violin, rain = map(CONCEPT_NAMES.index, ("piano", "violin", "rain"))
    assert not go_together(piano, violin)
    assert go_together(piano, rain)
    assert not go_together(rain, rain)


def test_where_no_two_clips_go_together_there_is_no_partner(mixer: PairMixer) -> None:
    alone = replace(mixer, clips=mixer.clips.first(1))
    assert alone.partner(0, np.random.default_rng(0)) is None
