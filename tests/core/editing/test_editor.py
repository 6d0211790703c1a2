"""Edits of takes of a tiny real model: what is outside stays, what is inside is new."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.api.config import EngineConfig, TilingConfig, TilingMode
from core.api.edit import Edit, EditKind
from core.api.errors import Cancelled, DeviceMemoryError, InvalidRequestError
from core.api.events import DenoisingStep, Event, StageStarted, TileDecoded, TilePlanned
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.api.take import Take
from core.engine import Engine
from core.tiled_vae import TiledVAE
from tests.core.editing.tiny_edits import (
    HOP,
    RATE,
    REACH_FRAMES,
    SCALE,
    WINDOW_FRAMES,
    is_same,
    request_for,
    stretch,
)


@pytest.mark.parametrize(
    ("start_s", "stop_s"),
    [(1.2, 1.8), (0.0, 0.3), (2.5, 3.0), (2.9, 99.0), (0.4, 2.9), (1.0, 1.01)],
)
def test_outside_of_the_fades_every_sample_stays_to_the_bit(
    engine: Engine, take: Take, start_s: float, stop_s: float
) -> None:
    edited = engine.edit(take, stretch(start_s, stop_s))

    start = max(0, round(start_s * 100) - SCALE - REACH_FRAMES) * HOP
    stop = (round(stop_s * 100) + SCALE + REACH_FRAMES) * HOP
    assert edited.waveform.shape == take.waveform.shape
    assert np.array_equal(edited.waveform[:start], take.waveform[:start])
    assert np.array_equal(edited.waveform[stop:], take.waveform[stop:])
    assert not np.array_equal(edited.waveform, take.waveform)
    changed = (edited.latents != take.latents).any(axis=(0, 2)).nonzero()[0]
    assert start_s * 25 - 1 <= changed.min() <= changed.max() < stop_s * 25 + 1


def test_a_band_changes_no_latents_and_mel_beyond_it(engine: Engine, take: Take) -> None:
    edited = engine.edit(take, stretch(low_hz=3000.0, high_hz=5000.0))

    rows = (edited.latents != take.latents).any(axis=(0, 1)).nonzero()[0]
    bins = (edited.mel != take.mel).any(axis=0).nonzero()[0]
    assert 0 < rows.min() <= rows.max() < 15
    assert rows.min() * SCALE - SCALE <= bins.min() <= bins.max() < (rows.max() + 2) * SCALE


@pytest.mark.parametrize(("low_hz", "high_hz"), [(719.0, 2598.0), (0.0, 700.0), (4000.0, None)])
def test_a_band_changes_no_frequency_beyond_it(
    engine: Engine, take: Take, low_hz: float, high_hz: float | None
) -> None:
    edited = engine.edit(take, stretch(0.5, 2.5, low_hz=low_hz, high_hz=high_hz))

    window = np.blackman(take.waveform.size)
    old, new = (np.abs(np.fft.rfft(window * made.waveform)) for made in (take, edited))
    change = np.abs(new - old)
    hz = np.fft.rfftfreq(take.waveform.size, 1 / RATE)
    is_beyond = (hz < low_hz - 20) | (hz > (high_hz or RATE) + 20)
    assert change[is_beyond].max() < 1e-3 * change.max()


@pytest.mark.parametrize(
    "edit",
    [
        stretch(1.0, 1.0),
        stretch(strength=0.0),
        Edit(kind=EditKind.CONTINUE_RIGHT),
        Edit(kind=EditKind.CONTINUE_LEFT),
    ],
)
def test_an_edit_of_nothing_gives_the_take(engine: Engine, take: Take, edit: Edit) -> None:
    assert is_same(engine.edit(take, edit), take)


def test_an_edit_is_in_the_request_and_can_be_repeated(engine: Engine, take: Take) -> None:
    edits = (stretch(), Edit(kind=EditKind.CONTINUE_LEFT, added_s=0.3), Edit(kind=EditKind.LOOP))
    edited = take
    for edit in edits:
        edited = engine.edit(edited, edit)

    assert edited.request == replace(take.request, edits=edits)
    again = engine.generate(
        GenerationRequest.from_dict(json.loads(json.dumps(edited.request.to_dict())))
    )
    assert again.request == edited.request
    assert is_same(again, edited)


def test_only_windows_over_the_stretch_are_computed(engine: Engine, folder: Path) -> None:
    take = engine.generate(request_for(folder, duration_s=8.0))
    events: list[Event] = []

    engine.edit(take, stretch(4.0, 4.3), Progress(events.append))

    (steps, *_) = [event for event in events if isinstance(event, DenoisingStep)]
    (plan,) = [event for event in events if isinstance(event, TilePlanned)]
    assert steps.latents.shape[1] == WINDOW_FRAMES // SCALE
    assert min(tile.time.start for tile in plan.tiles) > 300
    assert max(tile.time.stop for tile in plan.tiles) < 520


def test_emitted_log_mel_equals_that_of_the_take(engine: Engine, take: Take) -> None:
    events: list[Event] = []
    edited = engine.edit(take, stretch(), Progress(events.append))

    (tile,) = [event for event in events if isinstance(event, TileDecoded)]
    mel = take.mel.copy()
    mel[tile.region.slices] = tile.mel
    assert np.array_equal(mel, edited.mel)


def test_a_loop_emits_tiles_at_both_ends_of_the_clip(engine: Engine, take: Take) -> None:
    events: list[Event] = []
    looped = engine.edit(take, Edit(kind=EditKind.LOOP), Progress(events.append))

    tiles = [event for event in events if isinstance(event, TileDecoded)]
    mel = take.mel.copy()
    for tile in tiles:
        mel[tile.region.slices] = tile.mel
    assert np.array_equal(mel, looped.mel)
    assert {tile.region.time.start for tile in tiles} >= {0}
    assert {tile.region.time.stop for tile in tiles} >= {len(mel)}


def test_each_step_of_an_edit_has_a_preview(take: Take) -> None:
    events: list[Event] = []
    Engine(EngineConfig(device="cpu"), previews=True).edit(take, stretch(), Progress(events.append))
    steps = [event for event in events if isinstance(event, DenoisingStep)]
    assert steps
    for step in steps:
        assert step.frames is not None
        assert step.preview is not None
        assert step.preview.shape == (step.frames.length, take.mel.shape[1])


def test_denoising_steps_have_the_frames_of_the_clip(engine: Engine, take: Take) -> None:
    events: list[Event] = []
    longer = engine.edit(
        take, Edit(kind=EditKind.CONTINUE_RIGHT, added_s=0.5), Progress(events.append)
    )

    frames = {event.frames for event in events if isinstance(event, DenoisingStep)}
    (stretch,) = frames
    assert stretch is not None
    assert stretch.start < len(take.mel)
    assert stretch.stop == len(longer.mel)


@pytest.mark.parametrize("kind", [StageStarted, DenoisingStep, TilePlanned, TileDecoded])
def test_cancelling_at_any_event_changes_nothing(
    engine: Engine, take: Take, kind: type[Event]
) -> None:
    def cancel_at_kind(event: Event) -> None:
        if isinstance(event, kind):
            progress.cancel()

    progress = Progress(cancel_at_kind)
    before = replace(
        take, waveform=take.waveform.copy(), mel=take.mel.copy(), latents=take.latents.copy()
    )

    with pytest.raises(Cancelled):
        engine.edit(take, stretch(), progress)

    assert is_same(take, before)
    assert is_same(engine.edit(take, stretch()), engine.edit(before, stretch()))


def test_a_higher_strength_is_farther_from_the_old_sound(engine: Engine, take: Take) -> None:
    distances = [
        np.abs(engine.edit(take, stretch(strength=strength)).latents - take.latents).mean()
        for strength in (0.0, 0.5, 1.0)
    ]
    assert distances == sorted(set(distances))


@pytest.mark.parametrize("shape", [(0,), (4, 75, 15), (3, 75, 16), (4, 74, 16)])
def test_a_take_without_latents_of_the_model_is_refused(
    engine: Engine, take: Take, shape: tuple[int, ...]
) -> None:
    with pytest.raises(InvalidRequestError, match="cannot be edited"):
        engine.edit(replace(take, latents=np.zeros(shape, np.float32)), stretch())


def test_a_budget_that_holds_the_stretch_is_enough(engine: Engine, folder: Path) -> None:
    take = engine.generate(request_for(folder, duration_s=8.0))
    planned = TiledVAE(engine.load(take.request.model, Progress()).vae, engine.config.tiling)
    window = (1, take.latents.shape[0], WINDOW_FRAMES // SCALE, take.latents.shape[2])
    needed = planned.plan_decode(window).peak_bytes
    assert needed < planned.plan_decode((1, *take.latents.shape)).peak_bytes
    tight = TilingConfig(mode=TilingMode.EXACT, tile_frames=64, memory_budget=needed)

    edited = Engine(EngineConfig(device="cpu", tiling=tight)).edit(take, stretch(4.0, 4.3))

    model = engine.load(take.request.model, Progress())
    assert edited.plan == TiledVAE(model.vae, tight).plan_decode(window).explanation
    assert edited.plan.startswith("Exact")


def test_a_budget_too_small_is_refused_before_any_work(take: Take) -> None:
    tight = TilingConfig(mode=TilingMode.EXACT, tile_frames=64, memory_budget=1)
    events: list[Event] = []

    with pytest.raises(DeviceMemoryError):
        Engine(EngineConfig(device="cpu", tiling=tight)).edit(
            take, stretch(), Progress(events.append)
        )
    assert not [event for event in events if isinstance(event, DenoisingStep)]


@pytest.mark.parametrize(
    ("before", "then", "expected"),
    [
        (TilingMode.EXACT, TilingMode.EXACT, TilingMode.EXACT),
        (TilingMode.EXACT, TilingMode.PADDED, TilingMode.PADDED),
        (TilingMode.STREAMING, TilingMode.EXACT, TilingMode.STREAMING),
        (None, TilingMode.EXACT, None),
    ],
)
def test_a_take_is_exact_where_all_of_it_is(
    take: Take, before: TilingMode | None, then: TilingMode, expected: TilingMode | None
) -> None:
    engine = Engine(EngineConfig(device="cpu", tiling=TilingConfig(mode=then)))

    edited = engine.edit(replace(take, mode=before), stretch())

    assert f"{then.capitalize()} (" in edited.plan
    assert edited.mode is expected


def test_an_edit_that_decodes_nothing_keeps_the_mode(engine: Engine, take: Take) -> None:
    edited = engine.edit(take, stretch(strength=0.0))
    assert (edited.plan, edited.mode) == ("", take.mode)


def test_memory_that_runs_out_is_an_error_about_the_edit(engine: Engine, take: Take) -> None:
    def run_out(event: Event) -> None:
        if isinstance(event, DenoisingStep):
            raise torch.OutOfMemoryError

    with pytest.raises(DeviceMemoryError, match="This edit did not fit into the memory of cpu"):
        engine.edit(take, Edit(kind=EditKind.LOOP), Progress(run_out))


def test_samples_are_edited_and_then_a_stretch_is_made_again(engine: Engine, take: Take) -> None:
    softer = engine.edit(take, Edit(kind=EditKind.GAIN, start_s=0.0, stop_s=3.0, gain_db=-6.0))
    assert softer.latents is None
    again = engine.edit(softer, stretch(1.2, 1.8))
    assert [edit.kind for edit in again.request.edits] == [EditKind.GAIN, EditKind.REGENERATE]
    start = round(0.9 * RATE)
    assert np.array_equal(again.waveform[:start], softer.waveform[:start])
    assert not np.array_equal(again.waveform, softer.waveform)


def test_several_regions_in_one_edit_equal_one_after_another(engine: Engine, take: Take) -> None:
    regions = [{"start_s": 0.1, "stop_s": 0.4}, {"start_s": 2.4, "stop_s": 2.8, "low_hz": 900.0}]
    edit = stretch(more_regions=regions)
    at_once, in_turn = engine.edit(take, edit), take
    for part in edit.parts:
        in_turn = engine.edit(in_turn, part)
    assert is_same(at_once, in_turn)
    assert at_once.request.edits == (edit,)
