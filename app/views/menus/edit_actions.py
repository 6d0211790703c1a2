"""The actions that edit the take on show: with a model, and its samples."""

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from app.clock_time import clock_text
from app.view_models.drafts.continuation import LONGEST_S, OFFERED_S, Continuation
from app.views.commands.commands import make_command
from app.views.dialogs.amount_dialog import AmountDialog
from app.views.widgets.message_boxes import MessageBoxes
from app.views.widgets.number_boxes import DurationBox, NumberBox
from core.api.edit import REMOVED_DB, EditKind
from core.api.request import MIN_DURATION_S

_NAMES = ("one", "two", "five", "ten", "twenty", "thirty", "sixty")  # of the lengths, in seconds
_USUAL_GAIN_DB, _SOFTEST_DB, _LOUDEST_DB = -6.0, -60.0, 40.0
_USUAL_PEAK_DB = -1.0
_USUAL_SILENCE_S, _SHORTEST_SILENCE_S = 1.0, 0.1


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
        field = DurationBox(decimals=1, minimum=MIN_DURATION_S, maximum=LONGEST_S)
        field.setValue(self._continuation.added_s)
        sentence = self.tr("Seconds, or minutes and seconds as 1:30")
        dialog = AmountDialog(self._window, self.tr("How much Continue adds"), sentence, field)
        if self._dialogs.fill_in(dialog):
            self._continuation.set_added(field.value())
        dialog.deleteLater()
        self._show_length()


class SampleActions(QObject):
    """Actions on the samples of the take, of the selection or of all of it: no model is asked.

    Args:
        dialogs: Asks for a gain or a length.
        parent: The window.

    Signals:
        requested: An edit of a kind, with its gain in decibels or its seconds.
    """

    requested = Signal(EditKind, float)

    def __init__(self, dialogs: MessageBoxes, parent: QWidget) -> None:
        super().__init__(parent)
        self._dialogs, self._window = dialogs, parent
        self._gain_db, self._silence_s = _USUAL_GAIN_DB, _USUAL_SILENCE_S
        make = self._make
        self.gain = make("edit.gain", self.tr("Lou&der or softer…"), "Ctrl+G")
        self.gain.setToolTip(
            self.tr("Amplify the selection, or its frequencies alone; without one, everything")
        )
        self.gain.triggered.connect(self._on_gain)
        self.remove = self._direct(
            make("edit.remove", self.tr("Re&move the selection"), "Ctrl+Backspace"),
            *(EditKind.GAIN, REMOVED_DB),
        )
        self.remove.setToolTip(
            self.tr("Leave silence where the selection was; of a band, leave what is around it")
        )
        self.normalise = self._direct(
            make("edit.normalise", self.tr("&Normalise"), "Ctrl+Shift+N"),
            *(EditKind.NORMALISE, _USUAL_PEAK_DB),
        )
        self.normalise.setToolTip(self.tr("Bring the loudest sample to −1 dB of full scale"))
        self.fade_in = self._direct(make("edit.fade_in", self.tr("Fade &in")), EditKind.FADE_IN)
        self.fade_out = self._direct(make("edit.fade_out", self.tr("Fade &out")), EditKind.FADE_OUT)
        self.reverse = self._direct(make("edit.reverse", self.tr("Re&verse")), EditKind.REVERSE)
        self.cut = self._direct(
            make("edit.cut", self.tr("&Cut out the selection"), "Ctrl+Del"), EditKind.CUT
        )
        self.crop = self._direct(
            make("edit.crop", self.tr("Cro&p to the selection"), "Ctrl+T"), EditKind.CROP
        )
        self.silence = make("edit.insert_silence", self.tr("Insert &silence…"))
        self.silence.setToolTip(self.tr("At the start of the selection, or at the play head"))
        self.silence.triggered.connect(self._on_silence)
        self.offer(False, False)

    def fill_menu(self, menu: QMenu) -> None:
        """Append the actions to the menu."""
        inner = menu.addMenu(self.tr("Change the &samples"))
        inner.setToolTipsVisible(True)
        inner.addActions([self.gain, self.normalise, self.fade_in, self.fade_out, self.reverse])
        inner.addSeparator()
        inner.addActions([self.remove, self.cut, self.crop, self.silence])

    @Slot(bool, bool)
    def offer(self, can_edit: bool, has_selection: bool) -> None:
        """Enable what can be done now."""
        for action in (self.gain, self.normalise, self.reverse, self.silence):
            action.setEnabled(can_edit)
        for action in (self.remove, self.cut, self.crop, self.fade_in, self.fade_out):
            action.setEnabled(has_selection)

    def _make(self, command_id: str, text: str, *keys: str) -> QAction:
        return make_command(self, command_id, text, *keys)

    def _direct(self, action: QAction, kind: EditKind, amount: float = 0.0) -> QAction:
        """Let an action request an edit that needs no question."""
        action.triggered.connect(lambda: self.requested.emit(kind, amount))
        return action

    @Slot()
    def _on_gain(self) -> None:
        field = NumberBox(decimals=1, minimum=_SOFTEST_DB, maximum=_LOUDEST_DB)
        field.setSuffix(self.tr(" dB"))
        field.setValue(self._gain_db)
        sentence = self.tr("Decibels; below zero it gets softer")
        dialog = AmountDialog(self._window, self.tr("Louder or softer"), sentence, field)
        if self._dialogs.fill_in(dialog) and field.value():
            self._gain_db = field.value()
            self.requested.emit(EditKind.GAIN, self._gain_db)
        dialog.deleteLater()

    @Slot()
    def _on_silence(self) -> None:
        field = DurationBox(decimals=1, minimum=_SHORTEST_SILENCE_S, maximum=LONGEST_S)
        field.setValue(self._silence_s)
        sentence = self.tr("Seconds, or minutes and seconds as 1:30")
        dialog = AmountDialog(self._window, self.tr("Insert silence"), sentence, field)
        if self._dialogs.fill_in(dialog):
            self._silence_s = field.value()
            self.requested.emit(EditKind.SILENCE, self._silence_s)
        dialog.deleteLater()
