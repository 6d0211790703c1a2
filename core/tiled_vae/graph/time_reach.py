"""Receptive fields along time of a waveform autoencoder's layers: exact, for any stride and length.

A convolution and its transpose join a fine axis and a coarse one: coarse index `c` and fine index
`c * stride - padding + tap * dilation` belong together, for each tap. The mel axis has one bin.
"""

from dataclasses import dataclass

from core.api.region import Region, Span
from core.tiled_vae.graph.geometry import Reach


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeReach(Reach):
    """The receptive field and scale of a layer along time alone.

    Attributes:
        taps: Taps of its kernel.
        stride: Fine indices from one coarse index to the next.
        dilation: Fine indices from one tap to the next.
        padding: Zeros at either end of the fine axis.
    """

    taps: int = 1
    stride: int = 1
    dilation: int = 1
    padding: int = 0

    def length(self, num_inputs: int) -> int:
        """Number of outputs of `num_inputs` inputs; those of an untiled network."""
        return num_inputs

    def inputs_of(self, outputs: Span) -> Span:
        """The inputs that a non-empty span of outputs reads, zeros beyond the border included."""
        return outputs

    def outputs_of(self, inputs: Span, limit: Span) -> Span:
        """The outputs whose inputs within `limit`, the whole clip, are all in `inputs`."""
        return inputs.intersect(limit)

    def resize(self, region: Region) -> Region:
        """The outputs of the clip's part from its beginning to each end of the region."""
        time = Span(self.length(region.time.start), self.length(region.time.stop))
        return Region(time, region.bins)

    def input_region(self, wanted: Region, limit: Region) -> Region:
        """The inputs needed for the outputs `wanted`, within the whole input `limit`."""
        return Region(self.inputs_of(wanted.time).intersect(limit.time), wanted.bins)

    def output_region(self, available: Region, limit: Region) -> Region:
        """All outputs that can be computed from `available`, within the whole input `limit`."""
        return Region(self.outputs_of(available.time, limit.time), available.bins)

    @property
    def _width(self) -> int:
        """Fine indices from the first tap to the last."""
        return (self.taps - 1) * self.dilation


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvolutionReach(TimeReach):
    """Of a convolution, whose outputs are the coarse axis."""

    def length(self, num_inputs: int) -> int:
        """Number of outputs of `num_inputs` inputs."""
        if num_inputs == 0:
            return 0
        return max(0, (num_inputs + 2 * self.padding - self._width - 1) // self.stride + 1)

    def inputs_of(self, outputs: Span) -> Span:
        """The inputs that a non-empty span of outputs reads."""
        last = (outputs.stop - 1) * self.stride + self._width
        return Span(outputs.start * self.stride - self.padding, last - self.padding + 1)

    def outputs_of(self, inputs: Span, limit: Span) -> Span:
        """The outputs whose inputs within `limit`, the whole clip, are all in `inputs`."""
        start, stop = 0, self.length(limit.stop)
        if inputs.start > limit.start:
            start = -(-(inputs.start + self.padding) // self.stride)
        if inputs.stop < limit.stop:
            stop = (inputs.stop - 1 + self.padding - self._width) // self.stride + 1
        return Span(start, max(start, stop))


@dataclass(frozen=True, slots=True, kw_only=True)
class TranspositionReach(TimeReach):
    """Of a transposed convolution, whose outputs are the fine axis; its dilation is 1."""

    def length(self, num_inputs: int) -> int:
        """Number of outputs of `num_inputs` inputs."""
        if num_inputs == 0:
            return 0
        return max(0, (num_inputs - 1) * self.stride - 2 * self.padding + self.taps)

    def inputs_of(self, outputs: Span) -> Span:
        """The inputs that a non-empty span of outputs reads."""
        first = -(-(outputs.start + self.padding - self._width) // self.stride)
        return Span(first, max(first, (outputs.stop - 1 + self.padding) // self.stride + 1))

    def outputs_of(self, inputs: Span, limit: Span) -> Span:
        """The outputs whose inputs within `limit`, the whole clip, are all in `inputs`."""
        start, stop = 0, self.length(limit.stop)
        if inputs.start > limit.start:
            start = max(0, (inputs.start - 1) * self.stride + self.taps - self.padding)
        if inputs.stop < limit.stop:
            stop = inputs.stop * self.stride - self.padding
        return Span(start, max(start, stop))


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentReach(TimeReach):
    """Of a layer that turns each segment of `down` inputs into a segment of `up` outputs.

    Segments begin at 0. The last one, where it is incomplete, is completed with zeros.
    """

    def length(self, num_inputs: int) -> int:
        """Number of outputs of `num_inputs` inputs."""
        return -(-num_inputs // self.down) * self.up

    def inputs_of(self, outputs: Span) -> Span:
        """The inputs of the segments that a non-empty span of outputs touches."""
        return Span(outputs.start // self.up, -(-outputs.stop // self.up)).scale(self.down)

    def outputs_of(self, inputs: Span, limit: Span) -> Span:
        """The outputs whose inputs within `limit`, the whole clip, are all in `inputs`."""
        start, stop = -(-inputs.start // self.down) * self.up, inputs.stop // self.down * self.up
        if inputs.stop >= limit.stop:
            stop = self.length(limit.stop)
        return Span(start, max(start, stop))


@dataclass(frozen=True, slots=True, kw_only=True)
class InsertionReach(SegmentReach):
    """Of a layer that puts `up - down` constants behind each segment of `down` inputs."""

    def inputs_of(self, outputs: Span) -> Span:
        """The inputs among a span of outputs; none where all are constants."""
        return Span(self._inputs_before(outputs.start), self._inputs_before(outputs.stop))

    def _inputs_before(self, output: int) -> int:
        segment, place = divmod(output, self.up)
        return segment * self.down + min(place, self.down)


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionReach(SegmentReach):
    """Of a layer that keeps the last `up` of each segment of `down` inputs."""

    def inputs_of(self, outputs: Span) -> Span:
        """The inputs from the first to the last of a non-empty span of outputs."""
        return Span(self._input_at(outputs.start), self._input_at(outputs.stop - 1) + 1)

    def outputs_of(self, inputs: Span, limit: Span) -> Span:
        """The outputs of whole segments, but for inputs of the first that nothing is kept of."""
        segment, place = divmod(inputs.start, self.down)
        start = segment * self.up + max(0, place - (self.down - self.up))
        stop = SegmentReach.outputs_of(self, inputs, limit).stop
        is_complete = inputs.stop // self.down > segment or inputs.stop >= limit.stop
        return Span(start, max(start, stop) if is_complete else start)

    def _input_at(self, output: int) -> int:
        segment, place = divmod(output, self.up)
        return segment * self.down + self.down - self.up + place


def inputs_of(reaches: list[TimeReach], outputs: Span) -> Span:
    """The inputs of layers in a row that a non-empty span of their outputs reads."""
    for reach in reversed(reaches):
        outputs = reach.inputs_of(outputs)
    return outputs


def length(reaches: list[TimeReach], num_inputs: int) -> int:
    """Number of outputs of layers in a row."""
    for reach in reaches:
        num_inputs = reach.length(num_inputs)
    return num_inputs
