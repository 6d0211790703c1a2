"""Which model hears what."""

import numpy as np
import pytest

from app.session.engine_to_window import AudioArrived
from app.session.event_router import EventRouter
from app.view_models.takes.run_status import RunStatusModel
from app.view_models.transport.transport import TransportModel
from app.view_models.viewer.live_preview import LivePreviewModel
from app.view_models.viewer.spectrogram import SpectrogramModel
from app.view_models.viewer.tile_grid import TileGridModel
from core.api.config import TilingMode
from core.api.events import (
    BytesReceived,
    DenoisingStep,
    Stage,
    StageFinished,
    StageStarted,
    TileAdvanced,
    TileDecoded,
    TilePlanned,
    TileState,
)
from core.api.region import Region, Span
from core.api.request import GenerationRequest


class Models:
    """A router and everybody it informs, at the start of a run of four seconds."""

    def __init__(self, playback):
        self.spectrogram, self.tiles = SpectrogramModel(), TileGridModel()
        self.status, self.transport = RunStatusModel(), TransportModel(playback)
        self.live_preview = LivePreviewModel()
        self.router = EventRouter(
            self.live_preview, self.spectrogram, self.tiles, self.status, self.transport
        )
        self.spectrogram.begin_seconds(4.0)
        self.transport.begin(4.0, 16000)
        self.status.begin_run(GenerationRequest(duration_s=4.0))

    def hear(self, *events):
        for event in events:
            self.router.route(event)


@pytest.fixture
def models(qapp, playback):
    return Models(playback)


def plan(frames, bins):
    halves = (Span(0, frames // 2), Span(frames // 2, frames))
    regions = tuple(Region(span, Span(0, bins)) for span in halves)
    return TilePlanned(TilingMode.EXACT, regions, regions, "two tiles")


def test_decoding_is_half_tiles_and_half_sound(models):
    models.hear(StageStarted(Stage.DECODING), plan(400, 64))
    models.hear(TileDecoded(0, plan(400, 64).tiles[0], np.zeros((200, 64), np.float32)))
    assert models.status.fraction == pytest.approx(0.25)
    models.hear(AudioArrived(32_000))
    assert models.status.fraction == pytest.approx(0.5)
    assert models.transport.available_s == 2.0


def test_vocoding_by_itself_is_all_sound(models):
    models.hear(StageStarted(Stage.VOCODING), AudioArrived(16_000))
    assert models.status.fraction == pytest.approx(0.25)


def test_a_step_is_counted_and_sketched(models):
    models.hear(StageStarted(Stage.DENOISING))
    models.hear(DenoisingStep(2, 8, np.ones((8, 30, 16), np.float32)))
    assert models.status.fraction == pytest.approx(0.25)
    assert models.live_preview.greys.shape == (16, 30)


def test_a_download_reports_its_bytes(models):
    models.hear(StageStarted(Stage.DOWNLOADING), BytesReceived(30, 120))
    assert models.status.fraction == pytest.approx(0.25)


def test_tiles_of_an_encoder_are_shown_until_it_is_done(models):
    models.hear(StageStarted(Stage.ENCODING), plan(100, 16))
    assert models.tiles.tiles[1].region == Region(Span(200, 400), Span(0, 64))
    models.hear(TileAdvanced(0, TileState.DONE, 4, 4, "conv", "cpu"))
    assert models.status.fraction == pytest.approx(0.5)
    models.hear(StageFinished(Stage.ENCODING, 1.0))
    assert models.tiles.tiles == ()


def test_tiles_of_a_decoder_stay_where_they_are(models):
    models.hear(StageStarted(Stage.DECODING), plan(400, 64))
    assert models.tiles.tiles[1].region == Region(Span(200, 400), Span(0, 64))
