"""Endless sound for a listener: kept as it comes, a take when it is stopped."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from core.config import EngineConfig
from core.edit import Edit, EditKind
from core.errors import Cancelled
from core.events import AudioChunk, Event, StageStarted, TileDecoded
from core.generation import Engine
from core.progress import Progress
from core.request import GenerationRequest


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


def test_what_was_heard_is_the_take_and_can_be_edited(
    engine: Engine, request_: GenerationRequest
) -> None:
    events: list[Event] = []
    take = engine.listen(request_, Progress(events.append), lambda: True)

    samples = np.concatenate([e.samples for e in events if isinstance(e, AudioChunk)])
    mel = np.concatenate([e.mel for e in events if isinstance(e, TileDecoded)])
    assert take.waveform.shape == (5 * 16000,)
    assert np.array_equal(take.waveform, samples[: 5 * 16000])
    assert np.array_equal(take.mel, mel[: len(take.mel)])
    assert len(take.mel) == take.latents.shape[1] * 4 == 500
    longer = engine.edit(take, Edit(kind=EditKind.CONTINUE_RIGHT, added_s=0.5))
    assert longer.waveform.size == 5.5 * 16000


def test_a_wish_to_stop_ends_it_well(engine: Engine, request_: GenerationRequest) -> None:
    progress = Progress(
        lambda event: (
            progress.cancel() if isinstance(event, AudioChunk) and event.start_sample else None
        )
    )
    take = engine.listen(request_, progress, lambda: True)
    assert 0 < take.waveform.size < 5 * 16000
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
