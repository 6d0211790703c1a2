import pytest
import torch
from diffusers import AutoencoderTiny, VQModel
from torch import nn

from core.api.errors import ModelLoadError
from core.tiled_vae import TiledVAE
from core.tiled_vae.graph.barriers import Attention, GroupNorm
from core.tiled_vae.graph.graph_builder import decoder_queue, encoder_queue
from core.tiled_vae.graph.segments import split_into_segments, total_scale
from core.tiled_vae.graph.tasks import AddResidual, Downsample, StoreResidual, Upsample
from tests.core.tiled_vae.networks import (
    ATTENTION,
    AUDIOLDM,
    BUNDLED,
    EVERY_NAME,
    EVERY_SHAPE,
    tiny_vae,
)


def count(queue: list, kind: type) -> int:
    return sum(isinstance(task, kind) for task in queue)


def test_audioldm_has_24_decoder_and_18_encoder_group_norms() -> None:
    vae = tiny_vae(AUDIOLDM)
    assert count(decoder_queue(vae), GroupNorm) == 24
    assert count(encoder_queue(vae), GroupNorm) == 18


@pytest.mark.parametrize("shape", EVERY_SHAPE, ids=EVERY_NAME)
def test_every_weight_of_the_network_is_in_a_queue_once(shape: dict) -> None:
    vae = tiny_vae(shape)
    queue = [*decoder_queue(vae), *encoder_queue(vae)]
    held = sorted(id(weight) for task in queue for weight in task.weights)
    assert held == sorted(id(weight) for weight in vae.parameters())


@pytest.mark.parametrize("shape", EVERY_SHAPE, ids=EVERY_NAME)
def test_residuals_are_stored_and_added_in_turn(shape: dict) -> None:
    for queue in (decoder_queue(tiny_vae(shape)), encoder_queue(tiny_vae(shape))):
        marks = [task for task in queue if isinstance(task, StoreResidual | AddResidual)]
        assert all(isinstance(task, StoreResidual) for task in marks[::2])
        assert all(isinstance(task, AddResidual) for task in marks[1::2])


def test_the_scale_comes_from_the_network() -> None:
    assert total_scale(decoder_queue(tiny_vae(AUDIOLDM))).up == 4
    assert total_scale(encoder_queue(tiny_vae(AUDIOLDM))).down == 4
    assert count(decoder_queue(tiny_vae(BUNDLED)), Upsample) == 3
    assert count(encoder_queue(tiny_vae(BUNDLED)), Downsample) == 3


def test_attention_is_left_out_where_the_network_has_none() -> None:
    assert count(decoder_queue(tiny_vae(AUDIOLDM)), Attention) == 1
    assert count(decoder_queue(tiny_vae(BUNDLED)), Attention) == 0


def test_attention_follows_each_residual_block_that_has_it() -> None:
    vae = tiny_vae(ATTENTION)
    assert count(decoder_queue(vae), Attention) == 2 * 3 + 1
    assert count(encoder_queue(vae), Attention) == 2 * 2 + 1


def test_the_queue_is_cut_at_every_norm_and_at_attention() -> None:
    queue = decoder_queue(tiny_vae(AUDIOLDM))
    segments = split_into_segments(queue, shared=False)
    assert len(segments) == 24 + 1 + 1
    assert [task for segment in segments for task in segment.tasks] == queue
    norms = {at for at, task in enumerate(queue) if isinstance(task, GroupNorm)}
    assert len(split_into_segments(queue, fixed_norms=norms, shared=False)) == 2


def test_no_shared_segment_chains_two_convolutions() -> None:
    queue = decoder_queue(tiny_vae(AUDIOLDM))
    segments = split_into_segments(queue)
    assert [task for segment in segments for task in segment.tasks] == queue
    barriers = [segment.barrier for segment in segments if segment.barrier is not None]
    assert len(barriers) == 24 + 1
    others = [s.ends_at.name for s in segments if s.ends_at is not None and s.barrier is None]
    assert others == [
        "decoder.conv_in",
        "decoder.up_blocks.0.upsamplers.0",
        "decoder.up_blocks.1.upsamplers.0",
    ]


@pytest.mark.parametrize("kind", [AutoencoderTiny, VQModel])
def test_a_network_of_another_class_is_refused_by_its_name(kind: type[nn.Module]) -> None:
    with pytest.raises(ModelLoadError, match=rf"one of {kind.__name__}; use a model whose VAE"):
        TiledVAE(kind())


@pytest.mark.parametrize(
    ("place", "layer"),
    [
        ("conv_in", nn.Conv2d(3, 16, 5, padding=2)),
        ("mid_block.resnets.0.nonlinearity", nn.Softmax(dim=1)),
        ("up_blocks.0", nn.Identity()),
        ("mid_block.resnets.0.norm1", nn.BatchNorm2d(16)),
        ("up_blocks.0.upsamplers.0", nn.Upsample(scale_factor=2)),
    ],
)
def test_a_layer_that_is_not_known_is_refused_by_name(place: str, layer: nn.Module) -> None:
    vae = tiny_vae()
    vae.decoder.set_submodule(place, layer)
    with pytest.raises(ModelLoadError, match=place) as caught:
        TiledVAE(vae)
    assert type(layer).__name__ in str(caught.value)


def test_a_converted_task_leaves_the_network_alone() -> None:
    vae = tiny_vae()
    task = decoder_queue(vae)[1]
    converted = task.to(torch.device("cpu"), torch.float32)
    assert converted.weight.dtype == torch.float32
    assert vae.decoder.conv_in.weight.dtype == torch.float64
