"""A picture of the clip over its time axis: zoom, selection, play head, clicks and keys."""

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QContextMenuEvent,
    QCursor,
    QFont,
    QKeyEvent,
    QPolygon,
)

from app.clock_time import clock_text
from app.view_models.transport.transport import TransportModel
from app.view_models.viewer.markers import MarkersModel
from app.view_models.viewer.selection import SelectionModel
from app.view_models.viewer.spectrogram import SpectrogramModel
from app.views.clip.clip_view_box import ZOOM_STEP, ClipViewBox
from app.views.clip.marker_item import MarkerItem
from app.views.clip.selection_bar import SelectionBar
from app.views.clip.selection_item import SelectionItem
from app.views.clip.time_axis import TimeAxis
from app.views.widgets.theme import Theme

_READ_OUTS_PER_SECOND = 30
_TICK_FONT_PX = 12
_KEY_STEPS_PER_VIEW = 100
_ABOVE_ALL = 100.0
_MOST_NAMES = 20  # of markers that a screen reader says


class ClipPlot(pg.PlotWidget):
    """Base of the pictures of the clip; reports clicks, drags and what is under the pointer.

    Args:
        axis: The axis at the left.
        spectrogram: The clip.
        selection: What of it is selected.
        transport: Moves the play head.
        height: The height of a picture without an axis of frequencies; None = it has one.

    Signals:
        seek_requested: A moment of the clip, in seconds.
        select_requested: Another Selection, or None; while a drag goes on, again and again.
        extend_requested: The selection should reach to a moment, in seconds.
        scrub_requested, scrub_ended: The play head is dragged to a moment, and released.
        pointed_at: Time in seconds and place on the left axis under the pointer.
        range_changed: Another stretch of time is on screen, from and to in seconds.
        pointer_left: The pointer is elsewhere.
        menu_requested: A menu should open, at a place on the screen.
        marker_name_requested: The chosen marker wants a name.

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
    marker_name_requested = Signal()
    accessible_role = QAccessible.Role.Graphic

    def __init__(
        self,
        axis: pg.AxisItem,
        spectrogram: SpectrogramModel,
        selection: SelectionModel,
        transport: TransportModel,
        *,
        theme: Theme,
        height: float | None = None,
    ) -> None:
        self._box, self._axis, self._time_axis = ClipViewBox(), axis, TimeAxis()
        super().__init__(viewBox=self._box, axisItems={"left": axis, "bottom": self._time_axis})
        self._spectrogram, self._selection_model = spectrogram, selection
        self._selection_item = SelectionItem(selection, spectrogram, theme, height)
        self._play_head = PlayHead(theme)
        self._play_head.hide()
        self._marker_item: MarkerItem | None = None
        self._markers: MarkersModel | None = None
        self._theme, self._height = theme, height
        self.selection_bar = SelectionBar(self.viewport(), theme)
        self._offers_commands = True
        self.setFrameShape(self.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        plot = self.getPlotItem()
        plot.hideButtons()
        plot.setMenuEnabled(False)
        plot.layout.setContentsMargins(0, 8, 0, 0)
        self._connect(transport)

    def _connect(self, transport: TransportModel) -> None:
        box = self._box
        self._spectrogram.reset.connect(self._on_reset)
        self._spectrogram.extended.connect(self._on_extended)
        transport.moved.connect(self._on_moved)
        box.sigXRangeChanged.connect(lambda _, span: self.range_changed.emit(*span))
        box.clicked.connect(self.seek_requested)
        box.shift_clicked.connect(self.extend_requested)
        box.menu_requested.connect(self.menu_requested)
        self._time_axis.dragged.connect(self.scrub_requested)
        self._time_axis.released.connect(self.scrub_ended)
        self._selection_item.select_requested.connect(self.select_requested)
        for changed in (
            box.sigRangeChanged,
            box.sigResized,
            self._selection_model.changed,
            self._selection_item.dragged,
        ):
            changed.connect(self._place_bar)
        self._read_out = pg.SignalProxy(
            self.scene().sigMouseMoved, rateLimit=_READ_OUTS_PER_SECOND, slot=self._on_pointer
        )

    def _add_layers(self, *pictures: Any) -> None:
        """Put pictures below the selection and the play head, the first one lowest."""
        for layer, item in enumerate((*pictures, self._selection_item, self._play_head)):
            item.setZValue(layer)
            self._box.addItem(item, ignoreBounds=True)

    def show_markers(self, markers: MarkersModel) -> None:
        """Put markers over everything else."""
        item = MarkerItem(markers, self._spectrogram, self._theme, self._height)
        item.setZValue(_ABOVE_ALL)
        item.clicked.connect(self.seek_requested)
        item.name_requested.connect(self.marker_name_requested)
        self._box.addItem(item, ignoreBounds=True)
        self._marker_item, self._markers = item, markers
        markers.changed.connect(self._describe)

    def time_at(self, place: QPoint) -> float:
        """The moment at a place on the screen, in seconds."""
        at = self.mapToScene(self.viewport().mapFromGlobal(place))
        return float(self._box.mapSceneToView(at).x())

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        if self._marker_item is not None:
            self._marker_item.set_theme(theme)
        self.setBackground(theme.window)
        self._box.setBackgroundColor(theme.canvas)
        for axis in (self._axis, self._time_axis):
            axis.setPen(pg.mkPen(theme.line))
            axis.setTextPen(pg.mkPen(theme.muted))
            axis.setStyle(tickFont=self._tick_font())
        self._selection_item.set_theme(theme)
        self._play_head.set_theme(theme)
        self.selection_bar.set_theme(theme)

    def _tick_font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(_TICK_FONT_PX)
        return font

    def set_offers_commands(self, wanted: bool) -> None:
        """Offer the commands for a selection at it, or leave that to another picture."""
        self._offers_commands = wanted
        self._place_bar()

    def range_texts(self) -> tuple[str, str]:
        """The stretch on screen as from and to, with as many decimals as tell the two apart."""
        left_s, right_s = self._box.viewRange()[0]
        decimals = 1 if right_s - left_s >= 1 else 4
        return clock_text(left_s, decimals), clock_text(right_s, decimals)

    def marks_text(self) -> str:
        """Say for screen readers what is selected, and which markers there are."""
        chosen, texts = self._selection_model.current, []
        if chosen is not None:
            start, stop = (clock_text(edge_s, 2) for edge_s in (chosen.start_s, chosen.stop_s))
            texts.append(self.tr("Selected: {start} to {stop}.").format(start=start, stop=stop))
        if self._markers is not None and self._markers.current:
            names = [f"{one.name} {clock_text(one.time_s, 2)}" for one in self._markers.current]
            texts.append(self.tr("Markers: {names}.").format(names=", ".join(names[:_MOST_NAMES])))
        return " ".join(texts)

    @Slot()
    def _describe(self) -> None:
        """Say for screen readers what is drawn."""
        self.setAccessibleDescription(self.marks_text())

    @property
    def key_step_s(self) -> float:
        """How far one key press moves something in time, at this zoom."""
        left, right = self._box.viewRange()[0]
        return float(right - left) / _KEY_STEPS_PER_VIEW

    @property
    def key_step_places(self) -> float:
        """How far one key press moves something along the left axis, at this zoom."""
        low, high = self._box.viewRange()[1]
        return max(float(high - low) / _KEY_STEPS_PER_VIEW, self._spectrogram.scale.least_places)

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
        self._box.show_clip(self._spectrogram.duration_s)
        self._play_head.setValue(0.0)
        self._play_head.setVisible(not self._spectrogram.is_empty)

    @Slot()
    def _on_extended(self) -> None:
        self._box.extend_clip(self._spectrogram.duration_s)

    @Slot()
    def _place_bar(self) -> None:
        """Put the bar at the selection, once it is not dragged any more."""
        is_chosen = self._selection_model.current is not None
        if is_chosen and self._offers_commands and not self._selection_item.is_dragged:
            self.selection_bar.place_at(self._selection_rect(), self._in_port(self._box.rect()))
        else:
            self.selection_bar.hide()

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


class PlayHead(pg.InfiniteLine):
    """A vertical line over the clip, with a marker at its top.

    It is an item of its own, so that moving it repaints only a narrow strip.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__(pos=0.0, angle=90, movable=False)
        self.addMarker("v", position=1.0, size=9.0)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        colour = QColor("#ffffff") if theme.name == "dark" else QColor("#ff5a36")
        self.setPen(pg.mkPen(colour, width=1))
