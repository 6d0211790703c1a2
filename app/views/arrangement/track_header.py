"""The headers of the tracks: name, mute, solo and gain of each."""

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSlider, QToolButton, QVBoxLayout, QWidget

from app.view_models.arrangement.arrangement_model import ArrangementModel
from app.view_models.arrangement.track_commands import TrackCommands
from app.views.arrangement.arrangement_texts import ArrangementTexts
from app.views.arrangement.lane_geometry import ROW_PX
from app.views.widgets.labels import PlainLabel, set_tool_tip
from app.views.widgets.theme import Theme, faded
from core.arrangement.layer import QUIETEST_DB
from core.arrangement.track import Track

HEADER_PX = 176
_STEPS_A_DB = 2
_SOFTEST_DB, _LOUDEST_DB = -40, 12  # of the slider; its lower end is silence
_CHOSEN_ALPHA = 40
_LONGEST_NAME = 100


class GainSlider(QSlider):
    """Half decibels; a double click is 0 dB, and the lower end is silence."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setRange(_SOFTEST_DB * _STEPS_A_DB, _LOUDEST_DB * _STEPS_A_DB)
        self.setPageStep(3 * _STEPS_A_DB)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Go back to 0 dB."""
        self.setValue(0)


class TrackHeader(QWidget):
    """Shows one track.

    Args:
        track_id: The track.
        commands: Change it.
        texts: What it is called.
        theme: Its colours.

    Signals:
        chosen: It was clicked.
        menu_requested: A menu about it should open, at a place on the screen.
    """

    chosen = Signal(int)
    menu_requested = Signal(int, QPoint)

    def __init__(
        self, track_id: int, commands: TrackCommands, texts: ArrangementTexts, theme: Theme
    ) -> None:
        super().__init__()
        self.track_id, self._commands, self._texts = track_id, commands, texts
        self.theme, self._is_chosen = theme, False
        self.setFixedHeight(ROW_PX)
        self.name = QLineEdit()
        self.name.setProperty("role", "track")
        self.name.setMaxLength(_LONGEST_NAME)
        self.name.setToolTip(self.tr("What the track is called"))
        self.name.editingFinished.connect(self._on_named)
        self.mute = self._button(self.tr("M"), self.tr("Mute the track"))
        self.mute.clicked.connect(lambda: commands.mute(track_id))
        self.solo = self._button(self.tr("S"), self.tr("Hear the track alone"))
        self.solo.clicked.connect(lambda: commands.solo(track_id))
        self.gain = GainSlider()
        self.gain.valueChanged.connect(self._on_gain)
        self._level = PlainLabel()
        self._level.setProperty("role", "caption")
        self._assemble()

    def _assemble(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.mute)
        row.addWidget(self.solo)
        row.addStretch()
        row.addWidget(self._level)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 4, 8, 5)
        column.setSpacing(2)
        column.addWidget(self.name)
        column.addLayout(row)
        column.addWidget(self.gain)

    def _button(self, letter: str, name: str) -> QToolButton:
        button = QToolButton()
        button.setText(letter)
        button.setCheckable(True)
        button.setProperty("role", "letter")
        button.setAccessibleName(name)
        set_tool_tip(button, name)
        return button

    def show_track(self, track: Track, number: int, *, is_chosen: bool) -> None:
        """Show what is known of the track now."""
        name = self._texts.track_name(track, number)
        if not self.name.hasFocus() or not self.name.isModified():
            self.name.setText(track.name)
        self.name.setPlaceholderText(name)
        self.name.setAccessibleName(self.tr("Name of {track}").format(track=name))
        self.mute.setChecked(track.is_muted)
        self.solo.setChecked(track.is_soloed)
        self.mute.setAccessibleName(self.tr("Mute {track}").format(track=name))
        self.solo.setAccessibleName(self.tr("Hear {track} alone").format(track=name))
        self.gain.blockSignals(True)  # only a person changes the gain
        self.gain.setValue(round(max(track.gain_db, _SOFTEST_DB) * _STEPS_A_DB))
        self.gain.blockSignals(False)
        level = self._texts.gain(track.gain_db)
        self._level.setText(level)
        self.gain.setAccessibleName(self.tr("Gain of {track}").format(track=name))
        set_tool_tip(self.gain, self.tr("{level}; double-click for 0 dB").format(level=level))
        self._is_chosen = is_chosen
        self.update()

    @Slot()
    def _on_named(self) -> None:
        self.name.setModified(False)
        self._commands.rename(self.track_id, self.name.text().strip())

    @Slot(int)
    def _on_gain(self, steps: int) -> None:
        is_silent = steps <= _SOFTEST_DB * _STEPS_A_DB
        gain_db = QUIETEST_DB if is_silent else steps / _STEPS_A_DB
        self._commands.set_gain(self.track_id, gain_db)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the track, and open its menu by the right button."""
        self.chosen.emit(self.track_id)
        if event.button() is Qt.MouseButton.RightButton:
            self.menu_requested.emit(self.track_id, event.globalPosition().toPoint())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground, a mark where it is chosen, and the line below."""
        painter, theme = QPainter(self), self.theme
        painter.fillRect(self.rect(), QColor(theme.panel))
        if self._is_chosen:
            painter.fillRect(self.rect(), faded(theme.accent, _CHOSEN_ALPHA))
            painter.fillRect(0, 0, 3, self.height(), QColor(theme.accent))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(theme.line))


class TrackHeaders(QWidget):
    """The headers of all tracks of an ArrangementModel, in their order.

    Signals:
        menu_requested: A menu about the chosen track should open, at a place on the screen.
        headers_made: There are other headers, with text fields of their own.
    """

    menu_requested = Signal(QPoint)
    headers_made = Signal()

    def __init__(
        self,
        model: ArrangementModel,
        commands: TrackCommands,
        texts: ArrangementTexts,
        theme: Theme,
    ) -> None:
        super().__init__()
        self._model, self._commands, self._texts, self._theme = model, commands, texts, theme
        self.headers: list[TrackHeader] = []
        self.setFixedWidth(HEADER_PX)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch()
        model.changed.connect(self._show)
        model.chosen_changed.connect(self._show)
        self._show()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        for header in self.headers:
            header.theme = theme
            header.update()

    @Slot()
    def _show(self) -> None:
        tracks = self._model.arrangement.tracks
        if [one.track_id for one in tracks] != [one.track_id for one in self.headers]:
            self._make([one.track_id for one in tracks])
        for number, (track, header) in enumerate(zip(tracks, self.headers, strict=True), 1):
            is_chosen = track.track_id == self._model.track_id
            header.show_track(track, number, is_chosen=is_chosen)

    def _make(self, track_ids: list[int]) -> None:
        """Make headers for tracks that have none, and put all into their order."""
        known = {header.track_id: header for header in self.headers}
        for track_id in known.keys() - set(track_ids):
            known[track_id].hide()
            known[track_id].deleteLater()
        self.headers = [known.get(one) or self._header(one) for one in track_ids]
        for row, header in enumerate(self.headers):
            self._column.insertWidget(row, header)
        for before, after in zip(self.headers, self.headers[1:], strict=False):
            QWidget.setTabOrder(before.gain, after.name)
        self.headers_made.emit()

    def _header(self, track_id: int) -> TrackHeader:
        header = TrackHeader(track_id, self._commands, self._texts, self._theme)
        header.chosen.connect(self._model.choose_track)
        header.menu_requested.connect(self._on_menu_requested)
        return header

    @Slot(int, QPoint)
    def _on_menu_requested(self, track_id: int, place: QPoint) -> None:
        self.menu_requested.emit(place)
