"""Builds the flat queue of tasks from diffusers' SAME, the autoencoder of Stable Audio 3."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from diffusers.models.autoencoders.autoencoder_same import (
    DynamicTanh as DynamicTanhLayer,
)
from diffusers.models.autoencoders.autoencoder_same import (
    FeedForward,
    SAMEAttention,
    SAMETransformerResamplingBlock,
    TransformerBlock,
)
from torch import nn

from core.tiled_vae.graph.tasks import AddResidual, StoreResidual, Task
from core.tiled_vae.graph.time_reach import InsertionReach, SegmentReach, SelectionReach
from core.tiled_vae.graph.token_tasks import (
    BandedAttention,
    ChannelScaling,
    Completion,
    DynamicTanh,
    GatedFeedForward,
    Patching,
    TokenInsertion,
    TokenSelection,
    Unpatching,
)
from core.tiled_vae.graph.waveform_layers import check_children, convolution, linear, unsupported
from core.tiled_vae.graph.waveform_tasks import TimeLayer, convolution_reach


def same_decoder_queue(vae: Any) -> list[Task]:
    """Tasks from latents (B, C, T) to samples (B, channels, n).

    Raises:
        ModelLoadError: There is a layer of another kind.
    """
    check_children(vae.decoder, "decoder", {"proj", "blocks"})
    deviation = vae.bottleneck.running_std.detach().view(1, 1, 1)
    tasks: list[Task] = [
        ChannelScaling(name="bottleneck", factor=deviation),
        linear(vae.decoder.proj, "decoder.proj"),
    ]
    for index, block in enumerate(vae.decoder.blocks):
        tasks += _upsampling(block, f"decoder.blocks.{index}")
    tasks[-1] = _in_float32(tasks[-1])
    size, channels = vae.config.patch_size, vae.config.audio_channels
    return [
        *tasks,
        Unpatching(
            name="patch_embed",
            own_channels=(size * channels, channels),
            own_reach=SegmentReach(down=1, up=size),
        ),
    ]


def same_encoder_queue(vae: Any) -> list[Task]:
    """Tasks from samples (B, channels, n) to latents (B, C, T).

    Raises:
        ModelLoadError: There is a layer of another kind.
    """
    check_children(vae.encoder, "encoder", {"proj", "blocks"})
    size, channels = vae.config.patch_size, vae.config.audio_channels
    tasks: list[Task] = [
        Patching(
            name="patch_embed",
            own_channels=(channels, size * channels),
            own_reach=SegmentReach(down=size, up=1),
        )
    ]
    for index, block in enumerate(vae.encoder.blocks):
        tasks += _downsampling(block, f"encoder.blocks.{index}")
    bottleneck = vae.bottleneck
    scale, bias = (part.detach().view(-1, 1, 1) for part in (bottleneck.scale, bottleneck.bias))
    return [
        *tasks,
        _in_float32(linear(vae.encoder.proj, "encoder.proj")),
        ChannelScaling(
            name="bottleneck",
            factor=scale / bottleneck.running_std,
            offset=bias / bottleneck.running_std,
        ),
    ]


def _downsampling(block: Any, name: str) -> Iterator[Task]:
    """Tokens of a segment's frames and one more, which gathers them and is kept."""
    _check_block(block, name)
    stride, width = block.stride, block.out_channels
    given = (block.in_channels, block.in_channels)
    yield Completion(name=name, own_channels=given, own_reach=SegmentReach(down=stride, up=stride))
    yield from _mapping(block, name)
    yield _insertion(block, name, stride, stride + 1)
    yield from _transformers(block, name)
    yield TokenSelection(
        name=name,
        own_channels=(width, width),
        own_reach=SelectionReach(down=stride + 1, up=1),
    )


def _upsampling(block: Any, name: str) -> Iterator[Task]:
    """The token of a frame and a segment of new ones, which are kept."""
    _check_block(block, name)
    stride, width = block.stride, block.in_channels
    yield _insertion(block, name, 1, stride + 1)
    yield from _transformers(block, name)
    yield TokenSelection(
        name=name,
        own_channels=(width, width),
        own_reach=SelectionReach(down=stride + 1, up=stride),
    )
    yield from _mapping(block, name)


def _check_block(block: Any, name: str) -> None:
    if not isinstance(block, SAMETransformerResamplingBlock):
        raise unsupported(block, name)
    check_children(block, name, {"mapping", "transformers"})


def _mapping(block: Any, name: str) -> Iterator[Task]:
    if not isinstance(block.mapping, nn.Identity):
        yield convolution(block.mapping, f"{name}.mapping")


def _insertion(block: Any, name: str, given: int, total: int) -> Task:
    token = block.new_tokens.view(-1)
    return TokenInsertion(
        name=name,
        token=token,
        own_channels=(len(token), len(token)),
        own_reach=InsertionReach(down=given, up=total),
    )


def _transformers(block: Any, name: str) -> Iterator[Task]:
    band = block.sliding_window * (block.stride + 1)
    for index, layer in enumerate(block.transformers):
        layer_name = f"{name}.transformers.{index}"
        if not isinstance(layer, TransformerBlock):
            raise unsupported(layer, layer_name)
        check_children(layer, layer_name, {"norm_attn", "attn", "norm_ff", "ff"})
        yield StoreResidual(name=layer_name)
        yield _norm(layer.norm_attn, f"{layer_name}.norm_attn")
        yield _attention(layer.attn, f"{layer_name}.attn", band)
        yield AddResidual(name=layer_name)
        yield StoreResidual(name=layer_name)
        yield _norm(layer.norm_ff, f"{layer_name}.norm_ff")
        yield _feed_forward(layer.ff, f"{layer_name}.ff")
        yield AddResidual(name=layer_name)


def _norm(layer: Any, name: str) -> DynamicTanh:
    if not isinstance(layer, DynamicTanhLayer):
        raise unsupported(layer, name)
    return DynamicTanh(name=name, slope=layer.alpha, gain=layer.gamma, offset=layer.beta)


def _attention(layer: Any, name: str, band: int) -> BandedAttention:
    if not isinstance(layer, SAMEAttention):
        raise unsupported(layer, name)
    check_children(layer, name, {"to_qkv", "to_out", "q_norm", "k_norm", "rope"})
    return BandedAttention(
        name=name,
        own_reach=convolution_reach(2 * band + 1, padding=band),
        projection=layer.to_qkv.weight,
        output=layer.to_out.weight,
        query_norm=_norm(layer.q_norm, f"{name}.q_norm"),
        key_norm=_norm(layer.k_norm, f"{name}.k_norm"),
        heads=layer.heads,
    )


def _feed_forward(layer: Any, name: str) -> GatedFeedForward:
    if not isinstance(layer, FeedForward):
        raise unsupported(layer, name)
    check_children(layer, name, {"proj_in", "proj_out"})
    return GatedFeedForward(
        name=name,
        weight_in=layer.proj_in.weight,
        bias_in=layer.proj_in.bias,
        weight_out=layer.proj_out.weight,
        bias_out=layer.proj_out.bias,
        is_sinusoidal=layer.sinusoidal,
    )


def _in_float32(task: Task) -> Task:
    """The network's last product, in float32 where other tasks use half precision."""
    return replace(task, float32_output=True) if isinstance(task, TimeLayer) else task
