"""Drafts: the same request in three tenths of the steps."""

import json
import shutil
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from core.api.config import EngineConfig
from core.api.edit import Edit, EditKind
from core.api.errors import Cancelled
from core.api.events import DenoisingStep, Event, Notice
from core.api.progress import Progress
from core.api.request import GenerationRequest, Scheduler
from core.diffusion.run_checkpoint import RunCheckpoint
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
def test_a_draft_is_the_same_whichever_sampler_is_chosen(
    engine: Engine, tiny_model_folder: Path, scheduler: Scheduler
) -> None:
    events: list[Event] = []
    chosen = replace(_request(tiny_model_folder, 7, scheduler), draft=True)

    draft = engine.generate(chosen, Progress(events.append))
    of_unipc = engine.generate(replace(chosen, scheduler=Scheduler.UNIPC))

    assert _count_steps(events) == 2
    assert draft.request.scheduler is scheduler
    np.testing.assert_array_equal(draft.waveform, of_unipc.waveform)


def test_an_edit_of_a_draft_is_a_draft_too(engine: Engine, tiny_model_folder: Path) -> None:
    draft = engine.generate(replace(_request(tiny_model_folder, 7), draft=True))
    events: list[Event] = []

    edited = engine.edit(draft, Edit(kind=EditKind.LOOP), Progress(events.append))

    assert edited.request.draft
    assert _count_steps(events) == 2


@pytest.fixture(
    scope="module",
    params=["tiny_model_folder", "tiny_audioldm2_folder", "tiny_musicldm_folder"],
    ids=["AudioLDM", "AudioLDM2", "MusicLDM"],
)
def short_window_folder(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A model of a family whose windows take 0.64 s."""
    copied: Path = shutil.copytree(
        request.getfixturevalue(request.param), tmp_path_factory.mktemp("family") / "model"
    )
    (copied / "tessera.json").write_text(json.dumps({"window_frames": 64}))
    return copied


def test_a_long_draft_of_each_family_has_fewer_steps(
    engine: Engine, short_window_folder: Path
) -> None:
    draft, events = replace(_request(short_window_folder, 7), draft=True), list[Event]()

    take = engine.generate(draft, Progress(events.append))

    assert _count_steps(events) == 2
    assert take.waveform.shape == (24000,)


def test_an_endless_draft_of_each_family_has_fewer_steps(
    engine: Engine, short_window_folder: Path
) -> None:
    draft, events = replace(_request(short_window_folder, 7), draft=True), list[Event]()

    stretches = list(islice(engine.endless(draft, Progress(events.append)), 3))

    assert _count_steps(events) == 2 * len(stretches) == 2 * 3


def test_an_interrupted_draft_is_resumed_as_a_draft(
    short_window_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RunCheckpoint.__init__, "__defaults__", (0.0,))  # all is kept
    engine, events = Engine(EngineConfig(device="cpu"), tmp_path / "kept"), list[Event]()
    draft = replace(_request(short_window_folder, 14), draft=True)

    def stop_after_two_steps(event: Event) -> None:
        if isinstance(event, DenoisingStep) and event.step == 2:
            interrupted.cancel()

    interrupted = Progress(stop_after_two_steps)
    with pytest.raises(Cancelled):
        engine.generate(draft, interrupted)
    resumed = engine.generate(draft, Progress(events.append))

    assert any(isinstance(event, Notice) and "step 2 of 4" in event.sentence for event in events)
    assert _count_steps(events) == 2
    at_once = Engine(EngineConfig(device="cpu")).generate(draft)
    np.testing.assert_array_equal(resumed.waveform, at_once.waveform)


def test_a_full_take_does_not_resume_its_draft(
    tiny_model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RunCheckpoint.__init__, "__defaults__", (0.0,))
    engine, events = Engine(EngineConfig(device="cpu"), tmp_path / "kept"), list[Event]()
    full = _request(tiny_model_folder, 4)

    engine.generate(replace(full, draft=True))
    engine.generate(full, Progress(events.append))

    assert _count_steps(events) == 4
