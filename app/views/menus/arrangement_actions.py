"""The actions of the arrangement as a whole: show it, add takes, its tracks, its folders."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPoint, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar

from app.view_models.document import Document
from app.views.arrangement.arrangement_view import ArrangementView
from app.views.commands.commands import make_command
from app.views.menus.kept_menu import KeptMenu
from app.views.menus.layer_actions import LayerActions
from app.views.side_bar.history_page import HistoryPage


class ArrangementActions(QObject):
    """Actions of the menu Arrange, and those about it in other menus.

    Args:
        document: Whose arrangement it is.
        view: Shows it.
        page: The history, whose takes can be added.

    Attributes:
        layers: The actions on layers.
        kept: The arrangements of the library.

    Signals:
        shown_requested: The arrangement should come on show, or go.
        takes_requested: Takes of the history, by name, should become layers.
    """

    shown_requested = Signal(bool)
    takes_requested = Signal(list)

    def __init__(self, document: Document, view: ArrangementView, page: HistoryPage) -> None:
        super().__init__(view)
        self._document, self._view, self._page = document, view, page
        self.layers = LayerActions(document.arrangement, document.transport, view)
        make = partial(make_command, self)
        self.show = make("view.arrangement", self.tr("Ar&rangement"), "Ctrl+Shift+T")
        self.show.setCheckable(True)
        self.show.setToolTip(self.tr("Show the tracks in place of the sound, or the sound again"))
        self.add = make("arrangement.add", self.tr("&Add to the arrangement"), "A")
        self.add.setToolTip(
            self.tr("Put the take that is shown, or chosen in the history, on the chosen track")
        )
        self.new = make("arrangement.new", self.tr("&New arrangement"))
        self.open = make("arrangement.open", self.tr("Open a folde&r…"))
        self.open.setToolTip(self.tr("Open an arrangement that was saved as a folder"))
        self.save = make("arrangement.save", self.tr("Save as a fo&lder…"))
        self.save.setToolTip(
            self.tr("Save the arrangement with all its sounds, to keep or to send")
        )
        self.stems = make("arrangement.stems", self.tr("E&xport stems…"))
        self.stems.setToolTip(self.tr("Save each track as a file of its own"))
        self.rename = make("arrangement.rename", self.tr("Rename th&e arrangement…"))
        self.kept = KeptMenu(view)
        self.delete = make("arrangement.delete", self.tr("Delete this arrangement…"))
        self.delete.setToolTip(self.tr("Remove it from the library; its takes stay in the history"))
        self._make_tracks()
        self.show.triggered.connect(self.shown_requested)
        self.add.triggered.connect(self._on_add)
        document.shown.changed.connect(self._refresh)
        document.arrangement.changed.connect(self._refresh)
        document.history.changed.connect(self._refresh)
        page.list.selectionModel().currentChanged.connect(self._refresh)
        view.menu_requested.connect(self._on_menu)
        view.track_menu_requested.connect(self._on_track_menu)
        self._refresh()

    def _make_tracks(self) -> None:
        model, commands = self._document.arrangement, self._view.track_commands

        def make(name: str, text: str, change: Callable[[int], object]) -> QAction:
            action = make_command(self, f"track.{name}", text)
            action.triggered.connect(lambda _=False: change(model.track_id))
            return action

        self.add_track = make("add", self.tr("&Add a track"), lambda _: commands.add())
        self.tracks = [
            make("mute", self.tr("&Mute the track"), commands.mute),
            make("solo", self.tr("&Hear the track alone"), commands.solo),
            make("up", self.tr("Move the track &up"), lambda one: commands.move(one, -1)),
            make("down", self.tr("Move the track &down"), lambda one: commands.move(one, 1)),
            make("remove", self.tr("&Remove the track"), commands.remove),
        ]

    def fill_menu_bar(self, bar: QMenuBar, before: QMenu, view_menu: QMenu) -> None:
        """Put the menu Arrange before another one, and the view into its menu."""
        menu = QMenu(self.tr("&Arrange"), bar)
        bar.insertMenu(before.menuAction(), menu)
        menu.addAction(self.add)
        menu.addSeparator()
        self.layers.fill_menu(menu)
        menu.addMenu(self.tr("&Track")).addActions([self.add_track, *self.tracks])
        menu.addSeparator()
        menu.addAction(self.new)
        menu.addMenu(self.kept)
        menu.addActions([self.open, self.save, self.rename, self.stems, self.delete])
        view_menu.insertAction(view_menu.actions()[0], self.show)

    @property
    def _take_ids(self) -> list[str]:
        """The takes to add: those chosen in the list if it has the focus, else the one shown."""
        chosen = self._page.chosen_ids if self._page.list.hasFocus() else []
        shown_id = self._document.shown.take_id
        return chosen or ([shown_id] if self._document.history.record(shown_id) else [])

    @Slot()
    def _on_add(self) -> None:
        take_ids = self._take_ids or self._page.chosen_ids
        if take_ids:
            self.takes_requested.emit(take_ids)

    @Slot()
    def _refresh(self) -> None:
        document = self._document
        has_layers, has_tracks = (
            bool(document.arrangement.arrangement.layers),
            bool(document.arrangement.arrangement.tracks),
        )
        self.show.setChecked(document.shown.mix is not None)
        self.add.setEnabled(bool(self._take_ids) or self._page.chosen is not None)
        for action in (self.save, self.stems):
            action.setEnabled(has_layers)
        for action in self.tracks:
            action.setEnabled(has_tracks)

    @Slot(QPoint)
    def _on_menu(self, place: QPoint) -> None:
        menu = QMenu(self._view)
        self.layers.fill_menu(menu)
        menu.addSeparator()
        menu.addActions([self.add_track])
        menu.popup(place)
        menu.aboutToHide.connect(menu.deleteLater)

    @Slot(QPoint)
    def _on_track_menu(self, place: QPoint) -> None:
        menu = QMenu(self._view)
        menu.addActions([*self.tracks, self.add_track])
        menu.popup(place)
        menu.aboutToHide.connect(menu.deleteLater)
