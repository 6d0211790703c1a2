"""The bundled model's encoder computes the principal components of patches, up to the edges."""

from pathlib import Path

import pytest
import torch
from bundled_model.data.waveform_store import WaveformStore
from bundled_model.settings import CHECK
from bundled_model.vae.encoder import LATENT_DEVIATION
from bundled_model.vae.network import LATENT_CHANNELS, new_vae
from bundled_model.vae.principal import PrincipalComponents, patches_of


@pytest.fixture(scope="module")
def principal(clips: WaveformStore) -> PrincipalComponents:
    """The components of some clips."""
    return PrincipalComponents.measure(clips, LATENT_CHANNELS)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_latents_are_the_gained_components_of_their_patch(
    clips: WaveformStore, principal: PrincipalComponents, dtype: torch.dtype
) -> None:
    log_mel = clips.log_mels(torch.arange(4))
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
    clips: WaveformStore, principal: PrincipalComponents
) -> None:
    patches = patches_of(clips.log_mels(torch.arange(len(clips)))) - principal.mean.flatten()
    directions = principal.directions.flatten(1)
    lost = patches - patches @ directions.T @ directions
    assert lost.square().mean() < 0.02 * patches.square().mean()


def test_components_come_back_from_their_file(
    principal: PrincipalComponents, tmp_path: Path
) -> None:
    principal.write(tmp_path / "principal.pt")
    read = PrincipalComponents.read(tmp_path / "principal.pt")
    assert torch.equal(read.directions, principal.directions)
    assert torch.equal(read.gains, principal.gains)


def test_the_latents_have_a_deviation_of_one_after_scaling(
    clips: WaveformStore, principal: PrincipalComponents
) -> None:
    latents = principal.latents_of(clips.log_mels(torch.arange(len(clips))))
    scaled = principal.scaling_factor * latents
    assert scaled.square().mean().sqrt() == pytest.approx(1, abs=0.01)
