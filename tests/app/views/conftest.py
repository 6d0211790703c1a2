"""The real window over a fake engine, and dialogs that answer as the test says."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.models.window_memory import WindowMemory
from app.session import Session
from app.views.main_window import MainWindow
from app.views.theme import DARK, apply_theme


class FakeDialogs:
    """Answers without asking, and remembers what was asked."""

    def __init__(self) -> None:
        self.folder: str | None = None
        self.text: str | None = None
        self.agreed = True
        self.asked: list[str] = []
        self.told: list[str] = []

    def tell(self, parent: Any, title: str, sentence: str) -> None:
        self.told.append(sentence)

    def agree(self, parent: Any, title: str, question: str) -> bool:
        self.asked.append(question)
        return self.agreed

    def ask_text(self, parent: Any, title: str, label: str) -> str | None:
        self.asked.append(label)
        return self.text

    def ask_folder(self, parent: Any, title: str, start: str) -> str | None:
        self.asked.append(title)
        return self.folder


@pytest.fixture
def dialogs() -> FakeDialogs:
    return FakeDialogs()


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
