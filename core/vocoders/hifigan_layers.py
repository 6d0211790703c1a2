"""HiFi-GAN's layers over a stretch of a clip: each computes only what the samples need.

The network itself computes all layers over all frames it is given. With the frames that the first
layer needs around a chunk, that is an eighth more work. Measured on AudioLDM's vocoder, one thread,
processor time: 0.65 of what the network takes in the same chunks in float32, of which the
convolutions by polynomials save most, and 0.86 in bfloat16.
"""

from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.api.region import Span
from core.kernels.time_convolution import TimeConvolution, TransposedConvolution
from core.vocoders.receptive_field import FieldConvolution, FieldLayer, Upsampling

# of the leaky ReLU before the last layer: torch's default, not the network's own
_LAST_SLOPE = 0.01


class _Stretch(NamedTuple):
    """Values (t, C) of a stretch of a clip, and its place there."""

    values: Tensor
    span: Span

    def read(self, start: int, stop: int) -> Tensor:
        """The values of a span, with zeros beyond the stretch: it ends at a border there."""
        inside = Span(max(start, self.span.start), min(stop, self.span.stop))
        values = self.values[inside.shift(-self.span.start).slice]
        before, after = inside.start - start, stop - inside.stop
        return F.pad(values, (0, 0, before, after)) if before or after else values

    def activated(self, slope: float) -> "_Stretch":
        """The values after a leaky ReLU."""
        return _Stretch(F.leaky_relu(self.values, slope), self.span)


class HifiGanLayers(nn.Module):
    """The layers of a HiFi-GAN on a processor, in their fastest form.

    Args:
        network: A `SpeechT5HifiGan` of transformers, which keeps the weights.
    """

    def __init__(self, network: Any) -> None:
        super().__init__()
        self._network = (network,)  # in a tuple: the weights stay the network's
        self._stack = layers_of(network)
        self._slope: float = network.config.leaky_relu_slope
        self._first, self._last = _Convolution(network.conv_pre), _Convolution(network.conv_post)
        self._upsamplers = nn.ModuleList(map(_Upsampler, network.upsampler))
        self._blocks = nn.ModuleList(
            _ResidualBlock(block, self._slope) for block in network.resblocks
        )

    def forward(self, mel: Tensor, span: Span, samples: Span, num_frames: int) -> Tensor:
        """Compute `samples` (n,) of a clip.

        Args:
            mel: Log-mel frames (t, F) in the network's precision.
            span: Their place in the clip; all that the samples depend on.
            samples: The place of the samples in the clip's waveform.
            num_frames: Frames of the clip.
        """
        (network,) = self._network
        if network.config.normalize_before:
            mel = (mel - network.mean) / network.scale
        clips, spans = self._spans(samples, num_frames)
        x = _Stretch(self._first(_Stretch(mel, span), spans[1]), spans[1])
        count = network.num_kernels
        for index, upsampler in enumerate(self._upsamplers):
            upsampled, outputs = spans[2 * index + 2 : 2 * index + 4]
            x = _Stretch(upsampler(x.activated(self._slope), upsampled), upsampled)
            blocks, clip = self._blocks[index * count : (index + 1) * count], clips[2 * index + 2]
            total = blocks[0](x, outputs, clip)
            for block in blocks[1:]:
                total += block(x, outputs, clip)
            x = _Stretch(total.div_(count), outputs)
        last: Tensor = self._last(x.activated(_LAST_SLOPE), samples)
        return torch.tanh(last).squeeze(1)

    def _spans(self, samples: Span, num_frames: int) -> tuple[list[Span], list[Span]]:
        """For each layer, all inputs of the clip, and those that it reads; then the samples."""
        clips = [Span(0, num_frames)]
        for layer in self._stack[:-1]:
            clips.append(Span(0, layer.length(clips[-1].stop)))
        spans = [samples]
        for layer, clip in zip(reversed(self._stack), reversed(clips), strict=True):
            spans.append(layer.inputs_of(spans[-1]).intersect(clip))
        return clips, spans[::-1]


class _Convolution(nn.Module):
    """A convolution that keeps the length."""

    def __init__(self, layer: nn.Conv1d) -> None:
        super().__init__()
        self._reach = _reach(layer)
        self._valid = TimeConvolution(layer)

    def forward(self, x: _Stretch, outputs: Span) -> Tensor:
        """Compute the outputs of a span."""
        convolved: Tensor = self._valid(
            x.read(outputs.start - self._reach, outputs.stop + self._reach)
        )
        return convolved


class _Upsampler(nn.Module):
    """A transposed convolution."""

    def __init__(self, layer: nn.ConvTranspose1d) -> None:
        super().__init__()
        (self._stride,) = layer.stride
        self._padding = int(layer.padding[0])
        self._full = TransposedConvolution(layer)

    def forward(self, x: _Stretch, outputs: Span) -> Tensor:
        """Compute the outputs of a span."""
        first = self._stride * x.span.start - self._padding
        upsampled: Tensor = self._full(x.values)
        return upsampled[outputs.shift(-first).slice]


class _ResidualBlock(nn.Module):
    """Pairs of convolutions, each pair added to what it reads.

    Args:
        block: A residual block of the network.
        slope: Of its leaky ReLUs.
    """

    def __init__(self, block: Any, slope: float) -> None:
        super().__init__()
        self._slope = slope
        pairs = zip(block.convs1, block.convs2, strict=True)
        layers = [layer for pair in pairs for layer in pair]
        self._reaches = [_reach(layer) for layer in layers]
        self._layers = nn.ModuleList(map(_Convolution, layers))

    def forward(self, x: _Stretch, outputs: Span, clip: Span) -> Tensor:
        """Compute the outputs of a span of a clip."""
        spans = [outputs]
        for reach in reversed(self._reaches[1:]):
            spans.append(spans[-1].expand(reach, reach, clip))
        places = iter(zip(self._layers, reversed(spans), strict=True))
        for (dilated, inner), (layer, outer) in zip(places, places, strict=True):
            hidden = F.leaky_relu_(dilated(x.activated(self._slope), inner), self._slope)
            total = layer(_Stretch(hidden, inner), outer)
            x = _Stretch(total.add_(x.read(outer.start, outer.stop)), outer)
        return x.values


def layers_of(network: nn.Module) -> list[FieldLayer]:
    """The geometry of a SpeechT5HifiGan, from its layers.

    Parallel residual blocks count as one, with the largest receptive field of them.
    """
    net: Any = network
    layers: list[FieldLayer] = [FieldConvolution(_reach(net.conv_pre))]
    for index, upsampler in enumerate(net.upsampler):
        (stride,), (kernel,), (padding,) = (
            upsampler.stride,
            upsampler.kernel_size,
            upsampler.padding,
        )
        layers.append(Upsampling(stride, kernel, padding))
        blocks = net.resblocks[index * net.num_kernels : (index + 1) * net.num_kernels]
        layers.append(FieldConvolution(max(map(_block_reach, blocks))))
    return [*layers, FieldConvolution(_reach(net.conv_post))]


def _block_reach(block: Any) -> int:
    return sum(_reach(convolution) for convolution in [*block.convs1, *block.convs2])


def _reach(convolution: nn.Conv1d) -> int:
    """Inputs read on either side of the centre; kernels are odd, since the length is kept."""
    return (convolution.kernel_size[0] - 1) * convolution.dilation[0] // 2
