"""The view box of a picture of the clip: the wheel zooms and pans, a click names a moment."""

import pyqtgraph as pg
from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QGraphicsSceneWheelEvent

SHORTEST_VIEW_S = 0.002  # in which samples are seen one by one
ZOOM_STEP = 1.5
_NOTCH = 120
_JUMP_S = 0.5  # more than playing moves the play head between two polls
_PAN_PER_NOTCH = 0.1  # of what is on screen
_FEWEST_BANDS = 4  # of the thinnest that can be chosen


class ClipViewBox(pg.ViewBox):
    """A view box that never leaves the clip: x in seconds, y from 0 to the height of an axis.

    The wheel zooms in time, with Ctrl or over the frequency axis in frequency. With Shift it moves
    along. The middle button pans in time; the left one belongs to the selection.

    Signals:
        clicked, shift_clicked: A moment in seconds, plainly or with Shift held.
        menu_requested: A place on the screen, clicked with the right button.
    """

    clicked = Signal(float)
    shift_clicked = Signal(float)
    menu_requested = Signal(QPoint)

    def __init__(self) -> None:
        super().__init__(enableMenu=False, defaultPadding=0.0)
        self.setMouseEnabled(x=True, y=False)
        self._duration_s, self._height = 0.0, 1.0

    def show_clip(self, duration_s: float) -> None:
        """Fit a clip, and keep to it from now on."""
        self._duration_s = max(duration_s, SHORTEST_VIEW_S)
        shortest_s = min(SHORTEST_VIEW_S, self._duration_s)
        self.setLimits(xMin=0, xMax=self._duration_s, minXRange=shortest_s)
        self.fit()

    def set_height(self, height: float, thinnest: float) -> None:
        """Show all of an axis of another height, on which a band is not thinner than this."""
        self._height = height
        least = min(_FEWEST_BANDS * thinnest, height)
        self.setLimits(yMin=0, yMax=height, minYRange=least)
        self.show_places(0, height)

    def extend_clip(self, duration_s: float) -> None:
        """Let more of the clip be shown; what is on screen stays there."""
        self._duration_s = max(duration_s, SHORTEST_VIEW_S)
        self.setLimits(xMax=self._duration_s)

    def fit(self) -> None:
        """Show the whole clip, all of its frequencies."""
        self.setRange(xRange=(0, self._duration_s), yRange=(0, self._height), padding=0)

    def zoom(self, factor: float, centre_s: float) -> None:
        """Show 1 / `factor` as much time, `centre_s` staying where it is."""
        self.scaleBy(x=1 / factor, center=(centre_s, 0))

    def zoom_frequencies(self, factor: float, centre: float | None = None) -> None:
        """Show 1 / `factor` of the axis, a place or the middle staying where it is."""
        low, high = self.viewRange()[1]
        self.scaleBy(y=1 / factor, center=(0, (low + high) / 2 if centre is None else centre))

    def pan_frequencies(self, share: float) -> None:
        """Move up by a share of what is on screen, as far as the axis goes."""
        low, high = self.viewRange()[1]
        self.translateBy(y=max(-low, min(share * (high - low), self._height - high)))

    def show_places(self, low: float, high: float) -> None:
        """Show a part of the axis."""
        self.setYRange(low, high, padding=0)

    def show_range(self, start_s: float, stop_s: float) -> None:
        """Show a stretch of time."""
        self.setXRange(start_s, stop_s, padding=0)

    def pan(self, share: float) -> None:
        """Move on by a share of what is on screen, as far as the clip goes."""
        left, right = self.viewRange()[0]
        by_s = max(-left, min(share * (right - left), self._duration_s - right))
        self.translateBy(x=by_s)

    def follow(self, was_s: float, position_s: float) -> None:
        """Move to the play head when it leaves the visible range, or jumps.

        A range that the play head was not in stays where it is.
        """
        left, right = self.viewRange()[0]
        was_in_sight = left <= was_s <= right
        has_jumped = abs(position_s - was_s) > _JUMP_S
        if was_in_sight or has_jumped:
            self.reach(position_s)

    def reach(self, position_s: float) -> None:
        """Move to a moment that is not in sight."""
        left, right = self.viewRange()[0]
        if not left <= position_s <= right:
            self.setXRange(position_s, position_s + right - left, padding=0)

    def wheelEvent(self, ev: QGraphicsSceneWheelEvent, axis: int | None = None) -> None:
        """Zoom about the pointer; sideways, or with Shift, move along."""
        notches = ev.delta() / _NOTCH
        is_shifted = bool(ev.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        is_vertical = axis == 1 or bool(ev.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if is_vertical and is_shifted:
            self.pan_frequencies(_PAN_PER_NOTCH * notches)
        elif is_vertical:
            pointed = float(self.mapSceneToView(ev.scenePos()).y())
            self.zoom_frequencies(ZOOM_STEP**notches, pointed)
        elif is_shifted or ev.orientation() is Qt.Orientation.Horizontal:
            self.pan(-_PAN_PER_NOTCH * notches)
        else:
            super().wheelEvent(ev, axis)
        ev.accept()

    def mouseClickEvent(self, ev: MouseClickEvent) -> None:
        """Report the moment that was clicked, or where a menu should open."""
        if ev.button() is Qt.MouseButton.RightButton:
            ev.accept()
            self.menu_requested.emit(ev.screenPos().toPoint())
        elif ev.button() is Qt.MouseButton.LeftButton:
            ev.accept()
            is_shifted = bool(ev.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            clicked = self.shift_clicked if is_shifted else self.clicked
            clicked.emit(float(self.mapSceneToView(ev.scenePos()).x()))
