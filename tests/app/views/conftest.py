"""The real window over a fake engine."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.models.window_memory import WindowMemory
from app.session import Session
from app.views.main_window import MainWindow
from app.views.theme import DARK, apply_theme
from tests.app.fake_dialogs import FakeDialogs


@pytest.fixture
def window(
    qtbot: Any, qapp: Any, session: Session, memory: WindowMemory, dialogs: FakeDialogs
) -> Iterator[MainWindow]:
    apply_theme(qapp, DARK)
    window = MainWindow(session, memory, dialogs, DARK)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.hide()
    session.join()
    window.deleteLater()
