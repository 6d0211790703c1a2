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
            "Prompts of the next take along its time. Double-click where another one should "
            "begin, click a text to change it, drag a border to move it. By keyboard: Insert "
            "adds, Enter edits, Left and Right choose, with Shift they move, Delete takes out."
        )

    def hint(self) -> str:
        """The hint on the lane while there is only one prompt."""
        return self.tr("Double-click where another prompt should begin")

    def prompt(self, block: PromptBlock) -> str:
        """A prompt on one line."""
        return " ".join(block.prompt.split()) or self.tr("without a prompt")

    def end(self) -> str:
        """Where the next take ends, if the clip shown is longer or shorter, or prompts begin later.

        Prompts that begin after the end are counted: a longer take would use them.
        """
        lane = self._lane
        end, count = exact_clock(lane.duration_s), lane.num_beyond
        if count:
            return self.tr("to {time}, {count} later").format(time=end, count=count)
        return self.tr("to {time}").format(time=end) if lane.has_other_axis else ""

    def accessible_text(self) -> str:
        """The selected block, for screen readers."""
        blocks = self._lane.blocks
        place = min(self._lane.chosen, len(blocks) - 1)
        block = blocks[place]
        return self.tr("{number} of {all}, from {start} to {stop}: {prompt}").format(
            number=place + 1,
            all=len(blocks),
            start=exact_clock(block.start_s),
            stop=exact_clock(block.stop_s),
            prompt=self.prompt(block),
        )


def exact_clock(time_s: float) -> str:
    """`0:08`, `0:08.5`: tenths where there are any."""
    return clock_text(time_s, 0 if abs(time_s - round(time_s)) < 0.05 else 1)
