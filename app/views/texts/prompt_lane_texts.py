"""Texts about the prompt lane: on it, in its tool tip, and for screen readers."""

from PySide6.QtCore import QObject

from app.clock_time import clock_text
from app.view_models.drafts.prompt_blocks import PromptBlock
from app.view_models.drafts.prompt_lane import PromptLane


class PromptLaneTexts(QObject):
    """Makes the texts of a PromptLane."""

    def __init__(self, lane: PromptLane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lane = lane

    def name(self) -> str:
        """What the lane is called."""
        return self.tr("Prompts along time")

    def help(self) -> str:
        """How to use it."""
        return self.tr(
            "Prompts of the sound above, or, in a dashed frame, of the next take, whose length "
            "may be another. Double-click where another one should "
            "begin, click a text to change it, drag a border to move it. By keyboard: Insert "
            "adds, Enter edits, Left and Right choose, with Shift they move, Delete takes out."
        )

    def hint(self) -> str:
        """The hint on the lane while there is only one prompt."""
        return self.tr("Double-click where another prompt should begin")

    def prompt(self, block: PromptBlock) -> str:
        """A prompt on one line."""
        return " ".join(block.prompt.split()) or self.tr("without a prompt")

    def next_take(self) -> str:
        """That the lane shows the next take, and where that ends if not where the clip does.

        Empty where it shows what is above. Prompts that begin after the end are counted: they go
        once the length is settled.
        """
        lane = self._lane
        end, count = exact_clock(lane.duration_s), lane.num_beyond
        if count:
            return self.tr("Next take, to {time}; {count} after it").format(time=end, count=count)
        if not lane.is_draft:
            return ""
        return (
            self.tr("Next take")
            if lane.shares_axis
            else self.tr("Next take, to {time}").format(time=end)
        )

    def accessible_text(self) -> str:
        """The selected block, for screen readers."""
        blocks = self._lane.blocks
        place = min(self._lane.chosen, len(blocks) - 1)
        block = blocks[place]
        text = self.tr("{number} of {all}, from {start} to {stop}: {prompt}").format(
            number=place + 1,
            all=len(blocks),
            start=exact_clock(block.start_s),
            stop=exact_clock(block.stop_s),
            prompt=self.prompt(block),
        )
        return ". ".join(filter(None, (self.next_take(), text)))


def exact_clock(time_s: float) -> str:
    """`0:08`, `0:08.5`: tenths where there are any."""
    return clock_text(time_s, 0 if abs(time_s - round(time_s)) < 0.05 else 1)
