"""The main window: assembles its parts and connects their signals."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from app.session.session import Session, SessionState
from app.view_models.settings_store import SettingsStore
from app.views.dialogs.model_manager import ModelManager
from app.views.prompt.prompt_panel import PromptPanel
from app.views.side_bar.side_bar import SideBar, SideBarPage
from app.views.viewer.viewer_panel import ViewerPanel
from app.views.widgets.message_boxes import MessageBoxes
from app.views.widgets.theme import Theme, ThemeChoice
from app.views.window.actions import Actions
from app.views.window.export_progress import ExportProgress
from app.views.window.library_actions import LibraryActions
from app.views.window.play_actions import PlayActions
from app.views.window.selection_actions import SelectionActions
from app.views.window.status_line import StatusLine
from app.views.window.view_actions import ViewActions
from core.api.byte_count import size_text
from core.api.errors import InvalidRequestError, NotAgreedError
from core.api.request import GenerationRequest


class MainWindow(QMainWindow):
    """The studio's only window.

    Attributes:
        session: The session it shows.
        theme: Its colours.
        prompt_panel, viewer_panel, export_progress, status_line: Its parts.

    Signals:
        theme_chosen: The person wants other colours.
        file_offered: A file was dropped.
        take_requested, comparison_requested: A take of the history, by name, should be shown.
        export_requested, log_folder_requested, licences_requested, about_requested,
            copy_requested: As they say.
    """

    theme_chosen = Signal(ThemeChoice)
    file_offered = Signal(Path)
    export_requested = Signal()
    log_folder_requested = Signal()
    licences_requested = Signal()
    about_requested = Signal()
    copy_requested = Signal()
    take_requested = Signal(str)
    comparison_requested = Signal(str)

    def __init__(
        self, session: Session, memory: SettingsStore, dialogs: MessageBoxes, theme: Theme
    ) -> None:
        super().__init__()
        self.setWindowTitle("Tessera")
        self.setAcceptDrops(True)
        self.session = session
        self.theme = theme
        self._memory = memory
        self._dialogs = dialogs
        self.prompt_panel = PromptPanel(session, dialogs, theme)
        self.viewer_panel = ViewerPanel(session, theme)
        self.status_line = StatusLine(session.status, session.tiles)
        self.export_progress = ExportProgress()
        self.actions_ = Actions(self)
        self.actions_.fill_menu_bar(self.menuBar())
        self.selection_actions = SelectionActions(session, self.viewer_panel.view)
        self.selection_actions.fill_menu(self.actions_.select_menu)
        self.view_actions = ViewActions(session, self.viewer_panel.view)
        self.view_actions.fill_menu(self.actions_.view_menu)
        self.play_actions = PlayActions(session, self)
        self.play_actions.fill_menu(self.actions_.play_menu)
        self.side_bar = SideBar(session, theme)
        self.library_actions = LibraryActions(session, self.side_bar, self)
        self.library_actions.fill_menu(self.actions_.library_menu)
        self._assemble()
        self._connect_session()
        self._connect_actions()
        self._restore()
        self._on_state_changed(session.state)

    def _assemble(self) -> None:
        centre = QWidget()
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.prompt_panel)
        row.addWidget(self.viewer_panel, stretch=1)
        row.addWidget(self.side_bar)
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row, stretch=1)
        column.addWidget(self.export_progress)
        column.addWidget(self.status_line)
        self.setCentralWidget(centre)
        self.resize(1280, 800)

    def _connect_session(self) -> None:
        session, transport, bar = (
            self.session,
            self.session.transport,
            self.viewer_panel.transport_bar,
        )
        self.prompt_panel.generate_requested.connect(self._on_generate)
        self.prompt_panel.endless_requested.connect(self._on_endless)
        self.prompt_panel.cancel_requested.connect(session.cancel)
        self.viewer_panel.welcome.prompt_chosen.connect(self._on_prompt_chosen)
        self.viewer_panel.view.seek_requested.connect(transport.seek)
        bar.toggle_requested.connect(transport.toggle)
        bar.start_requested.connect(self._on_to_start)
        bar.end_requested.connect(self._on_to_end)
        bar.loop_requested.connect(transport.set_loops)
        bar.volume_requested.connect(transport.set_volume)
        bar.export_requested.connect(self.export_requested)
        self.status_line.copy_requested.connect(self.copy_requested)
        queue_page, history_page = self.side_bar.queue_page, self.side_bar.history_page
        queue_page.cancel_requested.connect(session.cancel)
        queue_page.watch_requested.connect(session.viewer.watch)
        queue_page.settings_chosen.connect(self._on_settings_chosen)
        history_page.settings_chosen.connect(self._on_settings_chosen)
        history_page.take_chosen.connect(self.take_requested)
        history_page.comparison_chosen.connect(self.comparison_requested)
        session.state_changed.connect(self._on_state_changed)
        session.viewer.changed.connect(self._on_viewer_changed)
        session.rejected.connect(self._on_rejected)
        session.agreement_wanted.connect(self._on_agreement_wanted)
        session.stopped.connect(self.close)

    def _connect_actions(self) -> None:
        actions, view, transport = self.actions_, self.viewer_panel.view, self.session.transport
        actions.generate.triggered.connect(self._on_generate)
        actions.endless.triggered.connect(self._on_endless)
        actions.cancel.triggered.connect(self.session.cancel)
        actions.export.triggered.connect(self.export_requested)
        actions.quit.triggered.connect(self.close)
        actions.edit_prompt.triggered.connect(self.prompt_panel.focus_prompt)
        actions.another_prompt.triggered.connect(self.viewer_panel.prompt_lane.add)
        actions.models.triggered.connect(self.open_models)
        self.prompt_panel.fields.model.manager_requested.connect(self.open_models)
        actions.play.triggered.connect(transport.toggle)
        actions.to_start.triggered.connect(self._on_to_start)
        actions.to_end.triggered.connect(self._on_to_end)
        actions.back.triggered.connect(lambda: transport.seek(transport.position_s - 1.0))
        actions.forward.triggered.connect(lambda: transport.seek(transport.position_s + 1.0))
        actions.play_on_arrival.toggled.connect(transport.set_plays_on_arrival)
        actions.grid.toggled.connect(self.viewer_panel.show_grid)
        self.viewer_panel.grid_toggled.connect(actions.grid.setChecked)
        actions.zoom_in.triggered.connect(view.zoom_in)
        actions.zoom_out.triggered.connect(view.zoom_out)
        actions.fit.triggered.connect(view.fit)
        actions.open_log.triggered.connect(self.log_folder_requested)
        actions.licences.triggered.connect(self.licences_requested)
        actions.about.triggered.connect(self.about_requested)
        actions.themes.triggered.connect(self._on_theme_triggered)

    def _restore(self) -> None:
        """Restore what the last start saved."""
        memory, transport = self._memory, self.session.transport
        self.restoreGeometry(memory.blob("window/geometry"))
        self.session.models.restore(memory.text("models"))
        self.session.draft.restore(memory.text("draft"))
        transport.set_volume(memory.number("volume", 0.8))
        self.session.colour_scale.restore(memory.text("picture_style"))
        self.session.devices.choose(memory.text("sound_device"))
        self.actions_.play_on_arrival.setChecked(memory.flag("play_on_arrival", default=True))
        self.actions_.grid.setChecked(memory.flag("grid", default=True))
        self.viewer_panel.show_grid(self.actions_.grid.isChecked())
        page = memory.text("side_bar")
        self.side_bar.open(SideBarPage(page) if page in list(SideBarPage) else SideBarPage.NONE)
        self.prompt_panel.engine_section.set_open(memory.flag("engine_open", default=False))
        choice = memory.text("theme", ThemeChoice.SYSTEM)
        for action in self.actions_.themes.actions():
            action.setChecked(action.data() == choice)

    def _remember(self) -> None:
        memory, transport = self._memory, self.session.transport
        memory.keep("window/geometry", self.saveGeometry())
        memory.keep("draft", self.session.draft.to_json())
        memory.keep("models", self.session.models.to_json())
        memory.keep("volume", transport.volume)
        memory.keep("picture_style", self.session.colour_scale.to_text())
        memory.keep("sound_device", self.session.devices.chosen)
        memory.keep("play_on_arrival", transport.plays_on_arrival)
        memory.keep("grid", self.viewer_panel.grid_shown)
        memory.keep("side_bar", str(self.side_bar.page))
        memory.keep("engine_open", self.prompt_panel.engine_section.is_open)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self.theme = theme
        self.prompt_panel.set_theme(theme)
        self.viewer_panel.set_theme(theme)
        self.side_bar.set_theme(theme)

    @Slot()
    def open_models(self) -> ModelManager:
        """Show all models over the window."""
        manager = ModelManager(self, self.session.models, self.session.draft, self._dialogs)
        manager.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.session.models.search()
        manager.open()
        return manager

    @Slot()
    def _on_generate(self) -> None:
        self.prompt_panel.clear_errors()
        self.session.generate()

    @Slot()
    def _on_endless(self) -> None:
        self.prompt_panel.clear_errors()
        self.session.play_endlessly()

    @Slot(str)
    def _on_prompt_chosen(self, prompt: str) -> None:
        self.session.draft.set_value("prompt", prompt)
        self._on_generate()

    @Slot(GenerationRequest)
    def _on_settings_chosen(self, request: GenerationRequest) -> None:
        """Fill in the settings of a take, including its seed."""
        self.session.draft.fill(request.to_dict())
        self.session.draft.set_seed_locked(True)

    @Slot()
    def _on_to_start(self) -> None:
        self.session.transport.seek(0.0)

    @Slot()
    def _on_to_end(self) -> None:
        self.session.transport.seek(self.session.transport.duration_s)

    @Slot(InvalidRequestError)
    def _on_rejected(self, error: InvalidRequestError) -> None:
        self.prompt_panel.show_error(error)

    @Slot(NotAgreedError)
    def _on_agreement_wanted(self, error: NotAgreedError) -> None:
        question = self.tr(
            "{model} is a download of {size} under the licence {licence}.\n\n"
            "Download it and agree to its licence?"
        ).format(model=error.source, size=size_text(error.size_bytes), licence=error.licence)
        if self._dialogs.agree(self, self.tr("Download a model"), question):
            self.session.generate_agreed()

    @Slot(SessionState)
    def _on_state_changed(self, state: SessionState) -> None:
        self.prompt_panel.show_state(state, is_endless=self.session.plays_endlessly)
        self.actions_.generate.setEnabled(not self.session.is_over)
        self.actions_.cancel.setEnabled(state is SessionState.RUNNING)
        self._on_viewer_changed()

    @Slot()
    def _on_viewer_changed(self) -> None:
        has_take = self.session.take is not None
        self.actions_.export.setEnabled(has_take)
        self.actions_.export_picture.setEnabled(has_take)
        self.actions_.copy_sound.setEnabled(has_take)
        self.viewer_panel.transport_bar.set_can_export(has_take)

    @Slot(QAction)
    def _on_theme_triggered(self, action: QAction) -> None:
        self.theme_chosen.emit(ThemeChoice(action.data()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Play or pause with Space, clear the selection with Esc, where no widget takes the key."""
        if event.key() == Qt.Key.Key_Escape:
            self.session.selection.clear()
        elif event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.session.transport.toggle()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept a single file of another program; its kind is read when it is dropped."""
        if event.source() is None and _dropped_file(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Report the dropped file."""
        self.file_offered.emit(Path(_dropped_file(event) or ""))
        event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Hide at once; the window closes when the engine's thread has ended."""
        if self.session.state is SessionState.STOPPED:
            event.accept()
            return
        event.ignore()
        if self.session.is_over or self._may_close():
            self._remember()
            self.hide()
            self.session.shut_down()

    def _may_close(self) -> bool:
        """Return whether no sound would be lost, or the person agrees to lose them."""
        num_in_memory = self.session.history.num_in_memory
        if num_in_memory == 0:
            return True
        question = self.tr(
            "Sounds that could not be written to the library: {count}.\n\n"
            "Tessera tries once more as it closes, and what still cannot be written is lost. "
            "To keep them, answer No, and export them or make room on the disk.\n\n"
            "Close all the same?"
        ).format(count=num_in_memory)
        return self._dialogs.agree(self, self.tr("Close Tessera"), question, loses_sounds=True)


def _dropped_file(event: QDropEvent) -> str | None:
    """The path of a single local file; None for anything else."""
    urls = event.mimeData().urls()
    return urls[0].toLocalFile() or None if len(urls) == 1 else None
