"""The library section of the preferences: folder, disk use, and emptying the trash."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QWidget

from app.library.library import DiskUse
from app.views.widgets.labels import ElidedLabel, PlainLabel
from app.views.widgets.message_boxes import MessageBoxes
from core.api.byte_count import size_text

_NAME_PX = 140


class PreferenceSection(QWidget):
    """A section of the preferences: rows of a name and a control, with a note below.

    Args:
        title: What the part is about.
    """

    def __init__(self, title: str) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnMinimumWidth(0, _NAME_PX)
        self._grid.setColumnStretch(1, 1)
        head = PlainLabel(title)
        head.setProperty("role", "title")
        self._grid.addWidget(head, 0, 0, 1, 2)
        self._note = PlainLabel(word_wrap=True)
        self._note.setProperty("role", "caption")

    def add_row(self, name: str, control: QWidget, hint: str = "") -> None:
        """Append a row."""
        label = PlainLabel(name)
        label.setBuddy(control)
        control.setAccessibleName(name)
        control.setToolTip(hint)
        line = self._grid.rowCount()
        self._grid.addWidget(label, line, 0)
        self._grid.addWidget(control, line, 1)
        self._grid.addWidget(self._note, line + 1, 1)
        self._note.setVisible(bool(self._note.text()))

    def note(self, sentence: str) -> None:
        """Show a note below the rows; an empty one hides it."""
        self._note.setText(sentence)
        self._note.setVisible(bool(sentence))


class LibraryPreferences(PreferenceSection):
    """Shows folder and disk use.

    Signals:
        folder_chosen: Takes should be kept there, from the next start on.
        open_requested: The folder should be opened in the file manager.
        clean_up_requested: The trash should be emptied.
    """

    folder_chosen = Signal(Path)
    open_requested = Signal()
    clean_up_requested = Signal()

    def __init__(self, dialogs: MessageBoxes, folder: Path) -> None:
        super().__init__(self.tr("Library"))
        self._dialogs = dialogs
        self._folder = folder
        self._path = ElidedLabel()
        self._path.show_text(str(folder))
        self._use = ElidedLabel()
        self._use.show_text(self.tr("Measuring…"))
        self._open = _button(self.tr("Open"), self.open_requested.emit)
        self._change = _button(self.tr("Change…"), self._on_change)
        self._clean_up = _button(self.tr("Empty the trash…"), self._on_clean_up)
        self._open.setAccessibleName(self.tr("Open the library's folder"))
        self._change.setAccessibleName(self.tr("Change the library's folder"))
        self.add_row(
            self.tr("Folder"),
            _row(self._path, self._open, self._change),
            self.tr("Where every finished take is kept, with its settings"),
        )
        self.add_row(
            self.tr("Disk use"),
            _row(self._use, self._clean_up),
            self.tr("Deleted takes wait in the trash for a week, and can be brought back"),
        )
        self._clean_up.setEnabled(False)

    @Slot(DiskUse)
    def show_disk_use(self, use: DiskUse) -> None:
        """Show how much the library uses, and how much is free on its disk."""
        sentence = self.tr("{takes} · {trash} in the trash · {free} free")
        self._use.show_text(
            sentence.format(
                takes=size_text(use.takes_bytes),
                trash=size_text(use.trash_bytes),
                free=size_text(use.free_bytes),
            )
        )
        self._clean_up.setEnabled(use.trash_bytes > 0)

    @Slot(object, object)
    def show_freed(self, freed_bytes: int, _records: object) -> None:
        """Show how much emptying the trash has freed."""
        self.note(self.tr("{size} were freed.").format(size=size_text(freed_bytes)))

    @Slot()
    def _on_change(self) -> None:
        title = self.tr("A folder for the library")
        chosen = self._dialogs.ask_folder(self, title, str(self._folder))
        if chosen:
            self._folder = Path(chosen)
            self._path.show_text(chosen)
            self.note(
                self.tr(
                    "After the next start takes are kept there. Those of the old folder stay in "
                    "it: move its contents along to keep them in the history."
                )
            )
            self.folder_chosen.emit(self._folder)

    @Slot()
    def _on_clean_up(self) -> None:
        question = self.tr("Deleted takes cannot be brought back afterwards. Empty the trash?")
        if self._dialogs.agree(self, self.tr("Empty the trash"), question):
            self.clean_up_requested.emit()


def _button(text: str, slot: Callable[[], object]) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(False)
    button.clicked.connect(slot)
    return button


def _row(label: QWidget, *buttons: QPushButton) -> QWidget:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    row.addWidget(label, stretch=1)
    for button in buttons:
        row.addWidget(button, alignment=Qt.AlignmentFlag.AlignRight)
    return line
