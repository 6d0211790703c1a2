"""Modal dialogs behind one class, so that tests can answer them."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QInputDialog,
    QMessageBox,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

_SIZE = QSize(760, 560)


class MessageBoxes:
    """Asks the person; None means that they cancelled."""

    def ask_folder(self, parent: QWidget, title: str, start: str) -> str | None:
        """Ask for an existing folder."""
        return QFileDialog.getExistingDirectory(parent, title, start) or None

    def tell(self, parent: QWidget, title: str, sentence: str) -> None:
        """Show a short message."""
        box = _plain_box(QMessageBox.Icon.Information, parent, title, sentence)
        box.exec()
        box.deleteLater()

    def read(self, parent: QWidget, title: str, text: str) -> None:
        """Show a long text."""
        LongTextDialog(parent, title, text).exec()

    def fill_in(self, dialog: QDialog) -> bool:
        """Run a dialog, and return whether it was accepted."""
        return dialog.exec() == QDialog.DialogCode.Accepted

    def agree(
        self, parent: QWidget, title: str, question: str, *, loses_sounds: bool = False
    ) -> bool:
        """Ask yes or no; Enter answers no where sounds would be lost."""
        yes, no = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No
        box = _plain_box(QMessageBox.Icon.Question, parent, title, question)
        box.setStandardButtons(yes | no)
        box.setDefaultButton(no if loses_sounds else yes)
        answer = QMessageBox.StandardButton(box.exec())
        box.deleteLater()
        return answer is yes

    def choose(self, parent: QWidget, title: str, question: str, answers: list[str]) -> int | None:
        """Ask for one of several answers, of which the first is the default; return its index."""
        box = _plain_box(QMessageBox.Icon.Question, parent, title, question)
        buttons = [box.addButton(one, QMessageBox.ButtonRole.AcceptRole) for one in answers]
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(buttons[0])
        box.exec()
        chosen = box.clickedButton()
        box.deleteLater()
        return buttons.index(chosen) if chosen in buttons else None

    def ask_file(self, parent: QWidget, title: str, start: str, kinds: str) -> str | None:
        """Ask for an existing file."""
        return QFileDialog.getOpenFileName(parent, title, start, kinds)[0] or None

    def ask_text(self, parent: QWidget, title: str, label: str) -> str | None:
        """Ask for a line of text."""
        text, agreed = QInputDialog.getText(parent, title, label)
        return text.strip() or None if agreed else None

    def ask_save_path(
        self, parent: QWidget, title: str, start: str, kinds: list[str], kind: str
    ) -> tuple[str, str] | None:
        """Ask for a path to write to, and its kind; Qt asks before an existing file is replaced."""
        path, chosen = QFileDialog.getSaveFileName(parent, title, start, ";;".join(kinds), kind)
        return (path, chosen) if path else None


def _plain_box(icon: QMessageBox.Icon, parent: QWidget, title: str, text: str) -> QMessageBox:
    """Return a box that shows the text as it is written: a file may have written it."""
    box = QMessageBox(parent)
    box.setIcon(icon)
    box.setWindowTitle(title)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(text)
    return box


class LongTextDialog(QDialog):
    """Shows a text with a scroll bar and one button to close it."""

    def __init__(self, parent: QWidget, title: str, text: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.reader = QPlainTextEdit(text, readOnly=True)
        self.reader.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.reader)
        column.addWidget(buttons)
        self.resize(_SIZE)
