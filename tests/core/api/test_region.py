import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.api.region import Region, Span

INDICES = st.integers(-1000, 1000)
FACTORS = st.integers(1, 8)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    start = draw(INDICES)
    return Span(start, start + draw(st.integers(0, 500)))


def indices(span: Span) -> set[int]:
    return set(range(span.start, span.stop))


@given(spans())
def test_the_length_counts_the_indices(span: Span) -> None:
    assert span.length == len(indices(span))


@given(INDICES, st.integers(1, 500))
def test_a_span_cannot_end_before_it_starts(start: int, too_far: int) -> None:
    with pytest.raises(ValueError, match="cannot end"):
        Span(start, start - too_far)


@given(st.integers(0, 50), st.integers(0, 50))
def test_the_slice_reads_exactly_the_indices_of_the_span(start: int, length: int) -> None:
    span = Span(start, start + length)

    assert set(range(200)[span.slice]) == indices(span)


@given(spans(), spans())
def test_the_intersection_holds_what_both_hold(one: Span, other: Span) -> None:
    assert indices(one.intersect(other)) == indices(one) & indices(other)


@given(spans(), spans())
def test_intersecting_does_not_depend_on_the_order(one: Span, other: Span) -> None:
    assert indices(one.intersect(other)) == indices(other.intersect(one))


@given(spans(), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_expanding_adds_the_margins_but_never_leaves_the_limit(
    limit: Span, skip: int, cut: int, before: int, after: int
) -> None:
    start = min(limit.start + skip, limit.stop)
    inner = Span(start, max(start, limit.stop - cut))

    expanded = inner.expand(before, after, limit)

    grown = Span(inner.start - before, inner.stop + after)
    assert indices(inner) <= indices(expanded) <= indices(limit)
    assert indices(expanded) == indices(grown) & indices(limit)


@given(spans(), INDICES)
def test_shifting_there_and_back_changes_nothing(span: Span, by: int) -> None:
    assert span.shift(by).shift(-by) == span
    assert span.shift(by).length == span.length


@given(spans(), FACTORS)
def test_scaling_covers_the_same_stretch_on_the_finer_axis(span: Span, factor: int) -> None:
    assert {index // factor for index in indices(span.scale(factor))} == indices(span)
    assert span.scale(factor).length == factor * span.length


@given(spans(), spans(), FACTORS)
def test_scaling_keeps_overlaps(one: Span, other: Span, factor: int) -> None:
    scaled_first = one.scale(factor).intersect(other.scale(factor))

    assert indices(scaled_first) == indices(one.intersect(other).scale(factor))


@given(spans(), spans(), FACTORS)
def test_a_region_grows_with_the_square_of_the_factor(time: Span, bins: Span, factor: int) -> None:
    region = Region(time, bins)

    assert region.area == time.length * bins.length
    assert region.scale(factor).area == factor**2 * region.area


def test_a_regions_slices_index_time_before_mel() -> None:
    assert Region(Span(3, 5), Span(0, 64)).slices == (slice(3, 5), slice(0, 64))
