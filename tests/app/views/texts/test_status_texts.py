"""Texts about the run."""

import numpy as np
import pytest

from app.view_models.takes.run_status import RunStatusModel
from app.view_models.viewer.level_pyramid import LevelPyramid
from app.view_models.viewer.opened_take import OpenedTake
from app.view_models.viewer.tile_grid import TileGridModel
from app.views.texts.status_texts import StatusTexts, exact_time
from core.api.config import TilingMode
from core.api.errors import DeviceMemoryError
from core.api.events import DenoisingStep, Stage, TileAdvanced, TilePlanned, TileState
from core.api.region import Region, Span
from core.api.request import GenerationRequest
from tests.app.library.takes import make_take

TILES = tuple(Region(Span(start, start + 100), Span(0, 64)) for start in (0, 100))


@pytest.fixture
def status(qapp):
    status = RunStatusModel()
    status.begin_run(GenerationRequest())
    return status


@pytest.fixture
def tiles(qapp):
    return TileGridModel()


@pytest.fixture
def sentences(status, tiles):
    return StatusTexts(status, tiles)


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_has_a_sentence(status, sentences, stage):
    status.begin_stage(stage)
    assert sentences.sentence()


def test_denoising_counts_its_steps(status, sentences):
    status.begin_stage(Stage.DENOISING)
    status.note_step(DenoisingStep(7, 25, np.zeros((1, 1, 1), np.float32)))
    assert sentences.sentence() == "Denoising, step 7 of 25"


def test_decoding_counts_its_tiles_and_names_the_one_in_hand(status, tiles, sentences):
    tiles.plan(TilePlanned(TilingMode.EXACT, TILES, TILES, ""))
    tiles.advance(TileAdvanced(1, TileState.RUNNING, 1, 4, "conv", "cpu"))
    tiles.finish(0)
    assert sentences.tiles() == ""
    status.begin_stage(Stage.DECODING)
    assert sentences.tiles() == "Tiles: 1 of 2 · tile 2"


def test_a_notice_is_shown_before_the_first_run(qapp, tiles):
    status = RunStatusModel()
    status.note_notice("The card is too old.")
    assert StatusTexts(status, tiles).sentence() == "Ready · The card is too old."


def test_a_notice_is_shown_during_and_after_the_run(status, sentences):
    status.begin_stage(Stage.DENOISING)
    status.note_notice("The prompt is long.")
    assert sentences.sentence().endswith("The prompt is long.")
    status.finish()
    assert sentences.sentence().endswith("The prompt is long.")


def test_an_unexpected_error_gets_a_general_sentence(status, sentences):
    status.fail(DeviceMemoryError("It does not fit."))
    assert sentences.sentence() == "It does not fit."
    status.fail(KeyError("internal"))
    assert "internal" not in sentences.sentence()
    assert "settings" in sentences.sentence()


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "a moment"), (3.2, "4 s"), (12.0, "15 s"), (200.0, "3 min")],
)
def test_an_estimate_is_as_rough_as_it_should_be(status, sentences, monkeypatch, seconds, text):
    monkeypatch.setattr(RunStatusModel, "remaining_s", seconds)
    status.begin_stage(Stage.DECODING)
    assert sentences.remaining() == f"{text} left"


def test_what_was_measured_is_said_exactly():
    assert exact_time(8.31) == "8.3 s"
    assert exact_time(125.0) == "2 min 5 s"


def test_only_the_run_itself_is_heard_after_a_time(session):
    document = session.document
    document.status.begin_run(GenerationRequest())
    document.shown.show_take(OpenedTake("earlier", make_take(), LevelPyramid(1, 64)))
    document.transport.heard.emit()
    assert document.status.first_sound_s is None
    document.shown.show_run("now", GenerationRequest())
    document.shown.finish_run(make_take())
    document.transport.heard.emit()
    assert document.status.first_sound_s is not None
