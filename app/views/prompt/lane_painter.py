"""Draws the prompt lane: blocks in two alternating colours, cross-fades and texts.

A single prompt is drawn in grey, with a sentence on how to add another. A next take that differs
from the clip above is drawn paler, in a dashed frame.
"""

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient, QPainter, QPainterPath, QPen

from app.views.prompt.lane_layout import LaneBox, LaneLayout
from app.views.widgets.theme import Theme, faded

_RADIUS_PX = 6.0
_TINT_ALPHA = 92
_DRAFT_ALPHA = 40
_DASHES_PX = (4.0, 4.0)
_CROSS_FADE_ALPHA = 120
_HANDLE_PX = (3.0, 14.0)
_PADDING_PX = 8.0
_LABEL_MARGIN_PX = 5.0


class LanePainter:
    """Paints one layout.

    Args:
        painter: Where to.
        layout: What is where.
        size_rect: The whole lane.
        theme: Its colours.
    """

    def __init__(
        self, painter: QPainter, layout: LaneLayout, size_rect: QRectF, theme: Theme
    ) -> None:
        self._painter, self._layout, self._theme = painter, layout, theme
        self._rect = size_rect.adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def draw_background(self) -> None:
        """Draw the lane's background, whose round corners clip everything on it."""
        path = QPainterPath()
        path.addRoundedRect(self._rect, _RADIUS_PX, _RADIUS_PX)
        self._painter.setClipPath(path)
        self._painter.fillRect(self._rect, QColor(self._theme.canvas))

    def draw_blocks(self) -> None:
        """Draw the blocks, the fades between them, and their texts."""
        boxes, is_alone = self._layout.boxes, self._layout.is_alone
        for box in boxes:
            self._painter.fillRect(box.rect, self._tint(box.place, is_alone=is_alone))
        for place, x in self._layout.borders:
            self._fade(place, x)
        for box in boxes:
            self._text(box.clock_rect, box.clock, self._theme.muted)
            self._text(box.prompt_rect, box.prompt, self._theme.muted if is_alone else "")

    def _tint(self, place: int, *, is_alone: bool = False) -> QColor:
        if is_alone:
            return QColor(self._theme.canvas if self._layout.is_draft else self._theme.raised)
        alpha = _DRAFT_ALPHA if self._layout.is_draft else _TINT_ALPHA
        return faded(self._theme.running if place % 2 else self._theme.parked, alpha)

    def _fade(self, place: int, x: float) -> None:
        """Draw a cross-fade as two crossing lines, as audio editors do."""
        half = self._layout.fade_px / 2
        rect = QRectF(x - half, 0, 2 * half, self._rect.bottom())
        ground = QColor(self._theme.canvas)
        gradient = QLinearGradient(rect.left(), 0, rect.right(), 0)
        gradient.setColorAt(0, self._tint(place - 1))
        gradient.setColorAt(1, self._tint(place))
        self._painter.fillRect(rect, ground)
        self._painter.fillRect(rect, gradient)
        self._painter.setPen(QPen(faded(self._theme.text, _CROSS_FADE_ALPHA), 1))
        self._painter.drawLine(QLineF(rect.bottomLeft(), rect.topRight()))
        self._painter.drawLine(QLineF(rect.topLeft(), rect.bottomRight()))
        self._painter.setPen(QPen(QColor(self._theme.text), 1))
        self._painter.drawLine(QLineF(x, 0, x, self._rect.bottom()))

    def _text(self, rect: QRectF, text: str, colour: str = "") -> None:
        self._painter.setPen(QColor(colour or self._theme.text))
        room = rect.adjusted(0, 0, 2, 0)  # figures are rounded up
        self._painter.drawText(
            room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text
        )

    def draw_hint(self, text: str) -> None:
        """Draw a muted text at the right end, if there is room beside the last block's text."""
        last = self._layout.boxes[-1].prompt_rect.right() if self._layout.boxes else 0.0
        left = self._rect.right() - _PADDING_PX - self._width_of(text)
        if left > last + 2 * _PADDING_PX:
            room = QRectF(left, 0, self._rect.right() - left, self._rect.bottom())
            self._text(room, text, self._theme.muted)

    def draw_label(self, text: str, left_px: float | None = None) -> None:
        """Draw a text on its own background; without a position, at the right end."""
        width = self._width_of(text) + _PADDING_PX
        left = self._rect.right() - width - _LABEL_MARGIN_PX if left_px is None else left_px
        rect = QRectF(left, _LABEL_MARGIN_PX, width, self._rect.bottom() - 2 * _LABEL_MARGIN_PX)
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(QColor(self._theme.window))
        self._painter.drawRoundedRect(rect, 4, 4)
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._text(rect.adjusted(_PADDING_PX / 2, 0, 0, 0), text)

    def _width_of(self, text: str) -> float:
        return QFontMetricsF(self._painter.font()).horizontalAdvance(text)

    def draw_handle(self, place: int) -> None:
        """Mark a border as one that can be dragged, or is being dragged."""
        for held, x in self._layout.borders:
            if held == place:
                width, height = _HANDLE_PX
                rect = QRectF(0, 0, width, height)
                rect.moveCenter(QPointF(x, self._rect.center().y()))
                self._painter.setPen(Qt.PenStyle.NoPen)
                self._painter.setBrush(QColor(self._theme.text))
                self._painter.drawRoundedRect(rect, width / 2, width / 2)
                self._painter.setBrush(Qt.BrushStyle.NoBrush)

    def draw_insertion(self, x: float, text: str) -> None:
        """Draw a dashed line where a new prompt would begin."""
        pen = QPen(QColor(self._theme.text), 1, Qt.PenStyle.DashLine)
        self._painter.setPen(pen)
        self._painter.drawLine(QLineF(x, 0, x, self._rect.bottom()))
        width = self._width_of(text) + _PADDING_PX
        fits = x + _LABEL_MARGIN_PX + width < self._rect.right()
        self.draw_label(text, x + _LABEL_MARGIN_PX if fits else x - _LABEL_MARGIN_PX - width)

    def draw_frame(self, chosen: LaneBox | None) -> None:
        """Draw a thin frame around the lane, and the focus around the selected block."""
        self._painter.setClipping(False)
        pen = QPen(QColor(self._theme.muted if self._layout.is_draft else self._theme.line), 1)
        if self._layout.is_draft:
            pen.setDashPattern(_DASHES_PX)
        self._painter.setPen(pen)
        self._painter.drawRoundedRect(self._rect, _RADIUS_PX, _RADIUS_PX)
        if chosen is not None:
            self._painter.setPen(QPen(QColor(self._theme.accent), 2))
            inner = chosen.rect.intersected(self._rect).adjusted(1, 1, -1, -1)
            self._painter.drawRoundedRect(inner, _RADIUS_PX - 1, _RADIUS_PX - 1)
