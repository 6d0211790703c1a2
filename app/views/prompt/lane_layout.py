"""Computes where the prompt lane's blocks, texts and borders are on screen."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF

from app.view_models.drafts.prompt_lane import PromptLane
from app.views.texts.prompt_lane_texts import PromptLaneTexts, exact_clock

_PADDING_PX = 8.0
_GAP_PX = 6.0
_REACH_PX = 6.0
_LEAST_TEXT_PX = 16.0
_LEAST_BESIDE_CLOCK_PX = 56.0  # a narrow block shows its prompt rather than its time


@dataclass(frozen=True, slots=True)
class TimeScale:
    """Maps a range of time onto a width in pixels.

    Law: `time_at` is the inverse of `x_of`.

    Attributes:
        start_s, stop_s: The range; an empty one is drawn as a second.
        width_px: The width.
    """

    start_s: float
    stop_s: float
    width_px: float

    @property
    def px_per_s(self) -> float:
        """How wide a second is."""
        return self.width_px / ((self.stop_s - self.start_s) or 1.0)

    def x_of(self, time_s: float) -> float:
        """The position of a moment in pixels from the left edge; it may be outside the width."""
        return (time_s - self.start_s) * self.px_per_s

    def time_at(self, x_px: float) -> float:
        """The moment at a pixel."""
        return self.start_s + x_px / (self.px_per_s or 1.0)


@dataclass(frozen=True, slots=True)
class LaneBox:
    """One block on screen.

    Attributes:
        place: Its index.
        rect: Its visible part.
        clock: When it begins; empty if there is only one block, or no room.
        prompt: Its elided text; empty if there is no room.
        clock_rect, prompt_rect: Where those two are drawn.
    """

    place: int
    rect: QRectF
    clock: str
    prompt: str
    clock_rect: QRectF
    prompt_rect: QRectF


class LaneLayout:
    """The layout of a PromptLane in a widget.

    Attributes:
        scale: Seconds to pixels.
        boxes: The visible blocks.
        is_alone: Whether there is only one prompt.
        is_draft: Whether it is of a next take that differs from the clip above.
        borders: Index and position in pixels of the visible borders; the block of that index
            begins there.
        fade_px: Width of a fade from one prompt to the next.
    """

    def __init__(
        self, lane: PromptLane, texts: PromptLaneTexts, size: QSize, metrics: QFontMetricsF
    ) -> None:
        self._metrics, self._height = metrics, float(size.height())
        self.scale = TimeScale(*lane.visible_s, size.width())
        self.fade_px = lane.fade_s * self.scale.px_per_s
        blocks = lane.blocks
        self._last_place = len(blocks) - 1
        self.is_alone = len(blocks) == 1
        self.is_draft = lane.is_draft
        self.borders = [
            (place, self.scale.x_of(block.start_s))
            for place, block in enumerate(blocks)
            if place and 0 <= self.scale.x_of(block.start_s) <= size.width()
        ]
        self.boxes = []
        for place, block in enumerate(blocks):
            left, right = self.scale.x_of(block.start_s), self.scale.x_of(block.stop_s)
            rect = QRectF(left, 0, right - left, self._height)
            rect = rect.intersected(QRectF(0, 0, size.width(), self._height))
            if not rect.isEmpty():
                clock = exact_clock(block.start_s) if not self.is_alone else ""
                self.boxes.append(self._box(place, rect, clock, texts.prompt(block)))

    def _box(self, place: int, rect: QRectF, clock: str, prompt: str) -> LaneBox:
        start, stop = self._room_for_text(place, rect)
        clock_px = self._metrics.horizontalAdvance(clock)
        if stop - start < clock_px + _LEAST_BESIDE_CLOCK_PX:
            clock, clock_px = "", 0.0
        clock_rect = QRectF(start, 0, clock_px, self._height)
        start += clock_px + (_GAP_PX if clock else 0.0)
        if stop - start < _LEAST_TEXT_PX:
            prompt = ""
        elided = self._metrics.elidedText(prompt, Qt.TextElideMode.ElideRight, stop - start)
        prompt_px = self._metrics.horizontalAdvance(elided)
        return LaneBox(
            place, rect, clock, elided, clock_rect, QRectF(start, 0, prompt_px, self._height)
        )

    def _room_for_text(self, place: int, rect: QRectF) -> tuple[float, float]:
        """Return the left and right limit of the text: beside the fades, if they leave room."""
        fade_px = min(self.fade_px / 2 + _GAP_PX, rect.width() / 4)
        fades_in = place > 0 and rect.left() > 0
        fades_out = place < self._last_place and rect.right() < self.scale.width_px
        return (
            rect.left() + max(_PADDING_PX, fade_px if fades_in else 0.0),
            rect.right() - max(_PADDING_PX, fade_px if fades_out else 0.0),
        )

    def border_at(self, x_px: float) -> int | None:
        """The block that begins at a pixel; None where no border is near."""
        near = [(abs(x - x_px), place) for place, x in self.borders if abs(x - x_px) <= _REACH_PX]
        return min(near)[1] if near else None

    def box_at(self, x_px: float) -> LaneBox | None:
        """The block under a pixel."""
        return next((box for box in self.boxes if box.rect.left() <= x_px < box.rect.right()), None)

    def box_of(self, place: int) -> LaneBox | None:
        """The block of an index; None if it is not visible."""
        return next((box for box in self.boxes if box.place == place), None)
