"""A life of the whole studio, offscreen, over the fake engine: its queue is never empty."""

import itertools
import os
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QSettings, QTimer

from app.library.layout import FOLDER_KEY
from app.library.library import Library
from app.studio.application import Studio, make_application
from app.view_models.settings_store import SettingsStore
from core.api.request import GenerationRequest
from tests.app.fake_dialogs import FakeDialogs
from tests.app.fake_engine import FakeEngine
from tests.app.fake_playback import FakePlayback
from tests.app.kills.lives import fork_lives, say

_FEW = 3


def live(folder: Path, number: int) -> None:
    """Work until somebody ends it."""
    _say_what_is_kept()
    application = make_application(["tessera"])
    settings = QSettings(str(folder.parent / "memory.ini"), QSettings.Format.IniFormat)
    settings.setValue(FOLDER_KEY, str(folder))
    engine = FakeEngine(pace_s=0.002)
    studio = Studio(
        application, lambda: engine, FakePlayback(), SettingsStore(settings), FakeDialogs()
    )
    session, counter = studio.session, itertools.count()

    def keep_busy() -> None:
        if session.document.queue.num_waiting < _FEW:
            session.document.queue.add(
                GenerationRequest(
                    prompt=f"sound {number}-{next(counter)}",
                    duration_s=1.0,
                    num_inference_steps=2,
                )
                for _ in range(_FEW)
            )
        session.document.queue.set_paused(False)

    def tell_finished() -> None:
        for row in range(session.document.history.rowCount()):
            record = session.document.history.index(row).data(0x0100)
            if record.take_id not in named:
                named.add(record.take_id)
                say("finished", record.take_id)

    named: set[str] = set()
    studio.library.opened.connect(lambda notice: say("opened", bool(notice)))
    studio.library.opened.connect(lambda _notice: busy.start())
    studio.library.failed.connect(lambda error: say("failed", str(error)))
    session.document.history.changed.connect(tell_finished)
    busy = QTimer(interval=5)
    busy.timeout.connect(keep_busy)
    studio.open()
    application.exec()


def _say_what_is_kept() -> None:
    keep_queue = Library.keep_queue

    def keep_and_say(library, entries):
        names = [entry.entry_id for entry in entries]
        say("keeping", names)
        keep_queue(library, entries)
        say("kept", names)

    Library.keep_queue = keep_and_say


if __name__ == "__main__":
    fork_lives(live)
