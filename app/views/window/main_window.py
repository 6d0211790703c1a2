"""The main window: assembles its parts and connects their signals."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from app.view_models.document import Document
from app.view_models.settings_store import SettingsStore
from app.view_models.takes.session_state import SessionState
from app.views.commands.text_fields import TextFields
from app.views.dialogs.model_manager import ModelManager
from app.views.menus.actions import Actions
from app.views.menus.clip_menu import ClipMenu
from app.views.menus.edit_actions import EditActions, SampleActions
from app.views.menus.library_actions import LibraryActions
from app.views.menus.marker_actions import MarkerActions
from app.views.menus.picture_actions import PictureActions
from app.views.menus.play_actions import PlayActions
from app.views.menus.selection_actions import SelectionActions
from app.views.menus.view_actions import ViewActions
from app.views.prompt.prompt_panel import PromptPanel
from app.views.side_bar.side_bar import SideBar
from app.views.texts.model_texts import ConsentTexts, WantsConsent
from app.views.viewer.viewer_panel import ViewerPanel
from app.views.widgets.message_boxes import MessageBoxes
from app.views.widgets.screen_fit import fit_to_screen
from app.views.widgets.theme import Theme, ThemeChoice
from app.views.window.export_progress import ExportProgress
from app.views.window.file_drops import FileDrops
from app.views.window.scrolling_panels import ScrollingPanels
from app.views.window.status_line import StatusLine
from app.views.window.window_settings import WindowSettings
from core.api.errors import InvalidRequestError
from core.api.request import GenerationRequest

_USUAL_SIZE = QSize(1280, 800)


class MainWindow(QMainWindow):
    """The studio's only window.

    Attributes:
        document: What it shows.
        prompt_panel, viewer_panel, export_progress, status_line: Its parts.
        file_drops, text_fields: What is dropped on it, and keys in its text fields.

    Signals:
        generate_requested, endless_requested: The drafted request should start.
        cancel_requested: The run in hand should stop.
        agreed: What the last request failed for is allowed: a download, a conversion, another
            device.
        watch_requested: The run in hand should come on show.
        compare_requested: The take that was shown before should come on show.
        left: The window has closed; everything behind it should end.
        theme_chosen: The person wants other colours.
        file_offered: A file was dropped.
        take_requested, comparison_requested: A take of the history, by name, should be shown.
        export_requested, diagnosis_requested, log_folder_requested, licences_requested,
            about_requested, copy_requested: As they say.
    """

    theme_chosen = Signal(ThemeChoice)
    generate_requested = Signal()
    endless_requested = Signal()
    cancel_requested = Signal()
    agreed = Signal()
    watch_requested = Signal()
    compare_requested = Signal()
    left = Signal()
    file_offered = Signal(Path)
    export_requested = Signal()
    log_folder_requested = Signal()
    diagnosis_requested = Signal()
    licences_requested = Signal()
    about_requested = Signal()
    copy_requested = Signal()
    take_requested = Signal(str)
    comparison_requested = Signal(str)

    def __init__(
        self, document: Document, memory: SettingsStore, dialogs: MessageBoxes, theme: Theme
    ) -> None:
        super().__init__()
        self.setWindowTitle("Tessera")
        self.document = document
        self._dialogs = dialogs
        self.prompt_panel = PromptPanel(document, dialogs, theme)
        self.viewer_panel = ViewerPanel(document, theme)
        self.status_line = StatusLine(document.status, document.tiles)
        self.export_progress = ExportProgress()
        self.actions_ = Actions(self)
        self.actions_.fill_menu_bar(self.menuBar())
        self.selection_actions = SelectionActions(
            document.selection, document.transport, self.viewer_panel.view
        )
        self.selection_actions.fill_menu(self.actions_.select_menu)
        self.view_actions = ViewActions(document, self.viewer_panel.view)
        self.view_actions.fill_menu(self.actions_.view_menu)
        self.picture_actions = PictureActions(document.picture, document.waveform, self)
        self.picture_actions.fill_menu(self.actions_.view_menu)
        self.play_actions = PlayActions(document.transport, document.devices, self)
        self.play_actions.fill_menu(self.actions_.play_menu)
        self.side_bar = SideBar(document, theme)
        self.library_actions = LibraryActions(document, self.side_bar, self)
        self.library_actions.fill_menu(self.actions_.library_menu)
        self._fill_edit_menu()
        # The keys of the view work in the waveform, too.
        self.viewer_panel.waveform_view.addActions(self.viewer_panel.view.actions())
        self.file_drops = FileDrops(self)
        self.text_fields = TextFields(self, self.file_drops, self.viewer_panel.clip_view)
        self._assemble()
        self._connect_document()
        self._connect_actions()
        self._settings = WindowSettings(self, memory)
        self._settings.restore()
        self._on_state_changed()

    def _fill_edit_menu(self) -> None:
        """Offer edits and markers, in the menu bar and where they act."""
        self.edit_actions = EditActions(self.document.continuation, self._dialogs, self)
        self.edit_actions.fill_menu(self.actions_.edit_menu)
        self.sample_actions = SampleActions(self._dialogs, self)
        self.sample_actions.fill_menu(self.actions_.edit_menu)
        self.marker_actions = MarkerActions(self.document, self._dialogs, self)
        self.marker_actions.fill_menu(self.actions_.edit_menu)
        self.marker_actions.said.connect(self.status_line.say)
        self.clip_menu = ClipMenu(
            self.viewer_panel.view,
            self.viewer_panel.waveform_view,
            actions=self.actions_,
            play_actions=self.play_actions,
            edit_actions=self.edit_actions,
            sample_actions=self.sample_actions,
            marker_actions=self.marker_actions,
            selection_actions=self.selection_actions,
            view_actions=self.view_actions,
        )

    def _assemble(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        panels = ScrollingPanels(self.prompt_panel, self.viewer_panel, self.side_bar)
        column.addWidget(panels, stretch=1)
        column.addWidget(self.export_progress)
        column.addWidget(self.status_line)
        self.setCentralWidget(content)
        fit_to_screen(self, _USUAL_SIZE)
        self.text_fields.watch_all()

    def _connect_document(self) -> None:
        document, bar = self.document, self.viewer_panel.transport_bar
        transport = document.transport
        self.prompt_panel.generate_requested.connect(self._on_generate)
        self.prompt_panel.endless_requested.connect(self._on_endless)
        self.prompt_panel.cancel_requested.connect(self.cancel_requested)
        self.viewer_panel.welcome.prompt_chosen.connect(self._on_prompt_chosen)
        self.viewer_panel.view.seek_requested.connect(transport.seek)
        bar.toggle_requested.connect(transport.toggle)
        bar.start_requested.connect(transport.to_start)
        bar.end_requested.connect(transport.to_end)
        bar.loop_requested.connect(transport.set_loops)
        bar.volume_requested.connect(transport.set_volume)
        bar.silenced.connect(self.status_line.warn)
        bar.heard_again.connect(self.status_line.take_back)
        bar.record_requested.connect(self.actions_.record.trigger)
        bar.export_requested.connect(self.export_requested)
        self.status_line.copy_requested.connect(self.copy_requested)
        queue_page, history_page = self.side_bar.queue_page, self.side_bar.history_page
        queue_page.cancel_requested.connect(self.cancel_requested)
        queue_page.watch_requested.connect(self.watch_requested)
        queue_page.settings_chosen.connect(self._on_settings_chosen)
        history_page.settings_chosen.connect(self._on_settings_chosen)
        history_page.take_chosen.connect(self.take_requested)
        history_page.comparison_chosen.connect(self.comparison_requested)
        self.file_drops.offered.connect(self.file_offered)
        self.file_drops.refused.connect(self.status_line.say)
        self.prompt_panel.fields.loras.rows_made.connect(self.text_fields.watch_all)
        self.viewer_panel.arrangement.headers_made.connect(self.text_fields.watch_all)
        document.state.changed.connect(self._on_state_changed)
        document.shown.changed.connect(self._on_shown_changed)

    def _connect_actions(self) -> None:
        actions, panel, transport = self.actions_, self.viewer_panel, self.document.transport
        actions.generate.triggered.connect(self._on_generate)
        actions.endless.triggered.connect(self._on_endless)
        actions.cancel.triggered.connect(self.cancel_requested)
        self.library_actions.watch.triggered.connect(self.watch_requested)
        self.library_actions.compare.triggered.connect(self.compare_requested)
        actions.export.triggered.connect(self.export_requested)
        actions.quit.triggered.connect(self.close)
        actions.edit_prompt.triggered.connect(self.prompt_panel.focus_prompt)
        actions.another_prompt.triggered.connect(self.viewer_panel.prompt_lane.add)
        actions.models.triggered.connect(self.open_models)
        self.prompt_panel.fields.model.manager_requested.connect(self.open_models)
        actions.play.triggered.connect(transport.toggle)
        actions.to_start.triggered.connect(transport.to_start)
        actions.to_end.triggered.connect(transport.to_end)
        for arrived in (actions.to_start.triggered, actions.to_end.triggered):
            arrived.connect(panel.show_play_head)
        actions.back.triggered.connect(lambda: transport.seek(transport.position_s - 1.0))
        actions.forward.triggered.connect(lambda: transport.seek(transport.position_s + 1.0))
        actions.play_on_arrival.toggled.connect(transport.set_plays_on_arrival)
        actions.grid.toggled.connect(panel.show_grid)
        panel.grid_toggled.connect(actions.grid.setChecked)
        actions.zoom_in.triggered.connect(panel.zoom_in)
        actions.zoom_out.triggered.connect(panel.zoom_out)
        actions.fit.triggered.connect(panel.fit)
        actions.open_log.triggered.connect(self.log_folder_requested)
        actions.diagnose.triggered.connect(self.diagnosis_requested)
        actions.licences.triggered.connect(self.licences_requested)
        actions.about.triggered.connect(self.about_requested)
        actions.themes.triggered.connect(self._on_theme_triggered)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self.prompt_panel.set_theme(theme)
        self.viewer_panel.set_theme(theme)
        self.side_bar.set_theme(theme)

    @Slot(ThemeChoice)
    def show_theme_choice(self, choice: ThemeChoice) -> None:
        """Mark in the menu which theme is chosen."""
        for action in self.actions_.themes.actions():
            action.setChecked(action.data() == choice)

    @Slot()
    def open_models(self) -> ModelManager:
        """Show all models over the window."""
        manager = ModelManager(self, self.document.models, self.document.draft, self._dialogs)
        manager.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.document.models.search()
        manager.open()
        return manager

    @Slot()
    def _on_generate(self) -> None:
        self.prompt_panel.clear_errors()
        self.generate_requested.emit()

    @Slot()
    def _on_endless(self) -> None:
        self.prompt_panel.clear_errors()
        self.endless_requested.emit()

    @Slot(str)
    def _on_prompt_chosen(self, prompt: str) -> None:
        self.document.draft.set_value("prompt", prompt)
        self._on_generate()

    @Slot(GenerationRequest)
    def _on_settings_chosen(self, request: GenerationRequest) -> None:
        """Fill in the settings of a take, including its seed."""
        self.document.draft.fill(request.to_dict())
        self.document.draft.set_seed_locked(True)

    @Slot(InvalidRequestError)
    def show_rejection(self, error: InvalidRequestError) -> None:
        """Say beside its field why a request cannot be carried out."""
        self.prompt_panel.show_error(error)

    @Slot(object)
    def ask_agreement(self, error: WantsConsent) -> None:
        """Ask for what a run failed for; `agreed` follows where the answer is yes."""
        texts = ConsentTexts(self)
        if self._dialogs.agree(self, texts.title(error), texts.question(error)):
            self.agreed.emit()

    @Slot()
    def _on_state_changed(self) -> None:
        state = self.document.state
        self.actions_.generate.setEnabled(not state.is_over)
        self.actions_.cancel.setEnabled(state.value is SessionState.RUNNING)
        self._on_shown_changed()

    @Slot()
    def _on_shown_changed(self) -> None:
        shown = self.document.shown
        is_draft = shown.request is not None and shown.request.draft
        self.actions_.make_in_full.setEnabled(is_draft and not self.document.state.is_over)
        is_recording = shown.request is not None and shown.request.recording is not None
        self.actions_.start_from.setEnabled(is_recording)
        has_take = shown.take is not None
        can_export = has_take or shown.mix is not None
        self.actions_.export.setEnabled(can_export)
        self.actions_.export_picture.setEnabled(has_take)
        self.actions_.copy_sound.setEnabled(has_take)
        self.viewer_panel.transport_bar.set_can_export(can_export, can_drag=has_take)

    @Slot(QAction)
    def _on_theme_triggered(self, action: QAction) -> None:
        self.theme_chosen.emit(ThemeChoice(action.data()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Play or pause with Space, clear the selection with Esc, where no widget takes the key."""
        if event.key() == Qt.Key.Key_Escape:
            self.document.selection.clear()
        elif event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.document.transport.toggle()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Hide at once; the window closes when the engine's thread has ended."""
        state = self.document.state
        if state.value is SessionState.STOPPED:
            event.accept()
            return
        event.ignore()
        if state.is_over or self._may_close():
            self._settings.remember()
            self.hide()
            self.left.emit()

    def _may_close(self) -> bool:
        """Return whether no sound would be lost, or the person agrees to lose them."""
        num_in_memory = self.document.history.num_in_memory
        if num_in_memory == 0:
            return True
        question = self.tr(
            "Sounds that could not be written to the library: {count}.\n\n"
            "Tessera tries once more as it closes, and what still cannot be written is lost. "
            "To keep them, answer No, and export them or make room on the disk.\n\n"
            "Close all the same?"
        ).format(count=num_in_memory)
        return self._dialogs.agree(self, self.tr("Close Tessera"), question, loses_sounds=True)
