from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from core.api.region import Region, Span
from core.tiled_vae.graph.geometry import Reach, split, split_padded, whole_region, zigzag

CONVOLUTION = Reach(before=1, after=1)
DOWNSAMPLE = Reach(after=1, down=2)
UPSAMPLE = Reach(before=1, after=1, up=2)
reaches = st.sampled_from([Reach(), CONVOLUTION, DOWNSAMPLE, UPSAMPLE])
lengths = st.integers(1, 300)


def covered(spans: tuple[Span, ...]) -> list[int]:
    return [index for span in spans for index in range(span.start, span.stop)]


@given(lengths, lengths, st.sampled_from([1, 2, 4, 8]))
def test_split_covers_every_frame_exactly_once(length: int, size: int, unit: int) -> None:
    assert covered(split(length, size, unit)) == list(range(length))


@given(lengths, lengths, st.sampled_from([1, 2, 4, 8]))
def test_split_makes_even_tiles_at_multiples_of_the_unit(length: int, size: int, unit: int) -> None:
    spans = split(length, size, unit)
    assert all(span.start % unit == 0 for span in spans)
    units = [max(1, span.length // unit) for span in spans]
    assert max(units) - min(units) <= 1
    assert max(units) <= max(1, size // unit)


@given(lengths, lengths, st.integers(0, 20), st.sampled_from([1, 2, 4]))
def test_split_padded_covers_every_frame_exactly_once(
    length: int, size: int, padding: int, unit: int
) -> None:
    assert covered(split_padded(length, size, padding * unit, unit)) == list(range(length))


@given(st.integers(50, 300), st.integers(4, 40), st.integers(1, 12))
def test_border_tiles_are_extended_to_the_padded_length(
    length: int, size: int, padding: int
) -> None:
    spans = split_padded(length, size, padding)
    padded = [span.expand(padding, padding, Span(0, length)).length for span in spans]
    assert max(padded) - min(padded) <= 1


@given(reaches, st.integers(0, 100), st.integers(1, 40), st.integers(0, 60))
def test_a_layer_gives_what_it_read_for(reach: Reach, start: int, size: int, rest: int) -> None:
    limit = whole_region((start + size + rest) * 2, 2)
    outputs = reach.resize(limit)
    start, stop = min(start, outputs.time.stop - 1), min(start + size, outputs.time.stop)
    wanted = Region(Span(start, max(stop, start + 1)), outputs.bins)
    given_back = reach.output_region(reach.input_region(wanted, limit), limit)
    assert given_back.time.start <= wanted.time.start
    assert given_back.time.stop >= wanted.time.stop


@given(reaches, lengths)
def test_the_whole_plane_gives_the_whole_output(reach: Reach, length: int) -> None:
    limit = whole_region(length, 2)
    assert reach.output_region(limit, limit) == reach.resize(limit)


def test_an_inner_convolution_reads_one_frame_on_each_side() -> None:
    wanted = Region(Span(4, 6), Span(0, 8))
    assert CONVOLUTION.input_region(wanted, whole_region(20, 8)) == Region(Span(3, 7), Span(0, 8))


def test_a_downsampling_reads_one_frame_past_its_end_only() -> None:
    wanted = Region(Span(3, 5), Span(0, 4))
    assert DOWNSAMPLE.input_region(wanted, whole_region(20, 8)).time == Span(6, 11)


def test_an_upsampling_reads_half_the_frames_and_a_halo_of_one() -> None:
    wanted = Region(Span(8, 12), Span(0, 16))
    assert UPSAMPLE.input_region(wanted, whole_region(20, 8)).time == Span(3, 7)


@given(st.integers(1, 9), st.integers(1, 9))
def test_zigzag_turns_at_the_last_tile_and_ends_in_time_order(count: int, passes: int) -> None:
    orders = [list(zigzag(count, index, passes)) for index in range(passes)]
    assert orders[-1] == list(range(count))
    assert all(sorted(order) == list(range(count)) for order in orders)
    assert all(before[-1] == after[0] for before, after in pairwise(orders))
