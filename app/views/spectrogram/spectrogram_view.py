"""The spectrogram view: picture, tile grid, selection, play head and axes, zoom and seek."""

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QContextMenuEvent,
    QCursor,
    QFont,
    QKeyEvent,
    QPolygon,
)

from app.clock_time import clock_text
from app.view_models.transport.transport import TransportModel
from app.view_models.viewer.colour_scale import ColourScaleModel
from app.view_models.viewer.live_preview import LivePreviewModel
from app.view_models.viewer.selection import SelectionModel
from app.view_models.viewer.spectrogram import SpectrogramModel
from app.view_models.viewer.tile_grid import TileGridModel
from app.views.spectrogram.axes import FrequencyAxis, TimeAxis
from app.views.spectrogram.clip_view_box import ZOOM_STEP, ClipViewBox
from app.views.spectrogram.live_preview_item import LivePreviewItem
from app.views.spectrogram.play_head import PlayHead
from app.views.spectrogram.selection_bar import SelectionBar
from app.views.spectrogram.selection_item import SelectionItem
from app.views.spectrogram.spectrogram_item import SpectrogramItem
from app.views.spectrogram.tile_overlay import TileOverlay
from app.views.texts.units import frequency_text
from app.views.widgets.theme import Theme
from core.mel_scale import edge_to_hz

_READ_OUTS_PER_SECOND = 30
_TICK_FONT_PX = 12
_KEY_STEPS_PER_VIEW = 100


class SpectrogramView(pg.PlotWidget):
    """Draws the clip, and reports clicks, drags and what is under the pointer.

    Signals:
        seek_requested: A moment of the clip, in seconds.
        select_requested: Another Selection, or None; while a drag goes on, again and again.
        extend_requested: The selection should reach to a moment, in seconds.
        scrub_requested, scrub_ended: The play head is dragged to a moment, and released.
        pointed_at: Time in seconds and place in mel bins under the pointer.
        range_changed: Another stretch of time is on screen, from and to in seconds.
        pointer_left: The pointer is elsewhere.
        menu_requested: A menu should open, at a place on the screen.

    Attributes:
        selection_bar: The commands at the selection; the window says which.
    """

    seek_requested = Signal(float)
    select_requested = Signal(object)
    extend_requested = Signal(float)
    scrub_requested = Signal(float)
    scrub_ended = Signal()
    pointed_at = Signal(float, float)
    range_changed = Signal(float, float)
    pointer_left = Signal()
    menu_requested = Signal(QPoint)
    accessible_role = QAccessible.Role.Graphic

    def __init__(
        self,
        spectrogram: SpectrogramModel,
        *,
        live_preview: LivePreviewModel,
        tiles: TileGridModel,
        selection: SelectionModel,
        colour_scale: ColourScaleModel,
        transport: TransportModel,
        theme: Theme,
    ) -> None:
        self._box = ClipViewBox()
        self._frequency_axis = FrequencyAxis(spectrogram.params)
        self._time_axis = TimeAxis()
        axes = {"left": self._frequency_axis, "bottom": self._time_axis}
        super().__init__(viewBox=self._box, axisItems=axes)
        self._spectrogram = spectrogram
        self._selection_model = selection
        self._preview_item = LivePreviewItem(live_preview, spectrogram, colour_scale, theme)
        self._picture = SpectrogramItem(spectrogram, colour_scale)
        self._grid = TileOverlay(tiles, spectrogram, theme)
        self._selection_item = SelectionItem(selection, spectrogram, theme)
        self._play_head = PlayHead(theme)
        self.selection_bar = SelectionBar(self.viewport(), theme)
        self._assemble()
        self.set_theme(theme)
        spectrogram.reset.connect(self._on_reset)
        spectrogram.extended.connect(self._on_extended)
        transport.moved.connect(self._on_moved)
        self._box.sigXRangeChanged.connect(lambda _, span: self.range_changed.emit(*span))
        self._box.clicked.connect(self.seek_requested)
        self._box.menu_requested.connect(self.menu_requested)
        self._box.sigRangeChanged.connect(self._place_bar)
        self._box.sigRangeChanged.connect(self._describe)
        selection.changed.connect(self._describe)
        self._box.sigResized.connect(self._place_bar)
        selection.changed.connect(self._place_bar)
        self._selection_item.dragged.connect(self._place_bar)
        self._box.shift_clicked.connect(self.extend_requested)
        self._time_axis.dragged.connect(self.scrub_requested)
        self._time_axis.released.connect(self.scrub_ended)
        self._selection_item.select_requested.connect(self.select_requested)
        self._read_out = pg.SignalProxy(
            self.scene().sigMouseMoved, rateLimit=_READ_OUTS_PER_SECOND, slot=self._on_pointer
        )

    def _assemble(self) -> None:
        self.setFrameShape(self.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Spectrogram"))
        self.setMinimumSize(240, 96)
        plot = self.getPlotItem()
        plot.hideButtons()
        plot.setMenuEnabled(False)
        plot.layout.setContentsMargins(0, 8, 0, 0)
        items: tuple[Any, ...] = (
            self._preview_item,
            self._picture,
            self._grid,
            self._selection_item,
            self._play_head,
        )
        for layer, item in enumerate(items):
            item.setZValue(layer)
            self._box.addItem(item, ignoreBounds=True)
        self._play_head.hide()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self.setBackground(theme.window)
        self._box.setBackgroundColor(theme.canvas)
        for axis in (self._frequency_axis, self._time_axis):
            axis.setPen(pg.mkPen(theme.line))
            axis.setTextPen(pg.mkPen(theme.muted))
            axis.setStyle(tickFont=self._tick_font())
        self._preview_item.set_theme(theme)
        self._grid.set_theme(theme)
        self._selection_item.set_theme(theme)
        self._play_head.set_theme(theme)
        self.selection_bar.set_theme(theme)

    def _tick_font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(_TICK_FONT_PX)
        return font

    def show_grid(self, shown: bool) -> None:
        """Show or hide the tile grid."""
        self._grid.setVisible(shown)

    def set_tile_tool_tip(self, text: str) -> None:
        """Describe the tile under the pointer."""
        self._grid.setToolTip(text)

    @Slot(bool)
    def set_takes_bins(self, wanted: bool) -> None:
        """Let drags choose frequencies as well as time, or time alone."""
        self._selection_item.takes_bins = wanted

    @property
    def key_step_s(self) -> float:
        """How far one key press moves something in time, at this zoom."""
        left, right = self._box.viewRange()[0]
        return float(right - left) / _KEY_STEPS_PER_VIEW

    @Slot()
    def fit(self) -> None:
        """Show the whole clip, all of its frequencies."""
        self._box.fit()

    @Slot(float, float)
    def show_range(self, start_s: float, stop_s: float) -> None:
        """Show a stretch of time."""
        self._box.show_range(start_s, stop_s)

    @Slot(float, float)
    def bring_into_sight(self, start_s: float, stop_s: float) -> None:
        """Extend the visible range so that it includes a stretch."""
        left, right = self._box.viewRange()[0]
        if not left <= start_s <= stop_s <= right:
            self._box.show_range(min(left, start_s), max(right, stop_s))

    @Slot()
    def show_play_head(self) -> None:
        """Scroll to the play head, where it is not in sight."""
        self._box.reach(float(self._play_head.value()))

    @Slot(float, float)
    def zoom_about(self, factor: float, centre_s: float) -> None:
        """Show 1 / `factor` as much time, about a moment."""
        self._box.zoom(factor, centre_s)

    @Slot()
    def zoom_in(self) -> None:
        """Show less time, about the pointer, the play head or the middle."""
        self._box.zoom(ZOOM_STEP, self._centre_s())

    @Slot()
    def zoom_out(self) -> None:
        """Show more time, about the pointer, the play head or the middle."""
        self._box.zoom(1 / ZOOM_STEP, self._centre_s())

    @Slot()
    def fit_selection(self) -> None:
        """Show the selection, and nothing around it."""
        chosen = self._selection_model.current
        if chosen is not None:
            self._box.show_range(chosen.start_s, chosen.stop_s)
            if chosen.bins is not None:
                self._box.show_bins(chosen.bins.start, chosen.bins.stop)

    @Slot()
    def zoom_in_frequencies(self) -> None:
        """Show fewer frequencies, about those in the middle."""
        self._box.zoom_frequencies(ZOOM_STEP)

    @Slot()
    def zoom_out_frequencies(self) -> None:
        """Show more frequencies."""
        self._box.zoom_frequencies(1 / ZOOM_STEP)

    def pan_frequencies(self, share: float) -> None:
        """Move up by a share of the frequencies on screen; below zero, down."""
        self._box.pan_frequencies(share)

    def pan(self, share: float) -> None:
        """Move on by a share of what is on screen; below zero, back."""
        self._box.pan(share)

    def _centre_s(self) -> float:
        left, right = self._box.viewRange()[0]
        if self.underMouse():
            pointer = self.mapToScene(self.mapFromGlobal(QCursor.pos()))
            pointed_s = float(self._box.mapSceneToView(pointer).x())
            if left < pointed_s < right:
                return pointed_s
        head_s = float(self._play_head.value())
        return head_s if left < head_s < right else (left + right) / 2

    @Slot()
    def _on_reset(self) -> None:
        self._frequency_axis.set_params(self._spectrogram.params)
        self._box.show_clip(self._spectrogram.duration_s, self._spectrogram.params.n_mels)
        self._play_head.setValue(0.0)
        self._play_head.setVisible(not self._spectrogram.is_empty)

    @Slot()
    def _on_extended(self) -> None:
        self._box.extend_clip(self._spectrogram.duration_s)

    @Slot()
    def _place_bar(self) -> None:
        """Put the bar at the selection, once it is not dragged any more."""
        if self._selection_model.current is None or self._selection_item.is_dragged:
            self.selection_bar.hide()
        else:
            self.selection_bar.place_at(self._selection_rect(), self._in_port(self._box.rect()))

    @Slot()
    def _describe(self) -> None:
        """Say for screen readers what of the sound is drawn, and what of it is chosen."""
        (left_s, right_s), (lowest, highest) = self._box.viewRange()
        params, chosen = self._spectrogram.params, self._selection_model.current
        sentence = self.tr("{start} to {stop}, {low} to {high} Hz.").format(
            start=clock_text(left_s, 1),
            stop=clock_text(right_s, 1),
            low=frequency_text(edge_to_hz(lowest, params)),
            high=frequency_text(edge_to_hz(highest, params)),
        )
        if chosen is not None:
            sentence += " " + self.tr("Selected: {start} to {stop}.").format(
                start=clock_text(chosen.start_s, 2), stop=clock_text(chosen.stop_s, 2)
            )
        self.setAccessibleDescription(sentence)

    def _selection_rect(self) -> QRect:
        rect = self._box.mapFromView(self._selection_item.rect).boundingRect()
        return self._in_port(rect)

    def _in_port(self, rect: QRectF) -> QRect:
        """A rectangle of the view box in pixels of the viewport."""
        corners: QPolygon = self.mapFromScene(self._box.mapRectToScene(rect))
        return corners.boundingRect()

    @Slot(float)
    def _on_moved(self, position_s: float) -> None:
        was_s = float(self._play_head.value())
        self._play_head.setValue(position_s)
        self._box.follow(was_s, position_s)

    @Slot(object)
    def _on_pointer(self, arguments: tuple[QPointF]) -> None:
        place = arguments[0]
        if self._spectrogram.is_empty or not self._box.sceneBoundingRect().contains(place):
            self.pointer_left.emit()
            return
        point = self._box.mapSceneToView(place)
        self.pointed_at.emit(float(point.x()), float(point.y()))

    def leaveEvent(self, ev: QEvent) -> None:
        """Report that nothing is pointed at any more."""
        self.pointer_left.emit()
        super().leaveEvent(ev)

    def contextMenuEvent(self, ev: QContextMenuEvent) -> None:
        """Open the menu by its key, at the selection; the right button opens it by its click."""
        if ev.reason() is QContextMenuEvent.Reason.Keyboard:
            chosen = self._selection_model.current is not None
            area = self._in_port(self._box.rect())
            at = self._selection_rect().intersected(area) if chosen else area
            self.menu_requested.emit(self.viewport().mapToGlobal((at or area).center()))
        ev.accept()

    def event(self, ev: QEvent) -> bool:
        """Keep Esc from the window, where it cancels the run, while there is a selection."""
        is_override = ev.type() is QEvent.Type.ShortcutOverride
        if is_override and isinstance(ev, QKeyEvent) and self._clears(ev):
            ev.accept()
            return True
        return bool(super().event(ev))

    def keyPressEvent(self, ev: QKeyEvent) -> None:
        """Clear the selection with Esc."""
        if self._clears(ev):
            self.select_requested.emit(None)
        else:
            super().keyPressEvent(ev)

    def _clears(self, ev: QKeyEvent) -> bool:
        return ev.key() == Qt.Key.Key_Escape and bool(self._selection_model.regions)
