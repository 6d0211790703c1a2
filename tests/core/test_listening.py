"""Endless sound for a listener: kept as it comes, a take when it is stopped."""

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from core.config import EngineConfig
from core.edit import Edit, EditKind
from core.errors import Cancelled
from core.events import AudioChunk, Event, Notice, StageStarted, TileDecoded
from core.generation import Engine
from core.progress import Progress
from core.request import GenerationRequest
from core.room import ENDLESS_BYTES_PER_SECOND, LEAST_FREE_BYTES


@pytest.fixture(scope="module")
def request_(
    tiny_model_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> GenerationRequest:
    folder = tmp_path_factory.mktemp("short") / "model"
    shutil.copytree(tiny_model_folder, folder)
    (folder / "tessera.json").write_text(json.dumps({"window_frames": 64}))
    return GenerationRequest(
        prompt="rain", num_inference_steps=2, model=str(folder), duration_s=5.0
    )


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(EngineConfig(device="cpu"))


def stop_after(seconds: float, event: Event, progress: Progress) -> None:
    """Wish for the end once so much was made."""
    if isinstance(event, AudioChunk) and event.start_sample + len(event.samples) > seconds * 16000:
        progress.cancel()


def test_what_was_heard_is_the_take_and_can_be_edited(
    engine: Engine, request_: GenerationRequest
) -> None:
    events: list[Event] = []
    progress = Progress(lambda event: stop_after(5.0, event, progress))
    with progress.heard_by(events.append):
        take = engine.listen(request_, progress, lambda: True)

    samples = np.concatenate([e.samples for e in events if isinstance(e, AudioChunk)])
    mel = np.concatenate([e.mel for e in events if isinstance(e, TileDecoded)])
    assert take.waveform.size >= 5 * 16000
    assert take.waveform.size == round(take.request.duration_s * 16000)
    assert np.array_equal(take.waveform, samples)
    assert np.array_equal(take.mel, mel[: len(take.mel)])
    assert len(take.mel) == take.latents.shape[1] * 4
    longer = engine.edit(take, Edit(kind=EditKind.CONTINUE_RIGHT, added_s=0.5))
    assert longer.waveform.size == take.waveform.size + 8000


def test_a_wish_to_stop_ends_it_well(engine: Engine, request_: GenerationRequest) -> None:
    progress = Progress(
        lambda event: (
            progress.cancel() if isinstance(event, AudioChunk) and event.start_sample else None
        )
    )
    take = engine.listen(request_, progress, lambda: True)
    assert take.waveform.size > 0
    assert take.request.duration_s == take.waveform.size / 16000


def test_stopped_before_the_first_sound_it_is_cancelled(
    engine: Engine, request_: GenerationRequest
) -> None:
    progress = Progress(
        lambda event: progress.cancel() if isinstance(event, StageStarted) else None
    )
    with pytest.raises(Cancelled):
        engine.listen(request_, progress, lambda: True)


def test_nothing_is_made_that_nobody_wants(engine: Engine, request_: GenerationRequest) -> None:
    tiles = 0
    asked = 0

    def count(event: Event) -> None:
        nonlocal tiles
        tiles += isinstance(event, TileDecoded)

    def wants_more() -> bool:
        nonlocal asked
        asked += 1
        if tiles == 10 and asked > 12:
            progress.cancel()
        return tiles < 10

    progress = Progress(count)
    engine.listen(request_, progress, wants_more)
    assert tiles == 10


def test_a_nearly_full_disk_ends_it_well_and_is_told(
    engine: Engine, request_: GenerationRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = LEAST_FREE_BYTES + 60 * ENDLESS_BYTES_PER_SECOND
    free = iter([1 << 40, short, short, LEAST_FREE_BYTES])
    monkeypatch.setattr(
        "core.room.shutil.disk_usage", lambda folder: SimpleNamespace(free=next(free))
    )
    events: list[Event] = []
    take = engine.listen(request_, Progress(events.append), lambda: True)
    assert take.waveform.size > 0
    told = [event.sentence for event in events if isinstance(event, Notice)]
    assert ["getting full" in told[0], "nearly full" in told[1]] == [True, True]
    assert len(told) == 2
