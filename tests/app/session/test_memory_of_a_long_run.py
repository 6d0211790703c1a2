"""A long run grows the memory of the window by its picture, and by nothing else."""

import ctypes
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.playback.player import Player
from app.view_models.takes.session_state import SessionState
from app.view_models.viewer.opened_take import open_take
from core.api.config import TilingMode
from core.api.events import (
    AudioChunk,
    DenoisingStep,
    Stage,
    TileAdvanced,
    TileDecoded,
    TilePlanned,
    TileState,
)
from core.api.region import Region, Span
from core.api.request import GenerationRequest
from core.api.take import Take
from core.runtime.spool import Spool
from tests.app.fake_engine import FakeEngine
from tests.app.playback.fake_output import FakeOutput

STATUS = Path("/proc/self/status")
DURATION_S = 30.0 * 60
LONG = GenerationRequest(prompt="rain", num_inference_steps=2, duration_s=DURATION_S)
NUM_FRAMES, TILE_FRAMES = 180_000, 720
CHUNK_SAMPLES = 64 * 160  # what the engine vocodes at a time
BAR_BYTES = 20e6
TILES_A_LOOK = 5
pytestmark = pytest.mark.skipif(not STATUS.exists(), reason="only Linux says what memory is whose")


class WindowThread(QObject):
    """The thread in which it was made, and which another one can wait for."""

    _reached = Signal()

    def __init__(self):
        super().__init__()
        self._reached.connect(self._pass, Qt.ConnectionType.BlockingQueuedConnection)

    def take_all(self):
        """Wait until the events that were sent before have been handled."""
        self._reached.emit()

    @Slot()
    def _pass(self):
        """Runs after them."""


class LongEngine(FakeEngine):
    """Emits what the engine emits for half an hour of sound, in its sizes; its take is on the disk.

    Attributes:
        window: The window's thread.
        peak_bytes: The most memory that was in use while it ran.
        num_done: Tiles that it has decoded.
    """

    def __init__(self):
        super().__init__()
        self.window = WindowThread()
        self.peak_bytes, self.num_done = 0.0, 0

    def generate(self, request, progress):
        num_latents = 4096  # of a long clip, an event holds no more
        for step in range(1, request.num_inference_steps + 1):
            latents = np.full((8, num_latents, 16), 0.5, np.float32)
            preview = np.full((num_latents, 64), -5, np.float32)
            progress.emit(DenoisingStep(step, 2, latents, preview=preview))
        with progress.stage(Stage.DECODING), Spool() as waveform, Spool((64,)) as mel:
            self._decode(round(request.duration_s * 100), progress, waveform, mel)
            return Take(
                request=request, sample_rate=16_000, waveform=waveform.mapped(), mel=mel.mapped()
            )

    def _decode(self, num_frames, progress, waveform, mel):
        edges = range(0, num_frames, TILE_FRAMES)
        spans = [Span(start, min(start + TILE_FRAMES, num_frames)) for start in edges]
        tiles = tuple(Region(span, Span(0, 64)) for span in spans)
        progress.emit(TilePlanned(TilingMode.STREAMING, tiles, tiles, "tiles"))
        random = np.random.default_rng(0)
        for index, tile in enumerate(tiles):
            progress.emit(TileAdvanced(index, TileState.RUNNING, 1, 2, "conv", "cpu"))
            frames = random.standard_normal((tile.time.length, 64), np.float32) - 5
            progress.emit(TileDecoded(index, tile, frames))
            mel.append(frames)
            num_samples = tile.time.stop * 160
            while waveform.num_rows < num_samples:
                count = min(CHUNK_SAMPLES, num_samples - waveform.num_rows)
                samples = random.random(count, np.float32) - 0.5
                progress.emit(AudioChunk(waveform.num_rows, samples))
                waveform.append(samples)
            self._note_memory()

    def _note_memory(self):
        self.num_done += 1
        self.window.take_all()  # real networks are so slow that it keeps up
        if self.num_done % TILES_A_LOOK == 0:
            self.peak_bytes = max(self.peak_bytes, private_bytes())


def private_bytes():
    """Memory of this process that is not a page of some file.

    What was freed and the C library keeps is given back first: in a process that ran thousands of
    tests it is many megabytes, more or fewer.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
    lines = STATUS.read_text().splitlines()
    return int(next(line for line in lines if line.startswith("RssAnon:")).split()[1]) * 1024


@pytest.fixture
def engine():
    return LongEngine()


@pytest.fixture
def playback():
    player = Player(FakeOutput())
    yield player
    player.close()


@pytest.fixture
def session(qtbot, session, window, engine):
    """A session that has generated a minute of sound, so that all is loaded that a run needs."""
    session.document.transport.set_plays_on_arrival(False)
    session.document.queue.add([replace(LONG, duration_s=60.0)])
    wait_for_end(qtbot, session)
    engine.peak_bytes = 0.0
    return session


def wait_for_end(qtbot, session):
    qtbot.waitUntil(lambda: session.state is SessionState.IDLE, timeout=60_000)


def test_a_run_on_show_takes_less_than_20_mb(qtbot, session, engine):
    before = private_bytes()
    session.document.queue.add([LONG])
    wait_for_end(qtbot, session)
    assert session.document.shown.take.request is LONG
    assert engine.peak_bytes - before < BAR_BYTES
    assert private_bytes() - before < BAR_BYTES


def test_a_run_behind_a_take_takes_less_than_5_mb(qtbot, session, engine):
    take = session.document.shown.take
    session.viewer.show(open_take("other", take))
    before = private_bytes()
    session.document.queue.add([LONG])
    wait_for_end(qtbot, session)
    assert session.document.shown.take is take
    assert engine.peak_bytes - before < BAR_BYTES / 4


def test_coming_back_to_a_run_takes_less_than_20_mb(qtbot, session, engine):
    session.viewer.show(open_take("other", session.document.shown.take))
    before = private_bytes()
    session.document.queue.add([LONG])
    qtbot.waitUntil(lambda: engine.num_done > 200)
    session.viewer.watch()
    wait_for_end(qtbot, session)
    qtbot.waitUntil(lambda: is_laid(session.document.spectrogram), timeout=60_000)
    assert private_bytes() - before < BAR_BYTES
    assert session.document.tiles.num_done == len(session.document.tiles.tiles) == 250
    assert session.document.transport.available_s == DURATION_S


def is_laid(spectrogram):
    """Whether no part of the picture is missing."""
    return None not in [spectrogram.level_db(frame, 20) for frame in range(0, NUM_FRAMES, 500)]
