"""What overflows in half precision is computed again in float32, and said."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch

from core.api.config import EngineConfig
from core.api.edit import Edit, EditKind
from core.api.events import Event, Notice
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.engine import Engine, Take
from core.models.text_to_audio_model import TextToAudioModel
from tests.core.devices.machine import device_of
from tests.core.devices.stand_in import StandIn

PARTS = ["denoiser", "vocoder"]


@contextmanager
def _overflowing(model: TextToAudioModel, part: str) -> Iterator[list[int]]:
    """Have a part of the model overflow in half precision; counts how often it did."""
    broken = model.unet.conv_in if part == "denoiser" else model.vocoder.network.conv_pre
    count = [0]

    def overflow(module: object, args: object, output: torch.Tensor) -> torch.Tensor:
        if output.dtype == torch.float16:
            count[0] += 1
            return output * torch.tensor(float("inf"))
        return output

    hook = broken.register_forward_hook(overflow)
    try:
        yield count
    finally:
        hook.remove()


@pytest.fixture(scope="module")
def cuda() -> Iterator[StandIn]:
    """NVIDIA's, with what was loaded on it."""
    yield from device_of("cuda")


@pytest.fixture(scope="module")
def made(cuda: StandIn, model: Path) -> tuple[Engine, GenerationRequest]:
    """An engine in half precision, and a short request."""
    request = GenerationRequest(
        prompt="rain", model=str(model), duration_s=0.5, num_inference_steps=2
    )
    return Engine(EngineConfig(device="cuda")), request


@pytest.fixture(scope="module")
def truth(made: tuple[Engine, GenerationRequest]) -> Take:
    """What it makes where nothing overflows."""
    engine, request = made
    return engine.generate(request)


def _notices(events: list[Event], part: str) -> list[str]:
    sentences = [event.sentence for event in events if isinstance(event, Notice)]
    return [sentence for sentence in sentences if part in sentence]


@pytest.mark.parametrize("part", PARTS)
def test_an_overflow_is_computed_again_in_float32(
    made: tuple[Engine, GenerationRequest], truth: Take, part: str
) -> None:
    engine, request = made
    model = engine.load(request.model, Progress())
    events: list[Event] = []
    with _overflowing(model, part) as count:
        take = engine.generate(request, Progress(events.append))
    assert count[0]
    assert np.isfinite(take.waveform).all()
    assert len(_notices(events, part)) == 1
    assert np.abs(take.mel - truth.mel).mean() < 0.05
    assert model.dtype == torch.float16


@pytest.mark.parametrize("part", PARTS)
def test_an_overflow_in_an_edit_is_reported(
    made: tuple[Engine, GenerationRequest], truth: Take, part: str
) -> None:
    engine, request = made
    edit = Edit(kind=EditKind.REGENERATE, prompt="a dog", seed=5, start_s=0.1, stop_s=0.3)
    events: list[Event] = []
    with _overflowing(engine.load(request.model, Progress()), part):
        edited = engine.edit(truth, edit, Progress(events.append))
    assert np.isfinite(edited.waveform).all()
    assert len(_notices(events, part)) == 1


@pytest.mark.parametrize("part", PARTS)
def test_an_overflow_in_endless_sound_is_reported_once(
    made: tuple[Engine, GenerationRequest], part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, request = made
    events: list[Event] = []
    model = engine.load(request.model, Progress())
    monkeypatch.setattr(model.vocoder, "chunk_frames", 32)
    with _overflowing(model, part) as count:
        for stretch in islice(engine.endless(request, Progress(events.append)), 3):
            assert np.isfinite(stretch.samples).all()
    assert count[0] > 1
    assert len(_notices(events, part)) == 1
