from hypothesis import given
from hypothesis import strategies as st

from core.api.edit import Edit, EditKind
from core.api.region import Span
from core.editing.edit_site import edited_region
from core.mel import MelParams

PARAMS = MelParams()


@given(st.floats(0.0, PARAMS.fmax, exclude_max=True), st.floats(0.01, PARAMS.fmax))
def test_every_audible_band_holds_a_row(low_hz: float, width_hz: float) -> None:
    edit = Edit(kind=EditKind.REGENERATE, stop_s=1.0, low_hz=low_hz, high_hz=low_hz + width_hz)
    bins = edited_region(edit, PARAMS, num_frames=100, scale=8).bins
    assert bins.length
    assert bins.intersect(Span(0, PARAMS.n_mels // 8)) == bins
