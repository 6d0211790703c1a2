"""The arrangement in the middle of the window: header, ruler, track headers, lanes, scroll bar."""

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QScrollBar,
    QVBoxLayout,
    QWidget,
)

from app.view_models.arrangement.arrangement_model import ArrangementModel
from app.view_models.arrangement.layer_commands import LayerCommands
from app.view_models.arrangement.sound_overviews import SoundOverviews
from app.view_models.arrangement.time_window import ZOOM_STEP, TimeWindow
from app.view_models.arrangement.track_commands import TrackCommands
from app.view_models.transport.transport import TransportModel
from app.views.arrangement.arrangement_texts import ArrangementTexts
from app.views.arrangement.lane_canvas import LaneCanvas
from app.views.arrangement.time_ruler import TimeRuler
from app.views.arrangement.track_header import HEADER_PX, TrackHeaders
from app.views.texts.guide_page import GuidePage, set_guide_page
from app.views.widgets.accessibility import announce
from app.views.widgets.buttons import IconButton
from app.views.widgets.labels import ElidedLabel, PlainLabel
from app.views.widgets.theme import Theme

_STEPS_A_SECOND = 100  # of the scroll bar
_JUMP_S = 0.5  # more than playing moves the play head between two polls


class ArrangementView(QWidget):
    """Shows an ArrangementModel, and lets it be edited.

    Attributes:
        layer_commands, track_commands: What the keys and menus do to it.
        canvas, headers, ruler: Its parts.

    Signals:
        left: What was shown before should come back.
        menu_requested, track_menu_requested: A menu about layers, or about a track, should open at
            a place on the screen.
        headers_made: There are text fields that are new.
    """

    left = Signal()
    menu_requested = Signal(QPoint)
    track_menu_requested = Signal(QPoint)
    headers_made = Signal()

    def __init__(
        self,
        model: ArrangementModel,
        overviews: SoundOverviews,
        transport: TransportModel,
        theme: Theme,
    ) -> None:
        super().__init__()
        set_guide_page(self, GuidePage.LAYERS)
        self._model, self._transport = model, transport
        self._texts = ArrangementTexts(self)
        self.time = TimeWindow(self)
        self.layer_commands, self.track_commands = LayerCommands(model), TrackCommands(model)
        self.canvas = LaneCanvas(
            model,
            window=self.time,
            overviews=overviews,
            transport=transport,
            texts=self._texts,
            theme=theme,
        )
        self.headers = TrackHeaders(model, self.track_commands, self._texts, theme)
        self.ruler = TimeRuler(model, self.time, transport, theme)
        self._title, self._caption = ElidedLabel(), ElidedLabel()
        self._title.setProperty("role", "title")
        self._caption.setProperty("role", "caption")
        self._hint = PlainLabel(
            self.tr(
                "Add takes as layers: drag them here from the history, or press A where one is "
                "shown or chosen."
            ),
            word_wrap=True,
        )
        self._make_tools(theme)
        self._assemble()
        self._connect()
        self._head_s = 0.0
        self._on_changed()
        self._on_time_changed()

    def _make_tools(self, theme: Theme) -> None:
        self.add_track = IconButton("add-track", self.tr("Add a track"), theme)
        self.snap = IconButton("magnet", self.tr("Edges attract each other"), theme)
        self.snap.setCheckable(True)
        self.snap.setChecked(self._model.snaps)
        self._zoom_out = IconButton("zoom-out", self.tr("Zoom out"), theme)
        self._zoom_in = IconButton("zoom-in", self.tr("Zoom in"), theme)
        self._fit = IconButton("fit", self.tr("Show all of the arrangement"), theme)
        self._leave = IconButton("close", self.tr("Back to the sound (Ctrl+Shift+T)"), theme)
        self._tools = (
            self.add_track,
            self.snap,
            self._zoom_out,
            self._zoom_in,
            self._fit,
            self._leave,
        )

    def _assemble(self) -> None:
        labels = QVBoxLayout()
        labels.setSpacing(2)
        labels.addWidget(self._title)
        labels.addWidget(self._caption)
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addLayout(labels, stretch=1)
        head.addSpacing(12)
        for tool in self._tools:
            head.addWidget(tool)
        self._hint.setProperty("role", "caption")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._hint.setParent(self.canvas)
        lanes = QWidget()
        row = QHBoxLayout(lanes)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.headers)
        row.addWidget(self.canvas, stretch=1)
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setObjectName("lanes")
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(lanes)
        self._bar = QScrollBar(Qt.Orientation.Horizontal)
        self._bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        grid = QGridLayout()
        grid.setSpacing(0)
        grid.setColumnMinimumWidth(0, HEADER_PX)
        grid.addWidget(self.ruler, 0, 1)
        grid.addWidget(self._scroll, 1, 0, 1, 2)
        grid.addWidget(self._bar, 2, 1)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(head)
        column.addLayout(grid, stretch=1)

    def _connect(self) -> None:
        self.add_track.clicked.connect(self.track_commands.add)
        self.snap.toggled.connect(self._model.set_snaps)
        self._zoom_out.clicked.connect(self.zoom_out)
        self._zoom_in.clicked.connect(self.zoom_in)
        self._fit.clicked.connect(self.fit)
        self._leave.clicked.connect(self.left)
        self._bar.valueChanged.connect(self._on_scrolled)
        self.time.changed.connect(self._on_time_changed)
        self.canvas.gain_requested.connect(self.layer_commands.amplify)
        self.canvas.menu_requested.connect(self.menu_requested)
        self.canvas.installEventFilter(self)
        self.headers.menu_requested.connect(self.track_menu_requested)
        self.headers.headers_made.connect(self.headers_made)
        self._model.changed.connect(self._on_changed)
        self._model.edited.connect(self._on_changed)
        self._model.chosen_changed.connect(self._on_chosen_changed)
        self._transport.moved.connect(self._on_moved)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        for part in (*self._tools, self.canvas, self.headers, self.ruler):
            part.set_theme(theme)

    @property
    def key_step(self) -> int:
        """How many samples one key press moves something, at this zoom."""
        return self.canvas.geometry_of_lanes.samples_of(max(self.canvas.width(), 1) / 100)

    @Slot()
    def zoom_in(self) -> None:
        """Show less time, about the play head or the middle."""
        self.time.zoom(ZOOM_STEP, self._centre_s())

    @Slot()
    def zoom_out(self) -> None:
        """Show more time, about the play head or the middle."""
        self.time.zoom(1 / ZOOM_STEP, self._centre_s())

    @Slot()
    def fit(self) -> None:
        """Show all of it."""
        self.time.fit()

    @Slot()
    def show_play_head(self) -> None:
        """Scroll to the play head, where it is not in sight."""
        self.time.reach(self._transport.position_s)

    def _centre_s(self) -> float:
        head_s, time = self._transport.position_s, self.time
        in_sight = time.start_s < head_s < time.stop_s
        return head_s if in_sight else time.start_s + time.length_s / 2

    @Slot()
    def _on_changed(self) -> None:
        arrangement = self._model.arrangement
        if not self._model.is_dragged:  # a scale that changes would move the layer away
            self.time.set_duration(arrangement.duration_s)
        self._title.show_text(self._texts.title(arrangement))
        self._hint.setVisible(not arrangement.layers)
        self._show_caption()

    @Slot()
    def _on_chosen_changed(self) -> None:
        self._show_caption()
        if self.canvas.hasFocus():
            announce(self.canvas, self._caption.text())

    def _show_caption(self) -> None:
        """Say what is chosen, also for screen readers."""
        text = self._texts.chosen(self._model.arrangement, self._model.chosen_layers)
        self._caption.show_text(text)
        self.canvas.setAccessibleDescription(text)

    @Slot()
    def _on_time_changed(self) -> None:
        time, bar = self.time, self._bar
        bar.blockSignals(True)  # it follows; a person who moves it is followed
        bar.setRange(0, round((time.room_s - time.length_s) * _STEPS_A_SECOND))
        bar.setPageStep(round(time.length_s * _STEPS_A_SECOND))
        bar.setSingleStep(max(1, bar.pageStep() // 10))
        bar.setValue(round(time.start_s * _STEPS_A_SECOND))
        bar.blockSignals(False)

    @Slot(int)
    def _on_scrolled(self, steps: int) -> None:
        self.time.scroll_to(steps / _STEPS_A_SECOND)

    @Slot(float)
    def _on_moved(self, position_s: float) -> None:
        """Follow the play head out of sight while it plays, and where it jumps."""
        was_s, self._head_s = self._head_s, position_s
        was_in_sight = self.time.start_s <= was_s <= self.time.stop_s
        if self.isVisible() and (was_in_sight or abs(position_s - was_s) > _JUMP_S):
            self.time.reach(position_s)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the hint in the middle of the lanes."""
        if event.type() is QEvent.Type.Resize and watched is self.canvas:
            self._hint.setGeometry(self.canvas.rect().adjusted(24, 0, -24, 0))
        return super().eventFilter(watched, event)
