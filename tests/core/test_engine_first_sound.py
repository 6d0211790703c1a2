"""The first sound of a long take comes before the last denoising step is done."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.api.config import EngineConfig
from core.api.errors import Cancelled
from core.api.events import AudioChunk, DenoisingStep, Event, TileAdvanced, TileState
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.api.take import Take
from core.diffusion.run_checkpoint import RunCheckpoint
from core.engine import Engine
from core.pipeline.mel_decoder import MelDecoder


@pytest.fixture
def folder(tiny_model_folder: Path, tmp_path: Path) -> Path:
    """A model that says it was trained on 2.56 s."""
    copied: Path = shutil.copytree(tiny_model_folder, tmp_path / "model")
    (copied / "tessera.json").write_text(json.dumps({"window_frames": 256}))
    return copied


def generate(
    engine: Engine, folder: Path, events: list[Event] | None = None, **changes: Any
) -> Take:
    values = {"prompt": "rain", "duration_s": 9.0, "num_inference_steps": 2, "seed": 3}
    request = GenerationRequest.from_dict({**values, "model": str(folder), **changes})
    return engine.generate(request, Progress((events if events is not None else []).append))


def is_sound(event: Event) -> bool:
    return isinstance(event, AudioChunk) and bool(event.samples.size)


def is_last_step(event: Event) -> bool:
    return isinstance(event, DenoisingStep) and event.step == event.num_steps


def test_it_comes_before_the_last_step_with_the_same_samples(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[Event] = []
    engine = Engine(EngineConfig())
    early = generate(engine, folder, events)
    monkeypatch.setattr(MelDecoder, "is_heard_early", lambda *_: False)
    late = generate(engine, folder)

    first_sound, last_step = (
        next(i for i, event in enumerate(events) if test(event))
        for test in (is_sound, is_last_step)
    )
    assert first_sound < last_step
    assert sum(map(is_last_step, events)) == 1
    for name in ("waveform", "mel", "latents"):
        assert np.array_equal(getattr(early, name), getattr(late, name))


@pytest.mark.parametrize(
    ("changes", "config"), [({"level": -20.0}, {}), ({}, {"context_of_take": False})]
)
def test_what_needs_all_latents_comes_after_it(
    folder: Path, changes: dict[str, Any], config: dict[str, Any]
) -> None:
    events: list[Event] = []
    generate(Engine(EngineConfig(**config)), folder, events, **changes)
    decoding = next(
        i
        for i, event in enumerate(events)
        if isinstance(event, TileAdvanced) and event.state is TileState.RUNNING
    )
    assert next(i for i, event in enumerate(events) if is_last_step(event)) < decoding


def test_a_run_that_ended_after_its_first_sound_is_resumed(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RunCheckpoint.__init__, "__defaults__", (0.0,))  # all is kept
    engine = Engine(EngineConfig(), tmp_path / "kept")
    expected = generate(Engine(EngineConfig()), folder)

    class Stopping(list[Event]):
        def append(self, event: Event) -> None:
            super().append(event)
            if is_sound(event):
                raise Cancelled

    with pytest.raises(Cancelled):
        generate(engine, folder, Stopping())
    (run,) = (tmp_path / "kept").iterdir()
    assert [saved.name for saved in run.iterdir()] == ["steps-1"]

    events: list[Event] = []
    take = generate(engine, folder, events)
    assert sum(isinstance(event, DenoisingStep) for event in events) == 1
    assert np.array_equal(take.waveform, expected.waveform)
    assert [saved.name for saved in run.iterdir() if saved.name == "latents"]
