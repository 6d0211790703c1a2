"""A studio whose library holds three takes, and helpers to arrange them."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from app.studio.application import Studio
from core.api.request import GenerationRequest
from core.api.take import Take

TAKES = {"20260101T120000-00000001": "rain", "20260102T120000-00000002": "wind"}
RAIN, WIND = TAKES
RATE = 16_000


def steady_take(prompt: str, seconds: float = 2.0, level: float = 0.25) -> Take:
    """A take of one level, which is found again in a mix."""
    num_samples = round(seconds * RATE)
    return Take(
        request=GenerationRequest(prompt=prompt, duration_s=seconds, num_inference_steps=2),
        sample_rate=RATE,
        waveform=np.full(num_samples, level, np.float32),
        mel=np.full((num_samples // 160, 64), -5, np.float32),
        latents=np.zeros((8, num_samples // 640, 16), np.float32),
    )


@pytest.fixture
def arranged(qtbot: Any, studio: Studio) -> Studio:
    """The studio, once its library is open and holds the takes."""
    studio.library.open()
    history = studio.session.document.history
    for number, (take_id, prompt) in enumerate(TAKES.items(), 2):
        studio.library.library_worker.add(steady_take(prompt, 1.0 * number), take_id)
    qtbot.waitUntil(lambda: all(history.record(take_id) for take_id in TAKES))
    return studio


@pytest.fixture
def add(qtbot: Any, arranged: Studio) -> Callable[..., None]:
    """Adds takes to the arrangement, and waits for their layers."""

    def add_takes(*take_ids: str) -> None:
        model = arranged.session.document.arrangement
        before = len(model.arrangement.layers)
        arranged.arranger.add_takes(list(take_ids))
        qtbot.waitUntil(lambda: len(model.arrangement.layers) == before + len(take_ids))
        qtbot.waitUntil(lambda: arranged.arranger.mix.num_samples > 0)

    return add_takes
