"""What is no waveform autoencoder of a known kind is refused, by the layer's name."""

import pytest
import torch
from torch import nn

from core.api.errors import ModelLoadError
from core.tiled_vae.graph.tasks import AddResidual, StoreResidual
from core.tiled_vae.graph.waveform_graph_builder import (
    waveform_decoder_queue,
    waveform_encoder_queue,
)
from core.tiled_vae.waveform_vae import WaveformVAE
from tests.core.tiled_vae.networks import relative_error, tiny_vae
from tests.core.tiled_vae.waveform_networks import (
    LATENT_CHANNELS,
    decode_untiled,
    tiny_oobleck,
    uneven_waveform,
)


def test_a_vae_of_spectrograms_is_refused() -> None:
    with pytest.raises(ModelLoadError, match="AutoencoderOobleck and AutoencoderSAME"):
        waveform_decoder_queue(tiny_vae())


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("block.0.res_unit2.snake1", nn.SiLU()),
        ("block.0.res_unit1.conv1", nn.Conv1d(6, 6, 7, padding=2)),
        ("block.0.conv_t1", nn.ConvTranspose1d(12, 6, 6, stride=3, padding=2, output_padding=1)),
        ("conv2", nn.Conv1d(6, 2, 7, padding=3, padding_mode="reflect")),
        ("conv1", nn.Conv1d(4, 12, 7, padding="same")),
        ("block.1", nn.Identity()),
    ],
)
def test_an_unknown_layer_is_named(name: str, layer: nn.Module) -> None:
    vae = tiny_oobleck()
    vae.decoder.set_submodule(name, layer)
    with pytest.raises(ModelLoadError, match=f"decoder.{name}"):
        waveform_decoder_queue(vae)


def test_a_layer_that_is_added_is_named() -> None:
    vae = tiny_oobleck()
    vae.encoder.block[0].res_unit1.dropout = nn.Dropout()
    with pytest.raises(ModelLoadError, match=r"res_unit1\.dropout"):
        waveform_encoder_queue(vae)


def test_residual_blocks_are_closed() -> None:
    for queue in (waveform_decoder_queue(tiny_oobleck()), waveform_encoder_queue(tiny_oobleck())):
        open_blocks = [
            type(task) for task in queue if isinstance(task, StoreResidual | AddResidual)
        ]
        assert open_blocks == [StoreResidual, AddResidual] * 6


def test_weight_norm_of_either_kind_and_none_give_the_same() -> None:
    vae = tiny_oobleck()
    latents = uneven_waveform(9, LATENT_CHANNELS)
    truth = decode_untiled(vae, latents)
    nn.utils.remove_weight_norm(vae.decoder.conv1)
    nn.utils.remove_weight_norm(vae.decoder.block[0].conv_t1)
    nn.utils.parametrizations.weight_norm(vae.decoder.block[0].conv_t1)
    assert relative_error(WaveformVAE(vae).decode(latents), truth) < 1e-12


def test_snakes_without_logarithms_are_taken_as_they_are() -> None:
    vae = tiny_oobleck()
    for snake in (module for module in vae.modules() if type(module).__name__ == "Snake1d"):
        snake.logscale = False
        with torch.no_grad():
            snake.alpha.abs_().add_(0.5)
            snake.beta.abs_().add_(0.5)
    latents = uneven_waveform(9, LATENT_CHANNELS)
    truth = decode_untiled(vae, latents)
    assert relative_error(WaveformVAE(vae).decode(latents), truth) < 1e-12
