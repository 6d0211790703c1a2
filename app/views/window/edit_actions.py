"""The actions that edit the take on show."""

from functools import partial

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QMenu, QVBoxLayout, QWidget

from app.clock_time import clock_text
from app.view_models.drafts.continuation import LONGEST_S, OFFERED_S, Continuation
from app.views.commands.commands import make_command
from app.views.widgets.labels import PlainLabel
from app.views.widgets.message_boxes import MessageBoxes
from app.views.widgets.number_boxes import DurationBox
from core.api.request import MIN_DURATION_S

_NAMES = ("one", "two", "five", "ten", "twenty", "thirty", "sixty")  # of the lengths, in seconds


class EditActions(QObject):
    """Actions of the editor; each uses the prompt and the seed of the panel.

    Args:
        continuation: How much a continuation adds.
        dialogs: Asks for a length that is not offered.
        parent: The window.
    """

    def __init__(self, continuation: Continuation, dialogs: MessageBoxes, parent: QWidget) -> None:
        super().__init__(parent)
        self._continuation, self._dialogs, self._window = continuation, dialogs, parent
        self.regenerate = self._make(
            "edit.regenerate",
            self.tr("&Regenerate the selection"),
            "Ctrl+R",
        )
        self.continue_right = self._make(
            "edit.continue_right",
            self.tr("Continue to the righ&t"),
            "Ctrl+PgDown",
        )
        self.continue_left = self._make(
            "edit.continue_left",
            self.tr("Continue to the &left"),
            "Ctrl+PgUp",
        )
        self.make_loop = self._make(
            "edit.make_loop",
            self.tr("Make l&oopable"),
            "Ctrl+Shift+O",
            self.tr("Generate the end and the beginning again, so that they join"),
        )
        self.lengths = QActionGroup(self)
        for name, added_s in zip(_NAMES, OFFERED_S, strict=True):
            command_id = f"edit.continue_by.{name}"
            length = make_command(self, command_id, self._length_text(added_s), checkable=True)
            length.setData(added_s)
            length.triggered.connect(partial(continuation.set_added, added_s))
            self.lengths.addAction(length)
        self.other_length = make_command(
            self, "edit.continue_by.other", self.tr("Another len&gth…"), checkable=True
        )
        self.lengths.addAction(self.other_length)
        self.other_length.triggered.connect(self._on_other_length)
        continuation.changed.connect(self._show_length)
        self._show_length()
        self.offer(False, False)

    def fill_menu(self, menu: QMenu) -> None:
        """Append the actions to the menu."""
        menu.addSeparator()
        menu.addAction(self.regenerate)
        menu.addActions([self.continue_right, self.continue_left])
        menu.addMenu(self.tr("How much Continue a&dds")).addActions(self.lengths.actions())
        menu.addAction(self.make_loop)
        menu.setToolTipsVisible(True)

    @Slot(bool, bool)
    def offer(self, can_edit: bool, can_regenerate: bool) -> None:
        """Enable what can be done now, and say how to come to what cannot."""
        self.regenerate.setEnabled(can_regenerate)
        self.regenerate.setToolTip(
            self.tr("Generate the selection again from the prompt; all around it stays as it is")
            if can_regenerate or not can_edit
            else self.tr("First drag over the spectrogram: what is selected is generated again")
        )
        for action in (self.continue_right, self.continue_left, self.make_loop):
            action.setEnabled(can_edit)

    def _make(self, command_id: str, text: str, key: str, tip: str = "") -> QAction:
        action = make_command(self, command_id, text, key)
        action.setToolTip(tip)
        return action

    def _length_text(self, added_s: float) -> str:
        if added_s < 60:
            return self.tr("{seconds} s").format(seconds=f"{added_s:g}")
        return clock_text(added_s, 0 if added_s.is_integer() else 1)

    @Slot()
    def _show_length(self) -> None:
        """Mark the length that is added, and say it where it is added."""
        added_s = self._continuation.added_s
        for action in self.lengths.actions():
            action.setChecked(action.data() == added_s)
        self.other_length.setChecked(not self._continuation.is_offered)
        length = self._length_text(added_s)
        self.continue_right.setToolTip(
            self.tr("Generate {length} more at the end, from the prompt").format(length=length)
        )
        self.continue_left.setToolTip(
            self.tr("Generate {length} more before the beginning, from the prompt").format(
                length=length
            )
        )

    @Slot()
    def _on_other_length(self) -> None:
        dialog = AddedLength(self._window, self._continuation.added_s)
        if self._dialogs.fill_in(dialog):
            self._continuation.set_added(dialog.length.value())
        dialog.deleteLater()
        self._show_length()


class AddedLength(QDialog):
    """Asks how much a continuation adds.

    Attributes:
        length: The field, in seconds.
    """

    def __init__(self, parent: QWidget, added_s: float) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("How much Continue adds"))
        self.length = DurationBox(decimals=1, minimum=MIN_DURATION_S, maximum=LONGEST_S)
        self.length.setValue(added_s)
        self.length.selectAll()
        label = PlainLabel(self.tr("Seconds, or minutes and seconds as 1:30"))
        label.setProperty("role", "field")
        label.setBuddy(self.length)
        self.length.setAccessibleName(self.windowTitle())
        ok, cancel = QDialogButtonBox.StandardButton.Ok, QDialogButtonBox.StandardButton.Cancel
        buttons = QDialogButtonBox(ok | cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(8)
        column.addWidget(label)
        column.addWidget(self.length)
        column.addSpacing(8)
        column.addWidget(buttons)
