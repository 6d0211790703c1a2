"""The status line at the foot of the window: stage, progress, time left, errors."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
)

from app.view_models.takes.run_status import Outcome, RunStatusModel
from app.view_models.viewer.tile_grid import TileGridModel
from app.views.texts.guide_page import GuidePage, set_guide_page
from app.views.texts.status_texts import StatusTexts
from app.views.widgets.accessibility import announce
from app.views.widgets.labels import ElidedLabel, PlainLabel

_PROGRESS_STEPS = 1000


class StatusLine(QFrame):
    """Shows a RunStatusModel and the tiles of the run.

    Signals:
        copy_requested: The details of the last error should go to the clipboard.
    """

    copy_requested = Signal()
    accessible_role = QAccessible.Role.StatusBar

    def __init__(self, status: RunStatusModel, tiles: TileGridModel) -> None:
        super().__init__()
        set_guide_page(self, GuidePage.TROUBLE)
        self.setObjectName("statusLine")
        self._status = status
        self._texts = StatusTexts(status, tiles, self)
        self._announced: tuple[object, ...] = ()
        self._progress = QProgressBar(maximum=_PROGRESS_STEPS, textVisible=False)
        self._progress.setAccessibleName(self.tr("Progress of this part"))
        self._sentence = ElidedLabel()
        self._tile = PlainLabel()
        self._remaining = PlainLabel()
        self._copy = QPushButton(self.tr("Copy details"))
        self._copy.setProperty("role", "quiet")
        self._copy.clicked.connect(self.copy_requested)
        self._assemble()
        status.changed.connect(self.refresh)
        tiles.changed.connect(self.refresh)
        self.refresh()

    def _assemble(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setContentsMargins(24, 6, 24, 8)
        row.setSpacing(24)
        row.addWidget(self._sentence, stretch=1)
        for label in (self._tile, self._remaining):
            label.setProperty("role", "caption")
            row.addWidget(label)
        row.addWidget(self._copy)
        column.addWidget(self._progress)
        column.addLayout(row)
        self.setFixedHeight(42)

    @property
    def text(self) -> str:
        """The sentence shown."""
        return self._sentence.text()

    def say(self, sentence: str, *, is_urgent: bool = False) -> None:
        """Show a sentence until the run's next change, and let screen readers say it."""
        self._sentence.show_text(sentence)
        announce(self, sentence, is_urgent=is_urgent)

    @Slot(str)
    def warn(self, sentence: str) -> None:
        """Show a sentence that should interrupt what a screen reader says."""
        self.say(sentence, is_urgent=True)

    @Slot(str)
    def take_back(self, sentence: str) -> None:
        """Show the current state in place of a sentence that is no longer true."""
        if self.text == sentence:
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show the current state."""
        fraction = self._status.fraction
        self._progress.setValue(round((fraction or 0.0) * _PROGRESS_STEPS))
        self._tile.setText(self._texts.tiles())
        self._remaining.setText(self._texts.remaining())
        self._copy.setVisible(self._status.error is not None)
        self._show_as_error(self._status.error is not None)
        self._sentence.show_text(self._texts.sentence())
        self._announce()

    def _announce(self) -> None:
        """Let screen readers say what has ended or gone wrong, once; not each step of a run."""
        status = self._status
        news = (status.error, status.outcome, status.took_s, status.notice)
        if news == self._announced:
            return
        self._announced = news
        if status.error is not None:
            announce(self, self._texts.sentence(), is_urgent=True)
        elif status.outcome is not Outcome.NONE:
            announce(self, self._texts.sentence())
        elif status.notice:
            announce(self, status.notice)

    def _show_as_error(self, failed: bool) -> None:
        role = "error" if failed else ""
        if self._sentence.property("role") != role:
            self._sentence.setProperty("role", role)
            self._sentence.style().unpolish(self._sentence)
            self._sentence.style().polish(self._sentence)
