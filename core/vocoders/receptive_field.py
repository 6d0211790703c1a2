"""The receptive field of a stack of one-dimensional convolutions, and the length of its output.

Pure geometry. Spans of outputs are traced back, layer by layer, to the inputs they depend on.
Spans may reach beyond the input, where the network pads with zeros.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from core.api.region import Span


class FieldLayer(Protocol):
    """One layer of the stack."""

    def inputs_of(self, outputs: Span) -> Span:
        """The inputs that a non-empty span of outputs depends on."""

    def length(self, num_inputs: int) -> int:
        """Number of outputs of `num_inputs` inputs."""


@dataclass(frozen=True, slots=True)
class FieldConvolution:
    """A convolution that keeps the length and reads `reach` inputs on either side."""

    reach: int

    def inputs_of(self, outputs: Span) -> Span:
        """The inputs that a non-empty span of outputs depends on."""
        return Span(outputs.start - self.reach, outputs.stop + self.reach)

    def length(self, num_inputs: int) -> int:
        """Number of outputs of `num_inputs` inputs."""
        return num_inputs


@dataclass(frozen=True, slots=True)
class Upsampling:
    """A transposed convolution: input i adds to outputs `stride * i - padding + (0 ... kernel)`."""

    stride: int
    kernel: int
    padding: int

    def inputs_of(self, outputs: Span) -> Span:
        """The inputs that a non-empty span of outputs depends on."""
        first = outputs.start + self.padding - self.kernel + 1
        last = outputs.stop - 1 + self.padding
        return Span(-(-first // self.stride), last // self.stride + 1)

    def length(self, num_inputs: int) -> int:
        """Number of outputs of `num_inputs` inputs."""
        return (num_inputs - 1) * self.stride - 2 * self.padding + self.kernel


def inputs_of(layers: Sequence[FieldLayer], outputs: Span) -> Span:
    """The inputs of the whole stack that a non-empty span of its outputs depends on."""
    for layer in reversed(layers):
        outputs = layer.inputs_of(outputs)
    return outputs


def output_length(layers: Sequence[FieldLayer], num_inputs: int) -> int:
    """Number of outputs of the whole stack."""
    for layer in layers:
        num_inputs = layer.length(num_inputs)
    return num_inputs
