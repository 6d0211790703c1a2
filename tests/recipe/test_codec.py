"""The bundled model's encoder computes the principal components of patches, up to the edges."""

import numpy as np
import pytest
import torch
from bundled_model.data.clip import ClipPlanner
from bundled_model.data.clip_store import ClipStore
from bundled_model.data.concepts import Synthesis
from bundled_model.data.studio import Studio
from bundled_model.settings import CHECK
from bundled_model.vae.encoder import LATENT_DEVIATION
from bundled_model.vae.network import LATENT_CHANNELS, new_vae
from bundled_model.vae.principal import PrincipalComponents, patches_of

from core.mel import log_mel_spectrogram


@pytest.fixture(scope="module")
def clips() -> ClipStore:
    """Some computed sounds."""
    planner, studio = ClipPlanner(1, (Synthesis,), 0.0), Studio()
    plans = tuple(planner.plan(number) for number in range(16))
    waveforms = torch.from_numpy(np.stack([studio.render(plan) for plan in plans]))
    return ClipStore(log_mel_spectrogram(waveforms)[:, 0].half().numpy(), plans)


@pytest.fixture(scope="module")
def principal(clips: ClipStore) -> PrincipalComponents:
    """Their components."""
    return PrincipalComponents.measure(clips, LATENT_CHANNELS)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_latents_are_the_gained_components_of_their_patch(
    clips: ClipStore, principal: PrincipalComponents, dtype: torch.dtype
) -> None:
    log_mel = clips.batch(torch.arange(4))
    wanted = principal.latents_of(log_mel)
    vae = new_vae(principal, CHECK.codec_channels)
    for part in (vae.encoder, vae.quant_conv):
        part.to(dtype)
    with torch.no_grad():
        posterior = vae.encode(log_mel.to(dtype)).latent_dist
    latents = posterior.mean.float()
    tolerance = 2e-3 if dtype is torch.float32 else 3e-2
    assert (latents - wanted).abs().max() < tolerance * wanted.abs().max()
    assert (posterior.std.float() / LATENT_DEVIATION - 1).abs().max() < 0.02


def test_components_are_orthonormal_and_fall(principal: PrincipalComponents) -> None:
    directions = principal.directions.flatten(1)
    torch.testing.assert_close(directions @ directions.T, torch.eye(LATENT_CHANNELS))
    assert (principal.deviations.diff() <= 0).all()
    compressed = principal.gains * principal.deviations
    assert compressed.square().mean() == pytest.approx(1)


def test_the_components_keep_most_of_a_spectrogram(
    clips: ClipStore, principal: PrincipalComponents
) -> None:
    patches = patches_of(clips.batch(torch.arange(len(clips)))) - principal.mean.flatten()
    directions = principal.directions.flatten(1)
    lost = patches - patches @ directions.T @ directions
    assert lost.square().mean() < 0.02 * patches.square().mean()
