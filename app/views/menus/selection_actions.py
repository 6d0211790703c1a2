"""The actions that make and change the selection."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app.view_models.transport.transport import TransportModel
from app.view_models.viewer.selection import Edge, SelectionModel
from app.views.commands.commands import make_command
from app.views.spectrogram.spectrogram_view import SpectrogramView


class SelectionActions(QObject):
    """Actions of a spectrogram view; their keys work while the view has the focus."""

    def __init__(
        self, selection: SelectionModel, transport: TransportModel, view: SpectrogramView
    ) -> None:
        super().__init__(view)
        self._selection, self._transport, self._view = selection, transport, view
        self.select_all = self._make(
            "selection.all", self.tr("Select &all"), "Ctrl+A", self._selection.select_all
        )
        self.clear = self._make(
            "selection.none", self.tr("Select &nothing"), "Ctrl+Shift+A", self._selection.clear
        )
        self.keep = self._make(
            "selection.keep", self.tr("&Keep it and select more"), "K", self._selection.keep
        )
        self.keep.setToolTip(
            self.tr("Several stretches that are selected are made again in one edit")
        )
        self.frequencies = self._make(
            "selection.frequencies",
            self.tr("Drags choose &frequencies too"),
            "F",
            view.set_takes_frequencies,
            checkable=True,
        )
        self.from_head = self._make(
            "selection.start_at_play_head",
            self.tr("Start at the play &head"),
            "[",
            self._on_from_head,
        )
        self.to_head = self._make(
            "selection.end_at_play_head", self.tr("End at the play h&ead"), "]", self._on_to_head
        )
        self.edges = [
            self._make_edge(f"selection.{name}", text, key, edge, steps)
            for name, text, key, edge, steps in (
                ("end_later", self.tr("End later"), "Shift+Right", Edge.STOP, 1),
                ("end_earlier", self.tr("End earlier"), "Shift+Left", Edge.STOP, -1),
                ("start_later", self.tr("Start later"), "Ctrl+Shift+Right", Edge.START, 1),
                ("start_earlier", self.tr("Start earlier"), "Ctrl+Shift+Left", Edge.START, -1),
                ("top_up", self.tr("Upper frequency up"), "Shift+Up", Edge.HIGH, 1),
                ("top_down", self.tr("Upper frequency down"), "Shift+Down", Edge.HIGH, -1),
                ("bottom_up", self.tr("Lower frequency up"), "Ctrl+Shift+Up", Edge.LOW, 1),
                ("bottom_down", self.tr("Lower frequency down"), "Ctrl+Shift+Down", Edge.LOW, -1),
            )
        ]

    def fill_menu(self, menu: QMenu) -> None:
        """Append the actions to the menu."""
        menu.addActions([self.select_all, self.clear, self.keep])
        menu.addSeparator()
        menu.addActions([self.frequencies, self.from_head, self.to_head])
        menu.addMenu(self.tr("&Move an edge")).addActions(self.edges)

    def _make(
        self,
        command_id: str,
        text: str,
        key: str,
        slot: Callable[..., object],
        checkable: bool = False,
    ) -> QAction:
        action = make_command(self, command_id, text, key, checkable=checkable)
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        (action.toggled if checkable else action.triggered).connect(slot)
        self._view.addAction(action)
        return action

    def _make_edge(self, command_id: str, text: str, key: str, edge: Edge, steps: int) -> QAction:
        return self._make(command_id, text, key, lambda: self._on_edge(edge, steps))

    def _on_edge(self, edge: Edge, steps: int) -> None:
        """Move an edge by a hundredth of the visible range, or by a mel bin where that is more."""
        is_time = edge in (Edge.START, Edge.STOP)
        unit = self._view.key_step_s if is_time else self._view.key_step_places
        self._selection.move_edge(edge, steps * unit)

    def _on_from_head(self) -> None:
        self._selection.set_edge(Edge.START, self._transport.position_s)

    def _on_to_head(self) -> None:
        self._selection.set_edge(Edge.STOP, self._transport.position_s)
