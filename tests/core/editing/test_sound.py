"""The samples of an edit do not exceed full scale, however loud the old sound is."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.api.config import EngineConfig
from core.api.edit import Edit, EditKind
from core.api.request import GenerationRequest
from core.api.take import Take
from core.engine import Engine


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(EngineConfig(device="cpu"))


@pytest.fixture(scope="module")
def take(engine: Engine, tiny_model_folder: Path) -> Take:
    """A take whose samples are a square wave at full scale."""
    request = GenerationRequest.from_dict(
        {
            "prompt": "rain",
            "duration_s": 1.0,
            "num_inference_steps": 1,
            "model": str(tiny_model_folder),
        }
    )
    take = engine.generate(request)
    square = np.where(np.arange(take.waveform.size) % 80 < 40, -1, 1).astype(np.float32)
    return replace(take, waveform=square)


@pytest.mark.parametrize(
    "edit",
    [
        Edit(kind=EditKind.REGENERATE, start_s=0.2, stop_s=0.8, low_hz=300.0, high_hz=900.0),
        Edit(kind=EditKind.REGENERATE, start_s=0.2, stop_s=0.8),
        Edit(kind=EditKind.CONTINUE_RIGHT, added_s=0.3),
        Edit(kind=EditKind.CONTINUE_LEFT, added_s=0.3),
        Edit(kind=EditKind.LOOP),
    ],
)
def test_an_edit_does_not_exceed_full_scale(engine: Engine, take: Take, edit: Edit) -> None:
    edited = engine.edit(take, edit)
    assert not np.array_equal(edited.waveform, take.waveform)
    assert np.abs(edited.waveform).max() <= 1


def test_what_a_take_exceeds_full_scale_by_is_kept(engine: Engine, take: Take) -> None:
    loud = replace(take, waveform=2 * take.waveform)
    edited = engine.edit(loud, Edit(kind=EditKind.CONTINUE_RIGHT, added_s=0.3))
    assert np.array_equal(edited.waveform[: loud.waveform.size], loud.waveform)
    assert np.abs(edited.waveform).max() == 2


@pytest.mark.parametrize(
    "edit",
    [
        Edit(kind=EditKind.REGENERATE, start_s=0.2, stop_s=0.8, low_hz=300.0, high_hz=900.0),
        Edit(kind=EditKind.REGENERATE, start_s=0.2, stop_s=0.8),
        Edit(kind=EditKind.CONTINUE_RIGHT, added_s=0.3),
        Edit(kind=EditKind.LOOP),
    ],
)
def test_new_samples_have_the_gain_of_their_take(engine: Engine, take: Take, edit: Edit) -> None:
    plain = replace(take, waveform=0.4 * take.waveform)
    quieter = replace(plain, waveform=0.25 * plain.waveform, gain=0.25)
    edited, edited_quieter = engine.edit(plain, edit), engine.edit(quieter, edit)
    assert edited_quieter.gain == 0.25
    assert np.allclose(edited_quieter.waveform, 0.25 * edited.waveform, atol=1e-5)
