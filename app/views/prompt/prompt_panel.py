"""The panel on the left: request, model, engine, estimate, and the buttons that run it."""

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QVBoxLayout,
)

from app.view_models.document import Document
from app.views.prompt.engine_panel import EnginePanel
from app.views.prompt.estimate_line import EstimateLine
from app.views.prompt.model_notes import ModelNotes
from app.views.prompt.request_fields import RequestFields
from app.views.prompt.run_buttons import EndlessButton, RunButton, StopButton
from app.views.prompt.song_fields import SongFields
from app.views.texts.error_texts import error_text
from app.views.texts.guide_page import GuidePage, set_guide_page
from app.views.widgets.disclosure import Disclosure
from app.views.widgets.icons import icon_pixmap
from app.views.widgets.labels import PlainLabel
from app.views.widgets.message_boxes import MessageBoxes
from app.views.widgets.panel_scroll import PanelScroll
from app.views.widgets.theme import Theme
from core.api.errors import InvalidRequestError

_WIDTH_PX = 336
_MARGIN_PX = 24


class PromptPanel(QFrame):
    """Shows and edits the drafts of a document.

    Attributes:
        fields: The request.
        engine: How it is carried out.
        engine_section: The section that opens and closes over it.

    Signals:
        generate_requested, endless_requested, cancel_requested: The buttons at the foot were
            pressed.
    """

    generate_requested = Signal()
    endless_requested = Signal()
    cancel_requested = Signal()

    def __init__(self, document: Document, dialogs: MessageBoxes, theme: Theme) -> None:
        super().__init__()
        set_guide_page(self, GuidePage.SOUND)
        self.setObjectName("panel")
        self.setFixedWidth(_WIDTH_PX)
        self._state = document.state
        self._mark = PlainLabel()
        self.fields = RequestFields(document.draft, dialogs, theme)
        song = SongFields(document.draft)
        self.fields.add_below_prompts(song, song.boxes)
        self._notes = ModelNotes(self.fields, song, document.models, document.prompt_hint)
        self.engine = EnginePanel(document.engine_draft)
        self.engine_section = Disclosure(self.tr("Engine"), self.engine, theme)
        self._estimate = EstimateLine(document.estimate)
        self._button = RunButton(theme)
        self._endless = EndlessButton(theme)
        self._stop = StopButton(theme)
        self._assemble()
        document.state.changed.connect(self._on_state_changed)
        self.engine_section.toggled.connect(self._on_engine_toggled)
        self.engine.error_shown.connect(lambda: self.engine_section.set_open(True))
        self._button.clicked.connect(self.generate_requested)
        self._endless.clicked.connect(self.endless_requested)
        self._stop.clicked.connect(self.cancel_requested)
        self.set_theme(theme)

    def _assemble(self) -> None:
        foot = QVBoxLayout()
        foot.setContentsMargins(_MARGIN_PX, 8, _MARGIN_PX, 20)
        foot.setSpacing(8)
        foot.addWidget(self._estimate)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._button, stretch=1)
        buttons.addWidget(self._endless)
        buttons.addWidget(self._stop)
        foot.addLayout(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 16, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._header())
        column.addWidget(self._scrolled(), stretch=1)
        column.addLayout(foot)

    def _header(self) -> QHBoxLayout:
        name = PlainLabel("Tessera")
        name.setProperty("role", "wordmark")
        row = QHBoxLayout()
        row.setContentsMargins(_MARGIN_PX, 0, _MARGIN_PX, 8)
        row.setSpacing(12)
        row.addWidget(self._mark)
        row.addWidget(name)
        row.addStretch()
        return row

    def _scrolled(self) -> PanelScroll:
        """The fields, which may be higher than the window."""
        area = self._area = PanelScroll(_MARGIN_PX)
        area.add(self.fields)
        area.add(self.engine_section)
        area.column.addStretch()
        return area

    @Slot(bool)
    def _on_engine_toggled(self, is_open: bool) -> None:
        """Scroll to a section that a person opens, after its layout; a start shows the prompt."""
        if is_open and self.isVisible():
            QTimer.singleShot(0, self, self._area.show_end)

    @property
    def button(self) -> RunButton:
        """The button that generates."""
        return self._button

    @property
    def stop_button(self) -> StopButton:
        """The button that cancels."""
        return self._stop

    @property
    def endless_button(self) -> EndlessButton:
        """The button that plays without end."""
        return self._endless

    @Slot()
    def _on_state_changed(self) -> None:
        """Enable what can be done now; an endless run is stopped, not cancelled."""
        state = self._state.value
        self._button.show_state(state)
        self._endless.show_state(state)
        self._stop.show_state(state, is_endless=self._state.is_endless)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._mark.setPixmap(icon_pixmap("tessera", theme.text, 28, self.devicePixelRatio()))
        buttons = (self._button, self._endless, self._stop)
        for part in (self.fields, self.engine_section, *buttons):
            part.set_theme(theme)

    def focus_prompt(self) -> None:
        """Let the person type."""
        self.fields.focus_prompt()

    def show_error(self, error: InvalidRequestError) -> bool:
        """Show an error beside its field, in sight; return False if there is no such field."""
        sentence = error_text(error) or ""
        box = self.fields.show_error(error.field, sentence)
        box = box or self.engine.show_error(error.field, sentence)
        if box is not None:
            self._area.show_part(box)
        return box is not None

    def clear_errors(self) -> None:
        """Hide the errors of the last request."""
        self.fields.clear_errors()
        self.engine.clear_errors()
