"""A session over a fake engine and a fake sound output, its window, and the whole studio.

All of them are joined after every test.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings
from PySide6.QtWidgets import QApplication
from shiboken6 import delete

from app.library.layout import FOLDER_KEY
from app.session.session import Session
from app.session.take_editor import TakeEditor
from app.studio.application import Studio
from app.studio.window_to_session import connect_window
from app.view_models.settings_store import SettingsStore
from app.views.widgets.theme import DARK, apply_theme
from app.views.window.main_window import MainWindow
from tests.app.clock import Clock
from tests.app.fake_dialogs import FakeDialogs
from tests.app.fake_engine import FakeEngine
from tests.app.fake_playback import FakePlayback
from tests.app.fake_recorder import FakeRecorder


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def gated(engine: FakeEngine) -> FakeEngine:
    """An engine that stays in the middle of decoding until it is let go or cancelled."""
    engine.shut_gate()
    return engine


@pytest.fixture
def playback() -> FakePlayback:
    return FakePlayback()


@pytest.fixture
def recorder() -> FakeRecorder:
    return FakeRecorder()


@pytest.fixture
def session(qapp: Any, engine: FakeEngine, playback: FakePlayback) -> Iterator[Session]:
    session = Session(lambda: engine, playback)
    yield session
    session.join()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # windows first
    delete(session)  # here and now: a collection in another thread could not stop its timers


@pytest.fixture
def editor(session: Session) -> Iterator[TakeEditor]:
    editor = TakeEditor(session)
    yield editor
    editor.wait()


@pytest.fixture
def memory(tmp_path: Path) -> SettingsStore:
    memory = SettingsStore(QSettings(str(tmp_path / "memory.ini"), QSettings.Format.IniFormat))
    memory.keep(FOLDER_KEY, str(tmp_path / "library"))
    return memory


@pytest.fixture
def dialogs() -> FakeDialogs:
    return FakeDialogs()


@pytest.fixture
def window(
    qtbot: Any, qapp: Any, session: Session, memory: SettingsStore, dialogs: FakeDialogs
) -> Iterator[MainWindow]:
    apply_theme(qapp, DARK)
    window = MainWindow(session.document, memory, dialogs, DARK)
    connect_window(window, session)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.hide()
    session.join()
    window.deleteLater()


@pytest.fixture
def studio(
    qtbot: Any,
    engine: FakeEngine,
    playback: FakePlayback,
    memory: SettingsStore,
    dialogs: FakeDialogs,
    *,
    recorder: FakeRecorder,
) -> Iterator[Studio]:
    studio = Studio(
        QApplication.instance(), lambda: engine, playback, memory, dialogs, recorder=recorder
    )
    studio.window.show()
    qtbot.waitExposed(studio.window)
    yield studio
    studio.window.hide()
    studio.join()
    studio.window.deleteLater()
