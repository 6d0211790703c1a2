"""What the tests of incoming files and recordings share."""

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from app.studio.application import Studio
from app.studio.imports.file_import import FileImport
from tests.app.fake_recorder import FakeRecorder


@pytest.fixture
def file_import(qtbot, window, session, dialogs):
    file_import = FileImport(window, session, dialogs)
    with qtbot.waitSignal(session.engine_prepared):
        session.prepare_engine()
    yield file_import
    file_import.wait()


@pytest.fixture
def recording_studio(
    qtbot: Any, engine: Any, playback: Any, memory: Any, dialogs: Any, *, recorder: FakeRecorder
) -> Iterator[Studio]:
    """A studio whose engine and library are open."""
    studio = Studio(
        QApplication.instance(), lambda: engine, playback, memory, dialogs, recorder=recorder
    )
    with qtbot.waitSignals([studio.session.engine_prepared, studio.library.opened]):
        studio.open()
    yield studio
    studio.window.hide()
    studio.join()
    studio.window.deleteLater()
