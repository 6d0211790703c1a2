"""What is said about the prompts along time: on the lane, under the pointer, and read out."""

from PySide6.QtCore import QObject

from app.view_models.drafts.prompt_blocks import PromptBlock
from app.view_models.drafts.prompt_lane import PromptLane
from app.views.texts.units import clock_text


class PromptLaneTexts(QObject):
    """Writes the texts of a PromptLane."""

    def __init__(self, lane: PromptLane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lane = lane

    def name(self) -> str:
        """What the lane is called."""
        return self.tr("Prompts along time")

    def lesson(self) -> str:
        """How to use it."""
        return self.tr(
            "Prompts of the next take along its time. Double-click where another one should "
            "begin, click a text to change it, drag a border to move it. By keyboard: Insert "
            "adds, Enter edits, Left and Right choose, with Shift they move, Delete takes out."
        )

    def invitation(self) -> str:
        """What stands on the lane while there is one prompt alone."""
        return self.tr("Double-click where another prompt should begin")

    def prompt(self, block: PromptBlock) -> str:
        """A prompt on one line."""
        return " ".join(block.prompt.split()) or self.tr("without a prompt")

    def end(self) -> str:
        """Where the coming take ends, if it is not where the clip on show does, or goes on.

        Prompts that begin later are counted: they are heard once the take is longer.
        """
        lane = self._lane
        end, count = exact_clock(lane.duration_s), lane.num_beyond
        if count:
            return self.tr("to {time}, {count} later").format(time=end, count=count)
        return self.tr("to {time}").format(time=end) if lane.has_other_axis else ""

    def spoken(self) -> str:
        """The chosen block, for those who do not see the lane."""
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
