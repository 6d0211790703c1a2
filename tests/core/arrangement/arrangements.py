"""Arrangements and edits of them that hypothesis makes."""

from hypothesis import strategies as st

from core.api.region import Span
from core.arrangement.arrangement import Arrangement
from core.arrangement.layer import FadeShape, Layer

LATEST = 400
PLACES = st.integers(-50, LATEST)


@st.composite
def layers(draw: st.DrawFn, track_id: int = 1) -> Layer:
    """A layer of a short sound."""
    sound_length = draw(st.integers(1, 100))
    start = draw(st.integers(0, sound_length - 1))
    span = Span(start, draw(st.integers(start + 1, sound_length)))
    loop_length = draw(st.none() | st.integers(1, 200))
    length = span.length if loop_length is None else loop_length
    fade_in = draw(st.integers(0, length))
    return Layer(
        track_id=track_id,
        sound_id=draw(st.sampled_from("ab")),
        sound_length=sound_length,
        span=span,
        start=draw(st.integers(0, 150)),
        gain_db=draw(st.sampled_from([-120.0, -6.0, 0.0, 3.0])),
        fade_in=fade_in,
        fade_out=draw(st.integers(0, length - fade_in)),
        fade_shape=draw(st.sampled_from(FadeShape)),
        is_muted=draw(st.booleans()),
        loop_length=loop_length,
        loop_phase=0 if loop_length is None else draw(st.integers(0, span.length - 1)),
    )


@st.composite
def arrangements(draw: st.DrawFn) -> Arrangement:
    """An arrangement of a few layers on two tracks."""
    arrangement = Arrangement(num_channels=draw(st.sampled_from([1, 2])))
    for _ in range(2):
        arrangement = arrangement.add_track()
    for track_id in draw(st.lists(st.sampled_from([1, 2]), max_size=4)):
        arrangement = arrangement.add_layer(draw(layers(track_id)))
    return arrangement
