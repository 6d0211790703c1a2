"""The prompt lane: prompts as blocks along time, to add, edit and move."""

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QContextMenuEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.view_models.drafts.prompt_lane import PromptLane
from app.views.prompt.lane_editor import LaneEditor, LaneMenu
from app.views.prompt.lane_layout import LaneBox, LaneLayout
from app.views.prompt.lane_painter import LanePainter
from app.views.texts.guide_page import GuidePage, set_guide_page
from app.views.texts.prompt_lane_texts import PromptLaneTexts, exact_clock
from app.views.widgets.labels import tool_tip
from app.views.widgets.theme import Theme

_HEIGHT_PX = 30
_NOTCH = 120
_STEP_S, _LEAP_S = 0.1, 1.0  # with Shift, and with Ctrl as well


class PromptLaneView(QWidget):
    """Shows and edits a PromptLane.

    Signals:
        zoom_requested: Show 1 / factor as much time, about a moment in seconds.
    """

    zoom_requested = Signal(float, float)
    accessible_role = QAccessible.Role.Grouping

    def __init__(self, lane: PromptLane, theme: Theme) -> None:
        super().__init__()
        set_guide_page(self, GuidePage.PROMPTS)
        self._lane, self._theme = lane, theme
        self._texts = PromptLaneTexts(lane, self)
        self._pointer_px: float | None = None
        self._dragged: int | None = None
        self._editor = LaneEditor(self)
        self.setFixedHeight(_HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(self._texts.name())
        self._editor.confirmed.connect(self._on_confirmed)
        self._editor.dismissed.connect(lane.cancel_drag)
        lane.changed.connect(self._on_changed)
        self._on_changed()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as may be."""
        return QSize(600, _HEIGHT_PX)

    @property
    def editor(self) -> LaneEditor:
        """The field that edits a prompt."""
        return self._editor

    @property
    def layout_(self) -> LaneLayout:
        """The layout for the widget's current size."""
        return LaneLayout(self._lane, self._texts, self.size(), QFontMetricsF(self.font()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the blocks, and what the pointer can do where it is."""
        layout, lane = self.layout_, self._lane
        painter = LanePainter(QPainter(self), layout, self.rect().toRectF(), self._theme)
        painter.draw_background()
        painter.draw_blocks()
        self._paint_note(painter)
        if self._dragged is not None:
            painter.draw_handle(self._dragged)
        elif self._pointer_px is not None and not self._editor.isVisible():
            self._paint_pointer(painter, layout, self._pointer_px)
        painter.draw_frame(layout.box_of(lane.chosen) if self.hasFocus() else None)

    def _paint_note(self, painter: LanePainter) -> None:
        next_take = self._texts.next_take()
        if next_take:
            painter.draw_label(next_take)
        elif self.layout_.is_alone:
            painter.draw_hint(self._texts.hint())

    def _paint_pointer(self, painter: LanePainter, layout: LaneLayout, x_px: float) -> None:
        """Show the border that the pointer can drag, or where it would add a prompt."""
        border = layout.border_at(x_px)
        if border is not None:
            painter.draw_handle(border)
        elif not _is_on_text(layout.box_at(x_px), x_px):
            painter.draw_insertion(x_px, f"+ {exact_clock(layout.scale.time_at(x_px))}")

    @Slot()
    def add(self) -> None:
        """Add a prompt at the play head, or half way through the selected block, and edit it."""
        self.add_at(self._lane.insert_time_s)

    @Slot(float)
    def add_at(self, time_s: float) -> None:
        """Add a prompt from a moment on and edit it; do nothing where none fits."""
        if self._lane.begin_insert(time_s):
            self.edit(self._lane.chosen)

    def edit(self, place: int) -> None:
        """Edit the prompt of a block."""
        box = self.layout_.box_of(place)
        self._lane.choose(place)
        self._lane.hold()
        rect = box.rect if box else self.rect().toRectF()
        self._editor.open_over(rect, place, self._lane.segments[place].prompt)

    @Slot(int, str)
    def _on_confirmed(self, place: int, text: str) -> None:
        self._lane.rename(place, text)

    @Slot()
    def _on_changed(self) -> None:
        self.setAccessibleDescription(self._texts.accessible_text())
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to drag a border, or select a block."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        layout, x_px = self.layout_, event.position().x()
        self._dragged = layout.border_at(x_px)
        box = layout.box_at(x_px)
        if self._dragged is not None:
            self._lane.choose(self._dragged)
        elif box is not None:
            self._lane.choose(box.place)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag a border, or show what the pointer can do."""
        self._pointer_px = event.position().x()
        layout = self.layout_
        if self._dragged is not None:
            self._lane.drag_to(self._dragged, layout.scale.time_at(self._pointer_px))
        elif layout.border_at(self._pointer_px) is not None:
            self.setCursor(Qt.CursorShape.SizeHorCursor)
        elif _is_on_text(layout.box_at(self._pointer_px), self._pointer_px):
            self.setCursor(Qt.CursorShape.IBeamCursor)
        else:
            self.setCursor(Qt.CursorShape.ArrowCursor)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag; a click on a text edits it."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        box = self.layout_.box_at(event.position().x())
        was_dragged, self._dragged = self._dragged, None
        if was_dragged is not None:
            self._lane.finish_drag()
        elif box is not None and _is_on_text(box, event.position().x()):
            self.edit(box.place)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Add a prompt here."""
        x_px = event.position().x()
        layout = self.layout_
        if event.button() is Qt.MouseButton.LeftButton and layout.border_at(x_px) is None:
            self.add_at(layout.scale.time_at(x_px))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open the menu, at the pointer or for the selected block."""
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        layout, lane = self.layout_, self._lane
        box = None if by_key else layout.box_at(event.pos().x())
        if box is not None:
            lane.choose(box.place)
        time_s = lane.insert_time_s if by_key else layout.scale.time_at(event.pos().x())
        menu = LaneMenu(self, time_s, can_remove=len(lane.segments) > 1)
        menu.edit_requested.connect(lambda: self.edit(lane.chosen))
        menu.remove_requested.connect(lambda: lane.remove(lane.chosen))
        menu.another_requested.connect(self.add_at)
        menu.popup(self.mapToGlobal(self.rect().center() if by_key else event.pos()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Select, add, edit, move and remove by keyboard."""
        lane = self._lane
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if steps and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            is_leap = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            start_s = lane.blocks[lane.chosen].start_s
            lane.move(start_s + steps * (_LEAP_S if is_leap else _STEP_S))
        elif steps:
            lane.choose(lane.chosen + steps)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.edit(lane.chosen)
        elif event.key() in (Qt.Key.Key_Insert, Qt.Key.Key_Plus):
            self.add()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            lane.remove(lane.chosen)
        elif event.key() == Qt.Key.Key_Escape and self._dragged is not None:
            self._dragged = None
            lane.cancel_drag()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the pointer, if the clip shown has the same time axis."""
        if self._lane.shares_axis:
            steps = event.angleDelta().y() / _NOTCH
            self.zoom_requested.emit(1.25**steps, self.layout_.scale.time_at(event.position().x()))
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Show a block's whole prompt as a tool tip, and keep Esc during a drag."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self._tool_tip(event.pos().toPointF()), self)
            return True
        is_override = event.type() is QEvent.Type.ShortcutOverride and self._dragged is not None
        if is_override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()  # else it would cancel the run
            return True
        return super().event(event)

    def _tool_tip(self, place: QPointF) -> str:
        box = self.layout_.box_at(place.x())
        blocks = self._lane.blocks
        if box is None or len(blocks) == 1:
            return tool_tip(self._texts.help())
        block = blocks[box.place]
        return tool_tip(f"{exact_clock(block.start_s)} {block.prompt}", self._texts.help())

    def leaveEvent(self, event: QEvent) -> None:
        """Stop showing what the pointer can do."""
        self._pointer_px = None
        self.unsetCursor()
        self.update()


def _is_on_text(box: LaneBox | None, x_px: float) -> bool:
    return box is not None and box.prompt_rect.left() <= x_px <= box.prompt_rect.right()
