"""Receptive fields along time agree with torch's own layers, for any taps, stride and length."""

import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from torch.nn import functional as F

from core.api.region import Region, Span
from core.tiled_vae.graph.time_reach import (
    ConvolutionReach,
    InsertionReach,
    SegmentReach,
    SelectionReach,
    TimeReach,
    TranspositionReach,
    inputs_of,
    length,
)

convolutions = st.builds(
    ConvolutionReach,
    taps=st.integers(1, 7),
    stride=st.integers(1, 5),
    dilation=st.integers(1, 3),
    padding=st.integers(0, 6),
)
transpositions = st.builds(
    TranspositionReach, taps=st.integers(1, 9), stride=st.integers(1, 5), padding=st.integers(0, 3)
)
sizes = st.integers(1, 6)
segments = st.builds(SegmentReach, down=sizes, up=sizes)
insertions = st.builds(lambda down, more: InsertionReach(down=down, up=down + more), sizes, sizes)
selections = st.builds(lambda up, less: SelectionReach(down=up + less, up=up), sizes, sizes)
without_gaps = (convolutions | transpositions).filter(lambda reach: reach.taps >= reach.stride)


def outputs(reach: TimeReach, values: torch.Tensor) -> torch.Tensor:
    """What torch's layer of this geometry gives, all taps being 1."""
    taps = torch.ones(1, 1, reach.taps, dtype=torch.float64)
    if isinstance(reach, TranspositionReach):
        return F.conv_transpose1d(values, taps, stride=reach.stride, padding=reach.padding)
    return F.conv1d(
        values, taps, stride=reach.stride, dilation=reach.dilation, padding=reach.padding
    )


def dependencies(reach: TimeReach, num_inputs: int) -> torch.Tensor:
    """(inputs, outputs): whether an output depends on an input."""
    return outputs(reach, torch.eye(num_inputs, dtype=torch.float64)[:, None])[:, 0] != 0


def assume_torch_takes(reach: TimeReach, num_inputs: int) -> None:
    assume(reach.length(num_inputs) > 0)


@given(convolutions | transpositions, st.integers(1, 20))
def test_the_length_is_that_of_torchs_layer(reach: TimeReach, num_inputs: int) -> None:
    assume_torch_takes(reach, num_inputs)
    assert reach.length(num_inputs) == dependencies(reach, num_inputs).shape[1]
    assert reach.length(0) == 0


@given(convolutions | transpositions, st.integers(1, 20), st.data())
def test_outputs_read_the_inputs_that_they_depend_on(
    reach: TimeReach, num_inputs: int, data: st.DataObject
) -> None:
    assume_torch_takes(reach, num_inputs)
    start = data.draw(st.integers(0, reach.length(num_inputs) - 1))
    stop = data.draw(st.integers(start + 1, reach.length(num_inputs)))
    used = dependencies(reach, num_inputs)[:, start:stop].any(dim=1).nonzero()[:, 0].tolist()
    read = reach.inputs_of(Span(start, stop)).intersect(Span(0, num_inputs))
    assert not used or (read.start <= used[0] and used[-1] < read.stop)
    if used and reach.dilation == 1 and reach.taps >= reach.stride:  # else there are holes
        assert (read.start, read.stop) == (used[0], used[-1] + 1)


@given(convolutions | transpositions, st.integers(1, 20), st.data())
def test_possible_outputs_are_all_that_read_nothing_else(
    reach: TimeReach, num_inputs: int, data: st.DataObject
) -> None:
    assume_torch_takes(reach, num_inputs)
    start = data.draw(st.integers(0, num_inputs - 1))
    stop = data.draw(st.integers(start + 1, num_inputs))
    limit = Span(0, num_inputs)
    possible = reach.outputs_of(Span(start, stop), limit)
    inside = Span(start, stop)
    for output in range(reach.length(num_inputs)):
        read = reach.inputs_of(Span(output, output + 1)).intersect(limit)
        is_inside = inside.start <= read.start and read.stop <= inside.stop
        if possible.start <= output < possible.stop:
            assert is_inside or read.length == 0
        elif read.length and reach.taps >= reach.stride:
            assert not is_inside


@given(st.lists(without_gaps, max_size=3), st.integers(1, 30))
def test_layers_in_a_row_are_read_through(reaches: list[TimeReach], num_inputs: int) -> None:
    num_outputs = length(reaches, num_inputs)
    assume(num_outputs > 0)
    whole = inputs_of(reaches, Span(0, num_outputs))
    one = inputs_of(reaches, Span(0, 1))
    assert whole.start <= one.start
    assert one.stop <= max(whole.stop, one.stop)


def numbers_behind(reach: SegmentReach, num_inputs: int) -> list[set[int]]:
    """The inputs that each output depends on, counted segment by segment."""
    behind: list[set[int]] = []
    for segment in range(-(-num_inputs // reach.down)):
        given = [{segment * reach.down + place} for place in range(reach.down)]
        match reach:
            case InsertionReach():
                behind += given + [set[int]()] * (reach.up - reach.down)
            case SelectionReach():
                behind += given[-reach.up :]
            case _:
                behind += [set[int]().union(*given)] * reach.up
    return behind


@given(segments | insertions | selections, st.integers(1, 20), st.data())
def test_segments_are_read_as_far_as_outputs_depend_on_them(
    reach: SegmentReach, num_inputs: int, data: st.DataObject
) -> None:
    behind = numbers_behind(reach, num_inputs)
    assert reach.length(num_inputs) == len(behind)
    start = data.draw(st.integers(0, len(behind) - 1))
    stop = data.draw(st.integers(start + 1, len(behind)))
    used = set[int]().union(*behind[start:stop])
    read = reach.inputs_of(Span(start, stop))
    assert (read.length > 0) == bool(used)
    assert not used or (read.start, read.stop - 1) == (min(used), max(used))


@given(segments | insertions | selections, st.integers(1, 20), st.data())
def test_whole_segments_are_possible_and_the_last_of_a_clip(
    reach: SegmentReach, num_inputs: int, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, num_inputs - 1))
    stop = data.draw(st.integers(start + 1, num_inputs))
    possible = reach.outputs_of(Span(start, stop), Span(0, num_inputs))
    behind, inside = numbers_behind(reach, num_inputs), set(range(start, stop))
    clip = set(range(num_inputs))
    for output in range(possible.start, possible.stop):
        assert behind[output] & clip <= inside
    if start % reach.down == 0 and stop == num_inputs:
        assert possible == Span(start // reach.down * reach.up, len(behind))


@given(convolutions | transpositions)
def test_the_mel_axis_stays(reach: TimeReach) -> None:
    bins, limit = Span(0, 1), Region(Span(0, 50), Span(0, 1))
    region = Region(Span(10, 30), bins)
    assert reach.resize(region).bins == bins
    assert reach.input_region(region, limit).bins == bins
    assert reach.output_region(region, limit).bins == bins
