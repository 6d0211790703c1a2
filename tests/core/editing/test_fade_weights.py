import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.api.edit import Edit, EditKind
from core.api.region import Region, Span
from core.editing.edit_site import EditSite, edited_region, site_around
from core.editing.fade_weights import fade_weights, faded_region, known_weights, match_level
from core.mel import MelParams

ROWS = 16


@st.composite
def sites(draw: st.DrawFn) -> EditSite:
    num_frames = draw(st.integers(1, 400))
    start, stop = sorted(draw(st.lists(st.integers(0, num_frames), min_size=2, max_size=2)))
    low, high = sorted(draw(st.lists(st.integers(0, ROWS), min_size=2, max_size=2)))
    free = Region(Span(start, stop), Span(low, high))
    return site_around(num_frames, free, draw(st.integers(1, 100)), is_soft=draw(st.booleans()))


@given(sites())
def test_the_stretch_lies_in_the_clip_and_holds_the_region(site: EditSite) -> None:
    assert 0 <= site.stretch.start <= site.free.time.start
    assert site.free.time.stop <= site.stretch.stop <= site.num_frames


@given(sites())
def test_everything_outside_the_region_has_weight_one(site: EditSite) -> None:
    weights = known_weights(site, ROWS)[0, 0].numpy()
    local = site.free.time.shift(-site.stretch.start)
    outside = np.ones_like(weights, bool)
    outside[local.slice, site.free.bins.slice] = False
    assert (weights[outside] == 1).all()
    assert ((weights[~outside] >= 0) & (weights[~outside] < 1)).all()


@given(sites())
def test_a_fade_is_one_over_new_latents_and_zero_beyond(site: EditSite) -> None:
    inner = site.free.scale(4)
    outer = faded_region(site, 4, ROWS * 4)
    weights = fade_weights(outer, inner)
    local = Region(inner.time.shift(-outer.time.start), inner.bins.shift(-outer.bins.start))
    assert weights.shape == (outer.time.length, outer.bins.length)
    assert (weights[local.slices] == 1).all()
    assert ((weights > 0) & (weights <= 1)).all()


@given(st.floats(0, 10), st.floats(0, 10), st.floats(0, 8000))
def test_a_region_is_rounded_outward_to_whole_latents(
    start_s: float, length_s: float, low_hz: float
) -> None:
    edit = Edit(kind=EditKind.REGENERATE, start_s=start_s, stop_s=start_s + length_s, low_hz=low_hz)
    region = edited_region(edit, MelParams(), 1000, 4)
    assert region.time.start * 0.04 <= start_s + 1e-6
    assert region.time.stop * 0.04 >= start_s + length_s - 1e-6
    assert region.time.length <= length_s / 0.04 + 2
    assert region.bins.stop == ROWS


def test_a_difference_of_level_decays_after_the_join() -> None:
    known, new = np.full((30, 2), 5.0, np.float32), np.full((30, 2), 4.0, np.float32)
    right = match_level(known, new, Span(10, 30), fade_frames=8)
    left = match_level(known, new, Span(0, 20), fade_frames=8)
    assert 4.9 < right[0, 0] < 5
    assert (np.diff(right[:, 0]) <= 0).all()
    assert (right[8:] == 4).all()
    np.testing.assert_array_equal(left, right[::-1])
