"""Endless sound for a listener: kept as it comes, a take when it is stopped."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from core.api.arrays import FloatArray
from core.api.config import EngineConfig, TilingConfig, TilingMode
from core.api.edit import Edit, EditKind
from core.api.errors import Cancelled, DeviceMemoryError, DiskError, NonFiniteError, TesseraError
from core.api.events import AudioChunk, DenoisingStep, Event, Notice, StageStarted, TileDecoded
from core.api.progress import Progress
from core.api.request import EndlessControl, GenerationRequest, PromptSegment
from core.engine import Engine
from core.pipeline.edge_fades import Edge
from core.pipeline.endless import EndlessStretch, plan_window
from core.pipeline.endless_take import EndlessRecording, record_endless
from core.pipeline.resources import LEAST_FREE_BYTES, BytesPerSecond
from core.runtime.spool import Spool
from core.tiled_vae import TiledVAE

EDGE = Edge.at_rate(16000)


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
    """Cancel once so much was made."""
    if isinstance(event, AudioChunk) and event.start_sample + len(event.samples) > seconds * 16000:
        progress.cancel()


def test_emitted_samples_are_the_take_which_can_be_edited(
    engine: Engine, request_: GenerationRequest
) -> None:
    events: list[Event] = []
    progress = Progress(lambda event: stop_after(5.0, event, progress))
    with progress.with_listener(events.append):
        take = engine.record_endless(request_, progress)

    samples = np.concatenate([e.samples for e in events if isinstance(e, AudioChunk)])
    mel = np.concatenate([e.mel for e in events if isinstance(e, TileDecoded)])
    assert take.waveform.size >= 5 * 16000
    assert take.waveform.size == round(take.request.duration_s * 16000)
    assert np.array_equal(take.waveform, EDGE.faded_stop(samples))
    assert np.array_equal(take.mel, mel[: len(take.mel)])
    assert len(take.mel) == take.latents.shape[1] * 4
    longer = engine.edit(take, Edit(kind=EditKind.CONTINUE_RIGHT, added_s=0.5))
    assert longer.waveform.size == take.waveform.size + 8000


def test_cancelling_ends_the_sound_and_keeps_it(
    engine: Engine, request_: GenerationRequest
) -> None:
    progress = Progress(
        lambda event: (
            progress.cancel() if isinstance(event, AudioChunk) and event.start_sample else None
        )
    )
    take = engine.record_endless(request_, progress)
    assert take.waveform.size > 0
    assert take.request.duration_s == take.waveform.size / 16000


def test_stopped_before_the_first_sound_it_is_cancelled(
    engine: Engine, request_: GenerationRequest
) -> None:
    progress = Progress(
        lambda event: progress.cancel() if isinstance(event, StageStarted) else None
    )
    with pytest.raises(Cancelled):
        engine.record_endless(request_, progress)


def test_nothing_is_made_before_it_is_wanted(engine: Engine, request_: GenerationRequest) -> None:
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
    engine.record_endless(request_, progress, EndlessControl(wants_more))
    assert tiles == 10


def test_a_nearly_full_disk_ends_the_sound_with_a_notice(
    engine: Engine, request_: GenerationRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    needed = BytesPerSecond.of(engine.load(request_.model, Progress()))
    short = LEAST_FREE_BYTES + 60 * needed.endless
    free = iter([1 << 40, short, short, LEAST_FREE_BYTES])
    monkeypatch.setattr(
        "core.pipeline.resources.shutil.disk_usage", lambda folder: SimpleNamespace(free=next(free))
    )
    events: list[Event] = []
    take = engine.record_endless(request_, Progress(events.append))
    assert take.waveform.size > 0
    sentences = [event.sentence for event in events if isinstance(event, Notice)]
    assert ["getting full" in sentences[0], "nearly full" in sentences[1]] == [True, True]
    assert len(sentences) == 2


def heard_until(
    error: Exception, count: int, engine: Engine, request_: GenerationRequest, progress: Progress
) -> EndlessRecording:
    """What is kept of so many passages and an error behind them."""

    def broken() -> Iterator[EndlessStretch]:
        yield from islice(engine.endless(request_), count)
        raise error

    model = engine.load(request_.model, Progress())
    return record_endless(model, broken(), wants_more=lambda: True, progress=progress)


@pytest.mark.parametrize(
    "error", [NonFiniteError("vocoder"), DeviceMemoryError("too much"), DiskError("/", "full")]
)
def test_a_later_failure_keeps_the_sound_so_far(
    engine: Engine, request_: GenerationRequest, error: TesseraError
) -> None:
    events: list[Event] = []

    heard = heard_until(error, 8, engine, request_, Progress(events.append))

    samples = [passage.samples for passage in islice(engine.endless(request_), 8)]
    assert np.array_equal(heard.waveform, EDGE.faded_stop(np.concatenate(samples)))
    assert heard.waveform.size
    (sentence,) = [event.sentence for event in events if isinstance(event, Notice)]
    assert str(error) in sentence
    assert "all of it is kept" in sentence


@pytest.mark.parametrize("error", [NonFiniteError("vocoder"), Cancelled()])
def test_a_failure_before_the_first_sound_is_raised(
    engine: Engine, request_: GenerationRequest, error: Exception
) -> None:
    with pytest.raises(type(error)):
        heard_until(error, 0, engine, request_, Progress())


@pytest.mark.parametrize("failing", [24, 25, 26])  # each of the ninth passage's arrays
def test_a_disk_that_fills_up_leaves_a_complete_take(
    engine: Engine,
    request_: GenerationRequest,
    monkeypatch: pytest.MonkeyPatch,
    failing: int,
) -> None:
    number = 0

    def append(spool: Spool, rows: FloatArray) -> None:
        nonlocal number
        number += 1
        if number > failing:
            raise DiskError("/", "the disk is full.")
        spool.write(spool.num_rows, rows)

    monkeypatch.setattr("core.pipeline.endless_take.Spool.append", append)
    take = engine.record_endless(request_, Progress())

    samples = [passage.samples for passage in islice(engine.endless(request_), 8)]
    assert np.array_equal(take.waveform, EDGE.faded_stop(np.concatenate(samples)))
    assert len(take.mel) == take.latents.shape[1] * 4
    assert len(take.mel) * 160 >= take.waveform.size


def test_a_budget_for_one_window_is_enough(engine: Engine, request_: GenerationRequest) -> None:
    model = engine.load(request_.model, Progress())
    exact = TilingConfig(mode=TilingMode.EXACT, tile_frames=64)
    window, clip = (1, 4, 16, 16), (1, 4, 64, 16)
    peak_bytes = TiledVAE(model.vae, exact).plan_decode(window).peak_bytes
    assert peak_bytes < TiledVAE(model.vae, exact).plan_decode(clip).peak_bytes
    tight = TilingConfig(mode=TilingMode.EXACT, tile_frames=64, memory_budget=peak_bytes)
    progress = Progress(lambda event: stop_after(2.5, event, progress))

    take = Engine(EngineConfig(device="cpu", tiling=tight)).record_endless(request_, progress)

    assert take.latents.shape[1] >= 60
    of_window = TiledVAE(model.vae, tight).plan_decode(window).explanation
    assert take.plan == f"Windows of 64 frames, each by itself. {of_window}"
    assert take.mode is TilingMode.EXACT


def test_a_window_that_does_not_fit_is_refused_at_once(request_: GenerationRequest) -> None:
    tight = TilingConfig(mode=TilingMode.EXACT, memory_budget=1)
    events: list[Event] = []
    with pytest.raises(DeviceMemoryError):
        Engine(EngineConfig(device="cpu", tiling=tight)).record_endless(
            request_, Progress(events.append)
        )
    assert not [event for event in events if isinstance(event, DenoisingStep)]


def test_memory_that_runs_out_is_an_error_without_a_length(
    engine: Engine, request_: GenerationRequest
) -> None:
    def run_out(event: Event) -> None:
        if isinstance(event, DenoisingStep):
            raise torch.OutOfMemoryError

    with pytest.raises(DeviceMemoryError, match="Endless sound did not fit into the memory of cpu"):
        engine.record_endless(request_, Progress(run_out))


def test_a_take_knows_the_prompts_that_it_was_made_to(
    engine: Engine, request_: GenerationRequest
) -> None:
    chunks: list[AudioChunk] = []
    progress = Progress(
        lambda event: chunks.append(event) if isinstance(event, AudioChunk) else None
    )

    def request_now() -> GenerationRequest:
        if len(chunks) >= 14:
            progress.cancel()
        return request_ if len(chunks) < 3 else replace(request_, prompt="wind")

    take = engine.record_endless(request_, progress, EndlessControl(request_now=request_now))

    stretch_s = 48 * 160 / 16_000  # of a window of 64 frames, 16 are shared with the next
    assert take.request.segments == (
        PromptSegment(0.0, request_.prompt),
        PromptSegment(3 * stretch_s, "wind"),
    )
    assert take.request.prompt == request_.prompt
    assert take.request.duration_s == take.waveform.size / 16_000


def test_a_prompt_that_was_never_heard_is_left_out(
    engine: Engine, request_: GenerationRequest
) -> None:
    def changed() -> Iterator[EndlessStretch]:
        *heard, last = islice(engine.endless(request_), 8)
        yield from heard
        yield replace(last, prompt="wind")  # the vocoder holds its samples back
        raise NonFiniteError("vocoder")

    model = engine.load(request_.model, Progress())
    recording = record_endless(model, changed(), wants_more=lambda: True, progress=Progress())
    take = recording.to_take(request_, engine.config, plan_window(model, TilingConfig()))

    assert recording.prompts[-1].prompt == "wind"
    assert (take.request.prompt, take.request.segments) == (request_.prompt, ())
