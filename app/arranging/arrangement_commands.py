"""Joins the window to the arrangement: its menus, the history, dialogs, and what is said."""

import re
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.arranging.arrangement_keeper import ArrangementKeeper
from app.arranging.arranger import Arranger
from app.arranging.layer_renewal import LayerRenewal
from app.session.library_sync import LibrarySync
from app.view_models.takes.take_record import TakePlace
from app.views.arrangement.arrangement_texts import ArrangementTexts
from app.views.menus.arrangement_actions import ArrangementActions
from app.views.widgets.message_boxes import MessageBoxes
from app.views.window.main_window import MainWindow

_LONGEST_NAME = 100
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')  # on one system or another


class ArrangementCommands(QObject):
    """Carries out what the menu Arrange, the lanes and the history ask for.

    Built before the commands are listed: its menu is among them.

    Args:
        window: Who asks.
        arranger, keeper, renewal: Do it.
        library: Opens takes.
        dialogs: Asks for folders and names.

    Signals:
        save_requested: The arrangement should be written into a folder.

    Attributes:
        actions: The menu's entries.
    """

    save_requested = Signal(Path)

    def __init__(
        self,
        window: MainWindow,
        *,
        arranger: Arranger,
        keeper: ArrangementKeeper,
        renewal: LayerRenewal,
        library: LibrarySync,
        dialogs: MessageBoxes,
    ) -> None:
        super().__init__(window)
        self._window, self._dialogs = window, dialogs
        self._arranger, self._keeper, self._renewal = arranger, keeper, renewal
        self._library, self._document = library, window.document
        self._model = window.document.arrangement
        self._texts = ArrangementTexts(self)
        self._view, page = window.viewer_panel.arrangement, window.side_bar.history_page
        self.actions = ArrangementActions(window.document, self._view, page)
        menus = window.actions_
        self.actions.fill_menu_bar(window.menuBar(), menus.library_menu, menus.view_menu)
        page.layers_wanted.connect(arranger.add_takes)
        self._connect_actions()
        self._connect_answers()

    def _connect_actions(self) -> None:
        actions, view, arranger = self.actions, self._view, self._arranger
        actions.shown_requested.connect(self._on_shown_requested)
        actions.takes_requested.connect(arranger.add_takes)
        actions.new.triggered.connect(self._on_new)
        actions.open.triggered.connect(self._on_open)
        actions.save.triggered.connect(self._on_save)
        actions.kept.chosen.connect(self._on_kept_chosen)
        actions.delete.triggered.connect(self._on_delete)
        actions.rename.triggered.connect(self._on_rename)
        actions.layers.open_requested.connect(self._on_layer_opened)
        actions.layers.regenerate_requested.connect(self._renewal.generate_again)
        view.left.connect(lambda: arranger.show(False))
        view.canvas.takes_dropped.connect(arranger.drop_takes)

    def _connect_answers(self) -> None:
        status, arranger = self._document.status, self._arranger
        arranger.failed.connect(status.note_failure)
        arranger.added.connect(self._on_added)
        arranger.refused.connect(self._on_refused)
        self._keeper.failed.connect(status.note_failure)
        self._keeper.opened.connect(self._view.fit)
        self._keeper.listed.connect(self.actions.kept.fill)
        self._renewal.queued.connect(self._on_queued)
        self._renewal.refused.connect(self._on_not_generated)
        self._renewal.renewed.connect(self._on_renewed)
        self._document.history.trashed.connect(self._on_trashed)

    @Slot(bool)
    def _on_shown_requested(self, wanted: bool) -> None:
        self._arranger.show(wanted)
        self._window.viewer_panel.clip_view().setFocus()

    @Slot()
    def _on_new(self) -> None:
        """The present one stays in the library."""
        self._keeper.begin()
        self._arranger.show()

    @Slot()
    def _on_open(self) -> None:
        title = self.tr("Open the folder of an arrangement")
        folder = self._dialogs.ask_folder(self._window, title, str(Path.home()))
        if folder:
            self.open_folder(Path(folder))

    @Slot(Path)
    def open_folder(self, folder: Path) -> None:
        """Open an arrangement that was saved as a folder, and show it."""
        self._keeper.open_folder(folder)
        self._arranger.show()

    @Slot(str)
    def _on_kept_chosen(self, arrangement_id: str) -> None:
        self._keeper.open_kept(arrangement_id)
        self._arranger.show()

    @Slot()
    def _on_save(self) -> None:
        """Ask where, and for a name, which becomes that of a new folder there."""
        title = self.tr("Save the arrangement in a new folder here")
        parent = self._dialogs.ask_folder(self._window, title, str(Path.home()))
        if not parent:
            return
        name = self._model.settled.name or self._ask_name()
        if name:
            self.save_requested.emit(Path(parent) / as_folder_name(name))

    def _ask_name(self) -> str:
        title = self.tr("Name the arrangement")
        name = self._dialogs.ask_text(self._window, title, self.tr("What it is called"))
        return (name or "")[:_LONGEST_NAME]

    @Slot()
    def _on_rename(self) -> None:
        name = self._ask_name()
        if name:
            self._model.rename(name)

    @Slot()
    def _on_delete(self) -> None:
        title, name = self.tr("Delete an arrangement"), self._texts.title(self._model.settled)
        question = self.tr(
            "Delete “{name}” with its layers? This cannot be undone. Its takes stay in the history."
        ).format(name=name)
        if self._dialogs.agree(self._window, title, question, loses_sounds=True):
            self._keeper.delete()

    @Slot()
    def _on_layer_opened(self) -> None:
        """Show the take of the chosen layer, so that it can be edited."""
        layer = self._model.current
        if layer is None:
            return
        record = self._document.history.record(layer.sound_id)
        places = (TakePlace.LIBRARY, TakePlace.MEMORY)
        if record is None or record.place not in places:
            self._say(self.tr("The take of this layer is not in the history; its sound is kept."))
            return
        self._renewal.note_opened(layer.layer_id)
        self._library.show(layer.sound_id)

    @Slot(list)
    def _on_added(self, labels: list[str]) -> None:
        if not self._arranger.is_shown:
            sentence = self.tr("{names} is a layer now; Ctrl+Shift+T shows the arrangement.")
            self._say(sentence.format(names=", ".join(map(self._texts.name, labels))))

    @Slot(str)
    def _on_refused(self, name: str) -> None:
        sentence = self.tr("{name} cannot become a layer: its files are not in the library.")
        self._say(sentence.format(name=self._texts.name(name)))

    @Slot(int)
    def _on_queued(self, count: int) -> None:
        sentence = self.tr("Requests in the queue for these layers: {count}")
        self._say(sentence.format(count=count))

    @Slot(str)
    def _on_not_generated(self, name: str) -> None:
        sentence = self.tr("{name} cannot be generated again: it was not generated from a prompt.")
        self._say(sentence.format(name=self._texts.name(name)))

    @Slot(str)
    def _on_renewed(self, name: str) -> None:
        self._say(
            self.tr("The layer {name} plays its new take.").format(name=self._texts.name(name))
        )

    @Slot(list)
    def _on_trashed(self, take_ids: list[str]) -> None:
        """Say that layers keep the sounds of takes that were deleted."""
        used = [one for one in self._model.settled.layers if one.sound_id in take_ids]
        if used:
            names = ", ".join(dict.fromkeys(self._texts.layer_name(one) for one in used))
            self._say(self.tr("The arrangement keeps the sound of {names}.").format(names=names))

    def _say(self, sentence: str) -> None:
        self._window.status_line.say(sentence)


def as_folder_name(name: str) -> str:
    """What an arrangement is called, as the name of a folder on any system."""
    return _NOT_IN_NAMES.sub("-", name).strip(". ") or "arrangement"
