"""Drafts: the same request in half the steps."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.api.config import EngineConfig
from core.api.edit import Edit, EditKind
from core.api.events import DenoisingStep, Event
from core.api.progress import Progress
from core.api.request import GenerationRequest, Scheduler
from core.engine import Engine


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(EngineConfig(device="cpu"))


def _request(model: Path, steps: int, scheduler: Scheduler = Scheduler.DDIM) -> GenerationRequest:
    return GenerationRequest(
        prompt="rain",
        duration_s=1.5,
        num_inference_steps=steps,
        seed=3,
        scheduler=scheduler,
        model=str(model),
    )


def _count_steps(events: list[Event]) -> int:
    return sum(isinstance(event, DenoisingStep) for event in events)


@pytest.mark.parametrize("scheduler", list(Scheduler))
def test_a_draft_is_unipc_in_half_the_steps(
    engine: Engine, tiny_model_folder: Path, scheduler: Scheduler
) -> None:
    full, events = _request(tiny_model_folder, 5, scheduler), list[Event]()

    draft = engine.generate(replace(full, draft=True), Progress(events.append))
    by_hand = engine.generate(_request(tiny_model_folder, 2, Scheduler.UNIPC))

    assert _count_steps(events) == 2
    assert draft.request.scheduler is scheduler
    np.testing.assert_array_equal(draft.waveform, by_hand.waveform)


def test_an_edit_of_a_draft_is_a_draft_too(engine: Engine, tiny_model_folder: Path) -> None:
    draft = engine.generate(replace(_request(tiny_model_folder, 4), draft=True))
    events: list[Event] = []

    edited = engine.edit(draft, Edit(kind=EditKind.LOOP), Progress(events.append))

    assert edited.request.draft
    assert _count_steps(events) == 2
