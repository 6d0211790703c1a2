"""A request becomes a take: the whole engine on a tiny real model."""

import json
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.api.config import Blend, EngineConfig, TilingConfig, TilingMode
from core.api.errors import (
    Cancelled,
    DeviceLostError,
    DeviceMemoryError,
    InvalidRequestError,
    ModelLoadError,
)
from core.api.events import (
    AudioChunk,
    DenoisingStep,
    Event,
    Notice,
    RunExpected,
    Stage,
    StageFinished,
    StageStarted,
    TileDecoded,
    TilePlanned,
)
from core.api.progress import Progress
from core.api.region import Span
from core.api.request import GenerationRequest, PromptSegment
from core.diffusion.run_checkpoint import RunCheckpoint, identity_of
from core.engine import Engine
from core.pipeline.resources import spooled_bytes


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(EngineConfig(device="cpu", tiling=TilingConfig(tile_frames=64)))


def _request(model: Path, **changes: object) -> GenerationRequest:
    values = {"prompt": "rain", "duration_s": 1.5, "num_inference_steps": 2, "seed": 3}
    return GenerationRequest.from_dict({**values, "model": str(model), **changes})


@pytest.mark.parametrize("duration_s", [0.1, 1.23456, 0.6401, 2.0])
def test_a_take_has_exactly_the_requested_samples(
    engine: Engine, tiny_model_folder: Path, duration_s: float
) -> None:
    take = engine.generate(_request(tiny_model_folder, duration_s=duration_s))

    assert take.waveform.shape == (round(duration_s * 16000),)
    assert take.mel.shape[0] >= duration_s * 100
    assert np.isfinite(take.waveform).all()
    assert np.abs(take.waveform).max() > 0


def test_the_same_request_gives_the_same_samples_bit_for_bit(
    engine: Engine, tiny_model_folder: Path
) -> None:
    request = _request(tiny_model_folder)

    first, again = engine.generate(request), engine.generate(request)
    other = engine.generate(_request(tiny_model_folder, seed=4))

    assert np.array_equal(first.waveform, again.waveform)
    assert not np.array_equal(first.waveform, other.waveform)


def test_streamed_samples_equal_those_of_the_take(engine: Engine, tiny_model_folder: Path) -> None:
    events: list[Event] = []

    take = engine.generate(_request(tiny_model_folder), Progress(events.append))

    chunks = [event for event in events if isinstance(event, AudioChunk)]
    tiles = [event for event in events if isinstance(event, TileDecoded)]
    mel = np.zeros_like(take.mel)
    for tile in tiles:
        mel[tile.region.slices] = tile.mel
    assert np.array_equal(np.concatenate([chunk.samples for chunk in chunks]), take.waveform)
    assert np.array_equal(mel, take.mel)
    assert len(tiles) > 1
    assert sum(isinstance(event, TilePlanned) for event in events) == 1
    assert [e.step for e in events if isinstance(e, DenoisingStep)] == [1, 2]


@pytest.mark.parametrize("blend", list(Blend))
@pytest.mark.parametrize("at_once", [1, 3])
def test_prompts_along_time_act_at_their_time(
    tiny_model_folder: Path, blend: Blend, at_once: int
) -> None:
    engine = Engine(EngineConfig(device="cpu", blend=blend, windows_at_once=at_once))
    later = (PromptSegment(0.0, "rain"), PromptSegment(3.0, "thunder"))
    plain = _request(tiny_model_folder, duration_s=5.0, num_inference_steps=1)

    fade = Span(75 - 32, 75 + 32)  # of 25 latent frames a second, a quarter of the window

    alone = engine.generate(plain).latents
    both = engine.generate(replace(plain, segments=later)).latents
    same = engine.generate(replace(plain, segments=(PromptSegment(0.0, "rain"),))).latents

    np.testing.assert_array_equal(alone, same)
    np.testing.assert_allclose(both[:, : fade.start], alone[:, : fade.start])
    assert np.abs(both[:, fade.stop :] - alone[:, fade.stop :]).max() > 1e-3


def test_sound_comes_before_the_last_tile(engine: Engine, tiny_model_folder: Path) -> None:
    events: list[Event] = []

    engine.generate(_request(tiny_model_folder, duration_s=4.0), Progress(events.append))

    kinds = [type(event) for event in events]
    last_tile = len(kinds) - 1 - kinds[::-1].index(TileDecoded)
    first_sound = next(
        i for i, event in enumerate(events) if isinstance(event, AudioChunk) and event.samples.size
    )
    assert first_sound < last_tile


def test_every_stage_that_starts_ends(engine: Engine, tiny_model_folder: Path) -> None:
    events: list[Event] = []

    engine.generate(_request(tiny_model_folder), Progress(events.append))

    started = Counter(e.stage for e in events if isinstance(e, StageStarted))
    finished = Counter(e.stage for e in events if isinstance(e, StageFinished))
    assert started == finished
    assert {Stage.CONDITIONING, Stage.DENOISING, Stage.DECODING} <= set(started)


@pytest.mark.parametrize(
    "kind", [StageStarted, DenoisingStep, TilePlanned, TileDecoded, AudioChunk]
)
def test_after_cancelling_at_any_event_the_engine_works(
    engine: Engine, tiny_model_folder: Path, kind: type[Event]
) -> None:
    def cancel_at_kind(event: Event) -> None:
        if isinstance(event, kind):
            progress.cancel()

    progress = Progress(cancel_at_kind)
    request = _request(tiny_model_folder)

    with pytest.raises(Cancelled):
        engine.generate(request, progress)

    assert engine.generate(request).waveform.size == 24000


@pytest.mark.parametrize("mode", [TilingMode.EXACT, TilingMode.PADDED])
def test_only_the_exact_mode_is_independent_of_the_plan(
    tiny_model_folder: Path, mode: TilingMode
) -> None:
    request = _request(tiny_model_folder, duration_s=3.0)
    plans = [TilingConfig(mode=mode, tile_frames=frames) for frames in (40, 300)]

    mels = [Engine(EngineConfig(tiling=plan)).generate(request).mel for plan in plans]

    error = float(np.abs(mels[0] - mels[1]).max() / mels[1].std())
    assert (error < 1e-4) == (mode is TilingMode.EXACT)


def test_a_prompt_that_is_too_long_gives_a_notice(engine: Engine, tiny_model_folder: Path) -> None:
    events: list[Event] = []
    request = _request(tiny_model_folder, prompt="rain on a tin roof " * 20)

    engine.generate(request, Progress(events.append))

    (notice,) = [event for event in events if isinstance(event, Notice)]
    assert "longer than" in notice.sentence


@pytest.mark.parametrize("prompt", ["", "🎻🎹 кот 雨", "a" * 2000, "\x00\n\t"])
def test_any_text_is_a_prompt(engine: Engine, tiny_model_folder: Path, prompt: str) -> None:
    assert engine.generate(_request(tiny_model_folder, prompt=prompt)).waveform.size == 24000


def test_an_impossible_length_is_refused_with_the_longest(
    engine: Engine, tiny_model_folder: Path
) -> None:
    with pytest.raises(InvalidRequestError, match="ask for less than") as caught:
        engine.generate(_request(tiny_model_folder, duration_s=1e12))

    assert caught.value.field == "duration_s"


def test_after_memory_ran_out_the_next_request_works(
    engine: Engine, tiny_model_folder: Path
) -> None:
    def run_out(event: Event) -> None:
        if isinstance(event, TileDecoded):
            raise torch.OutOfMemoryError

    request = _request(tiny_model_folder)
    with pytest.raises(DeviceMemoryError, match="did not fit into the memory of cpu"):
        engine.generate(request, Progress(run_out))

    assert engine.generate(request).waveform.size == 24000


def test_a_lost_device_drops_the_model_and_offers_the_processor(
    tiny_model_folder: Path,
) -> None:
    engine, request = Engine(EngineConfig(device="cpu")), _request(tiny_model_folder)
    before = engine.load(request.model, Progress())

    def lose(event: Event) -> None:
        if isinstance(event, DenoisingStep):
            raise torch.AcceleratorError("CUDA error: unspecified launch failure")

    with pytest.raises(DeviceLostError, match="Choose the processor") as caught:
        engine.generate(request, Progress(lose))
    assert caught.value.device == "cpu"
    assert engine.estimate(request) is None
    assert engine.load(request.model, Progress()) is not before
    assert engine.generate(request).waveform.size == 24000


def test_a_card_that_cannot_be_used_gives_a_notice(
    tiny_model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.engine.unusable_devices", lambda: ("The card is too old.",))
    for device, expected in (("auto", 1), ("cpu", 0)):
        events: list[Event] = []
        Engine(EngineConfig(device=device)).load(str(tiny_model_folder), Progress(events.append))
        assert events.count(Notice("The card is too old.")) == expected


def test_a_clip_that_does_not_fit_is_refused_at_once(tiny_model_folder: Path) -> None:
    tight = TilingConfig(mode=TilingMode.EXACT, memory_budget=1)
    events: list[Event] = []

    with pytest.raises(DeviceMemoryError):
        Engine(EngineConfig(device="cpu", tiling=tight)).generate(
            _request(tiny_model_folder), Progress(events.append)
        )
    assert not [event for event in events if isinstance(event, DenoisingStep)]


def test_after_a_model_failed_to_load_the_next_request_works(
    engine: Engine, tiny_model_folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(ModelLoadError):
        engine.generate(_request(tmp_path / "nothing"))

    assert engine.generate(_request(tiny_model_folder)).waveform.size == 24000


def test_a_take_made_in_windows_is_decoded_in_windows(
    tiny_model_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(tiny_model_folder, folder)
    (folder / "tessera.json").write_text(json.dumps({"window_frames": 64}))
    request = _request(folder, duration_s=2.0)

    events: list[Event] = []

    own = Engine(EngineConfig()).generate(request, Progress(events.append))
    whole = Engine(EngineConfig(context_of_take=False)).generate(request)

    (plan,) = (event for event in events if isinstance(event, TilePlanned))
    assert max(tile.time.length for tile in plan.padded) <= 64
    assert np.array_equal(own.latents, whole.latents)
    assert not np.allclose(own.mel, whole.mel)


def test_a_model_that_cannot_start_from_a_sound_says_so(
    engine: Engine, tiny_model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = engine.load(str(tiny_model_folder), Progress())
    less = replace(model.capabilities, audio_to_audio=False)
    monkeypatch.setattr(type(model), "capabilities", less)

    with pytest.raises(InvalidRequestError, match="cannot start from a sound"):
        engine.generate(_request(tiny_model_folder, init_audio="rain.wav"))


@pytest.mark.parametrize("long_s", [1.0, 60.0])
def test_a_run_has_a_checkpoint_and_a_long_one_a_forecast(
    tiny_model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, long_s: float
) -> None:
    monkeypatch.setattr("core.engine.LONG_S", long_s)
    monkeypatch.setattr(RunCheckpoint.__init__, "__defaults__", (0.0,))  # all is kept
    engine, events = Engine(EngineConfig(device="cpu"), tmp_path / "kept"), list[Event]()
    request = _request(tiny_model_folder)
    model = engine.load(request.model, Progress())

    def hear(event: Event) -> None:
        events.append(event)
        if isinstance(event, TileDecoded) and not progress.cancelled:
            progress.cancel()

    progress = Progress(hear)
    with pytest.raises(Cancelled):
        engine.generate(request, progress)
    (run,) = (tmp_path / "kept").iterdir()
    assert {file.name for file in run.iterdir()} == {"latents", "steps-2"}
    forecasts = [event for event in events if isinstance(event, RunExpected)]
    assert len(forecasts) == (long_s < 1.5)
    for expected in forecasts:
        assert expected.duration_s == 1.5
        assert 0 < expected.expected_s < 60
        assert expected.disk_bytes == spooled_bytes(model, request)

    events.clear()
    take = engine.generate(request, Progress(events.append))

    assert not any(isinstance(event, DenoisingStep) for event in events)
    assert take.checkpoint is not None
    assert list((tmp_path / "kept").iterdir()) == [run]
    take.checkpoint.discard()
    assert not list((tmp_path / "kept").iterdir())
    plain = Engine(EngineConfig(device="cpu")).generate(request)
    assert np.array_equal(take.waveform, plain.waveform)
    assert np.array_equal(take.latents, plain.latents)


@pytest.mark.parametrize("change", [{"seed": 4}, {"prompt": "wind"}, {"num_inference_steps": 3}])
def test_another_request_does_not_resume_this_run(
    tiny_model_folder: Path, change: dict[str, object]
) -> None:
    device, config = torch.device("cpu"), EngineConfig()

    def identity(**changes: object) -> dict[str, object]:
        request = _request(tiny_model_folder, **changes)
        return identity_of(request, config, device, torch.float32)

    assert identity() == identity()
    assert identity() != identity(**change)
