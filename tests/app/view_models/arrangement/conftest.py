"""A model of an arrangement with two tracks and three layers."""

import pytest

from app.view_models.arrangement.arrangement_model import ArrangementModel
from core.api.region import Span
from core.arrangement.arrangement import Arrangement
from core.arrangement.layer import Layer

RATE = 48_000


def sound(track_id: int, start_s: float, length_s: float, name: str = "rain") -> Layer:
    length = round(length_s * RATE)
    return Layer(
        track_id=track_id,
        sound_id=name,
        sound_length=length,
        span=Span(0, length),
        start=round(start_s * RATE),
        label=name,
    )


def sample_arrangement() -> Arrangement:
    """Tracks 1 and 2; layers 3 and 4 on the first, 5 on the second."""
    arrangement = Arrangement().add_track().add_track()
    for layer in (sound(1, 0, 4), sound(1, 6, 2, "bird"), sound(2, 3, 5, "wind")):
        arrangement = arrangement.add_layer(layer)
    return arrangement


@pytest.fixture
def model(qapp) -> ArrangementModel:
    model = ArrangementModel()
    model.restore(sample_arrangement())
    return model
