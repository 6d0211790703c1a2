"""Dialogs that answer as the test says, without asking."""

from collections.abc import Callable
from typing import Any


class FakeDialogs:
    """Answers without asking, and remembers what was asked."""

    def __init__(self) -> None:
        self.folder: str | None = None
        self.file: str | None = None
        self.text: str | None = None
        self.agreed = True
        self.choice: int | None = 0
        self.answers: list[str] = []
        self.filled_in: Callable[[Any], bool] = lambda dialog: True
        self.save: tuple[str, str] | None = None
        self.asked_to_save: list[tuple[str, str]] = []
        self.asked: list[str] = []
        self.shown: list[str] = []

    def tell(self, parent: Any, title: str, sentence: str) -> None:
        self.shown.append(sentence)

    def read(self, parent: Any, title: str, text: str) -> None:
        self.shown.append(text)

    def agree(self, parent: Any, title: str, question: str, *, loses_sounds: bool = False) -> bool:
        self.asked.append(question)
        return self.agreed

    def fill_in(self, dialog: Any) -> bool:
        return self.filled_in(dialog)

    def choose(self, parent: Any, title: str, question: str, answers: list[str]) -> int | None:
        self.asked.append(question)
        self.answers = answers
        return self.choice

    def ask_text(self, parent: Any, title: str, label: str) -> str | None:
        self.asked.append(label)
        return self.text

    def ask_file(self, parent: Any, title: str, start: str, kinds: str) -> str | None:
        self.asked.append(title)
        return self.file

    def ask_folder(self, parent: Any, title: str, start: str) -> str | None:
        self.asked.append(title)
        return self.folder

    def ask_save_path(
        self, parent: Any, title: str, start: str, kinds: list[str], kind: str
    ) -> tuple[str, str] | None:
        assert kind in kinds
        self.asked_to_save.append((start, kind))
        return self.save
