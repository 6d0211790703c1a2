"""Queue and history over several starts of a session."""

import numpy as np
import pytest
from PySide6.QtCore import QObject
from shiboken6 import delete

from app.library.library_worker import LibraryWorker
from app.session.library_sync import LibrarySync
from app.session.session import Session
from app.view_models.takes.list_item import ITEM_ROLE
from app.view_models.takes.queue_entry import EntryState
from app.view_models.takes.session_state import SessionState
from app.view_models.takes.take_record import TakePlace
from core.api.request import GenerationRequest
from tests.app.fake_playback import FakePlayback


class Start(QObject):
    """One start of the studio's inner parts over the same folder."""

    def __init__(self, folder, engine):
        super().__init__()
        self.session = Session(lambda: engine, FakePlayback())
        self.library = LibrarySync(self.session, LibraryWorker(folder))
        self.errors = []
        self.library.failed.connect(self.errors.append)

    def open(self, qtbot):
        with qtbot.waitSignal(self.library.opened) as opened:
            self.library.open()
        self.notice = opened.args[0]
        return self

    def end(self):
        self.session.join()
        self.library.close()
        for part in (self.library, self.session):
            delete(part)  # here and now: a collection in another thread could not stop timers


@pytest.fixture
def start(qtbot, qapp, tmp_path, engine):
    starts = []

    def start_again(folder=None):
        while starts:
            starts.pop().end()
        starts.append(Start(folder or tmp_path / "library", engine))
        return starts[-1].open(qtbot)

    yield start_again
    while starts:
        starts.pop().end()


def short(prompt):
    return GenerationRequest(prompt=prompt, duration_s=1.0, num_inference_steps=2)


def make_takes(qtbot, studio, *prompts):
    history = studio.session.document.history
    expected = history.num_takes + len(prompts)
    studio.session.document.queue.add(short(prompt) for prompt in prompts)
    qtbot.waitUntil(lambda: history.num_takes == expected)


def prompts(session):
    history = session.document.history
    return [history.data(history.index(row)) for row in range(history.rowCount())]


def test_finished_takes_are_in_the_history_of_every_start(qtbot, start):
    studio = start()
    make_takes(qtbot, studio, "rain", "wind")
    assert prompts(studio.session) == ["wind", "rain"]
    assert prompts(start().session) == ["wind", "rain"]


def test_a_take_of_an_earlier_start_can_be_shown(qtbot, start, engine):
    make_takes(qtbot, start(), "rain")
    studio = start()
    history = studio.session.document.history
    record = history.record(history.index(0).data(ITEM_ROLE).take_id)
    with qtbot.waitSignal(studio.session.document.shown.changed):
        studio.library.show(record.take_id)
    take = studio.session.document.shown.take
    assert take.request.prompt == "rain"
    np.testing.assert_allclose(take.waveform, engine.waveform(16_000), atol=2**-24)
    assert studio.session.document.spectrogram.level_db(50, 20) == 0.0


def test_the_queue_waits_paused_at_the_next_start(qtbot, start, engine):
    studio = start()
    studio.session.document.queue.set_paused(True)
    studio.session.document.queue.add([short("rain"), short("wind")])
    studio = start()
    queue = studio.session.document.queue
    assert [entry.request.prompt for entry in queue.entries] == ["rain", "wind"]
    assert queue.is_paused
    assert studio.session.state is SessionState.IDLE
    queue.set_paused(False)
    qtbot.waitUntil(lambda: studio.session.document.history.num_takes == 2)


def test_what_ran_when_the_studio_closed_waits_and_says_so(qtbot, start, engine):

    engine.shut_gate()
    studio = start()
    studio.session.document.queue.add([short("rain")])
    qtbot.waitUntil(engine.in_the_middle.is_set)
    (entry,) = start().session.document.queue.entries
    assert (entry.state, entry.was_interrupted) == (EntryState.WAITING, True)


def test_deleting_and_undoing_reach_the_disk(qtbot, start, tmp_path):
    studio = start()
    make_takes(qtbot, studio, "rain")
    history = studio.session.document.history
    take_id = history.index(0).data(ITEM_ROLE).take_id
    home, bin_ = tmp_path / "library/takes" / take_id, tmp_path / "library/trash" / take_id
    history.trash([take_id])
    qtbot.waitUntil(lambda: bin_.exists() and not home.exists())
    assert prompts(studio.session) == []
    assert history.undo_delete() == [take_id]
    qtbot.waitUntil(lambda: home.exists() and not bin_.exists())
    assert prompts(start().session) == ["rain"]


def test_without_a_library_takes_stay_in_memory_and_that_is_said(qtbot, start, tmp_path, engine):
    place = tmp_path / "file"
    place.write_text("no folder")
    studio = start(place)
    make_takes(qtbot, studio, "rain")
    record = studio.session.document.history.index(0).data(ITEM_ROLE)
    assert record.place is TakePlace.MEMORY
    qtbot.waitUntil(lambda: len(studio.errors) == 2)  # at the opening, and for the take
    assert "export it to keep it" in str(studio.errors[1])
    with qtbot.waitSignal(studio.session.document.shown.changed):
        studio.library.show(record.take_id)
    np.testing.assert_array_equal(
        studio.session.document.shown.take.waveform, engine.waveform(16_000)
    )


def test_what_could_not_be_written_is_written_with_the_next_take(qtbot, start, monkeypatch):
    from app.library import library as module

    studio = start()
    with monkeypatch.context() as patch:
        patch.setattr(module, "write_take_files", _fail)
        make_takes(qtbot, studio, "rain")
        assert studio.session.document.history.index(0).data(ITEM_ROLE).place is TakePlace.MEMORY
    make_takes(qtbot, studio, "wind")
    history = studio.session.document.history
    rain, wind = (history.index(row).data(ITEM_ROLE).take_id for row in (1, 0))
    qtbot.waitUntil(lambda: history.num_in_memory == 0)
    assert history.record(wind).place is history.record(rain).place is TakePlace.LIBRARY
    assert sorted(prompts(start().session)) == ["rain", "wind"]


def _fail(*_arguments):
    raise OSError(28, "No space left on device")


def test_thumbnails_come_when_they_are_seen(qtbot, start):
    studio = start()
    make_takes(qtbot, studio, "rain")
    take_id = studio.session.document.history.index(0).data(ITEM_ROLE).take_id
    assert studio.session.document.thumbnails.image(take_id) is None
    qtbot.waitUntil(lambda: studio.session.document.thumbnails.image(take_id) is not None)
    image = studio.session.document.thumbnails.image(take_id)
    assert (image.width(), image.height()) == (100, 64)
    tone, beside = image.pixelColor(50, 64 - 21).value(), image.pixelColor(50, 10).value()
    assert tone > beside


def test_closing_during_an_endless_sound_keeps_it_as_a_take(qtbot, start):
    studio = start()
    studio.session.play_endlessly()
    qtbot.waitUntil(lambda: studio.session.document.buffer.ahead_s > 0)
    studio.session.shut_down()
    qtbot.waitUntil(lambda: studio.session.state is SessionState.STOPPED)
    again = start().session.document
    assert again.history.rowCount() == 1
    assert again.queue.entries == ()


def test_an_endless_sound_that_is_killed_waits_as_one(qtbot, start):
    studio = start()
    studio.session.play_endlessly()
    qtbot.waitUntil(lambda: studio.session.document.buffer.ahead_s > 0)
    queue = start().session.document.queue  # its end was never noticed
    assert [entry.is_endless for entry in queue.entries] == [True]
    assert queue.entries[0].was_interrupted
