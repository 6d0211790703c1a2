"""The actions that set markers, change them, and go from one to the next."""

from PySide6.QtCore import QObject, QPoint, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QLineEdit, QMenu, QWidget

from app.clock_time import clock_text
from app.view_models.document import Document
from app.view_models.viewer.selection import Selection
from app.views.clip.clip_plot import ClipPlot
from app.views.commands.commands import make_command
from app.views.dialogs.amount_dialog import AmountDialog
from app.views.widgets.message_boxes import MessageBoxes
from core.api.take import Marker

_BACK_WHILE_PLAYING_S = 0.5  # else a sound that plays would never leave the marker behind it


class MarkerActions(QObject):
    """Actions on the markers of the take on show; most act on the marker that is chosen.

    Args:
        document: Whose markers, play head and selection they are.
        dialogs: Asks for a name.
        parent: The window.

    Signals:
        said: A sentence about what was done.
    """

    said = Signal(str)

    def __init__(self, document: Document, dialogs: MessageBoxes, parent: QWidget) -> None:
        super().__init__(parent)
        self._window, self._dialogs = parent, dialogs
        self._markers, self._transport = document.markers, document.transport
        self._selection = document.selection
        self._pointed_s = 0.0
        self.add = self._make("marker.add", self.tr("&Set a marker"), "M")
        self.add.setToolTip(self.tr("At the play head, also while it moves"))
        self.add_here = QAction(self.tr("Set a &marker here"), self)
        self.rename = self._make("marker.rename", self.tr("&Name the marker…"), "F2")
        self.rename.setToolTip(self.tr("The marker that was set, clicked or gone to last"))
        self.move_to_head = self._make(
            "marker.move_to_play_head", self.tr("&Move the marker to the play head")
        )
        self.remove = self._make("marker.remove", self.tr("&Remove the marker"), "Shift+Del")
        self.previous = self._make("marker.previous", self.tr("&Previous marker"), ",")
        self.next = self._make("marker.next", self.tr("N&ext marker"), ".")
        self.between = self._make("marker.select_between", self.tr("Select &between markers"), "J")
        self.between.setToolTip(
            self.tr("Select from the marker before the play head to the one after it")
        )
        self._connect()
        self._offer()

    def _connect(self) -> None:
        self.add.triggered.connect(lambda: self._set(self._transport.position_s))
        self.add_here.triggered.connect(lambda: self._set(self._pointed_s))
        self.rename.triggered.connect(self.ask_name)
        self.move_to_head.triggered.connect(lambda: self._markers.move(self._transport.position_s))
        self.remove.triggered.connect(self._markers.remove)
        self.previous.triggered.connect(self._on_previous)
        self.next.triggered.connect(self._on_next)
        self.between.triggered.connect(self._on_between)
        self._markers.changed.connect(self._offer)

    def fill_menu(self, menu: QMenu) -> None:
        """Append the actions to the menu, as a menu of their own."""
        inner = menu.addMenu(self.tr("Mar&kers"))
        inner.setToolTipsVisible(True)
        inner.addActions([self.add, self.rename, self.move_to_head, self.remove])
        inner.addSeparator()
        inner.addActions([self.previous, self.next, self.between])

    def watch(self, view: ClipPlot) -> None:
        """Let a picture of the clip say where the pointer is, and that a marker wants a name."""
        view.marker_name_requested.connect(self.ask_name)
        view.menu_requested.connect(lambda place: self._on_menu_requested(view, place))

    @Slot()
    def ask_name(self) -> None:
        """Ask for the name of the chosen marker."""
        chosen = self._markers.chosen
        if chosen is None:
            return
        field = QLineEdit(chosen.name)
        sentence = self.tr("What is at {time}").format(time=clock_text(chosen.time_s, 2))
        dialog = AmountDialog(self._window, self.tr("Name of the marker"), sentence, field)
        if self._dialogs.fill_in(dialog):
            self._markers.rename(field.text())
        dialog.deleteLater()

    def _make(self, command_id: str, text: str, *keys: str) -> QAction:
        return make_command(self, command_id, text, *keys)

    def _set(self, time_s: float) -> None:
        number = self._markers.unused_number()
        self._markers.add(time_s, self.tr("Marker {number}").format(number=number))
        chosen = self._markers.chosen
        if chosen is not None:
            key = self.rename.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            hint = " " + self.tr("({key} names it.)").format(key=key) if key else ""
            self.said.emit(self._place_text(chosen) + hint)

    def _place_text(self, marker: Marker) -> str:
        time = clock_text(marker.time_s, 2)
        name = marker.name or self.tr("Marker")
        return self.tr("{name} at {time}").format(name=name, time=time)

    @Slot()
    def _on_previous(self) -> None:
        is_playing, position_s = self._transport.is_playing, self._transport.position_s
        self._go_to(self._markers.before(position_s - _BACK_WHILE_PLAYING_S * is_playing))

    @Slot()
    def _on_next(self) -> None:
        self._go_to(self._markers.after(self._transport.position_s))

    def _go_to(self, marker: Marker | None) -> None:
        if marker is None:
            self.said.emit(self.tr("There is no marker there."))
            return
        self._markers.choose(marker)
        self._transport.seek(marker.time_s)
        self.said.emit(self._place_text(marker))

    @Slot()
    def _on_between(self) -> None:
        around = self._markers.around(self._transport.position_s)
        if around is not None:
            self._selection.select(Selection(*around))

    def _on_menu_requested(self, view: ClipPlot, place: QPoint) -> None:
        """Note where a menu opens, before it opens."""
        self._pointed_s = min(max(view.time_at(place), 0.0), self._transport.duration_s)

    @Slot()
    def _offer(self) -> None:
        """Enable what can be done now."""
        can_mark, current = self._markers.can_mark, bool(self._markers.current)
        for action in (self.add, self.add_here):
            action.setEnabled(can_mark)
        for action in (self.rename, self.move_to_head, self.remove):
            action.setEnabled(can_mark and self._markers.chosen is not None)
        for action in (self.previous, self.next, self.between):
            action.setEnabled(current)
