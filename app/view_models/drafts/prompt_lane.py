"""The prompts of what is on show, or of the next take, along time."""

from PySide6.QtCore import QObject, Signal, Slot

from app.view_models.drafts.model_list import ModelListModel
from app.view_models.drafts.prompt_blocks import (
    PromptBlock,
    Segments,
    blocks_of,
    inserted,
    moved,
    prompts_of,
    removed,
    with_prompt,
)
from app.view_models.drafts.request_draft import RequestDraft
from app.view_models.transport.transport import TransportModel
from app.view_models.viewer.shown_take import ShownTakeModel
from app.view_models.viewer.spectrogram import SpectrogramModel
from core.api.request import MAX_PROMPT_CHARACTERS, PromptSegment

FADE_SHARE, LONGEST_FADE_S = 4, 12.0  # of the model's window, as in the denoiser
_SAME_LENGTH_S = 0.1


class PromptLane(QObject):
    """Shows prompts as blocks, and changes them.

    They are those of the take or run on show, until a person changes the draft; then those of the
    draft. A change of what is on show becomes the draft. A drag or an insertion changes the draft
    only when it ends, so that it is one step to undo.

    Args:
        draft: The draft; its prompt is the first block's.
        model_list: Knows the length of the chosen model's fades.
        shown: What the clip was made from.
        spectrogram: The clip shown; the lane shares its time axis if it is as long.
        transport: Knows where the play head is.
        parent: Owner.

    Attributes:
        chosen: The index of the selected block, on which keys act.

    Signals:
        changed: The blocks, the selection or the axis have changed.
    """

    changed = Signal()

    def __init__(
        self,
        draft: RequestDraft,
        model_list: ModelListModel,
        *,
        shown: ShownTakeModel,
        spectrogram: SpectrogramModel,
        transport: TransportModel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._draft, self._model_list = draft, model_list
        self._shown, self._spectrogram, self._transport = shown, spectrogram, transport
        self._shown_id = ""
        self._of_shown: Segments = ()
        self._follows_shown = False
        self._pending: Segments | None = None
        self._inserted_index: int | None = None
        self._clip_range_s = (0.0, 0.0)
        self.chosen = 0
        draft.changed.connect(self._on_draft_changed)
        model_list.current_changed.connect(self.changed)
        shown.changed.connect(self._on_shown_changed)
        spectrogram.reset.connect(self.changed)
        spectrogram.extended.connect(self.changed)

    @property
    def _is_of_shown(self) -> bool:
        return self._follows_shown and not self._spectrogram.is_empty

    @property
    def duration_s(self) -> float:
        """Length of what the prompts are about."""
        if self._is_of_shown:
            return self._spectrogram.duration_s
        return float(self._draft.value("duration_s"))

    @property
    def segments(self) -> Segments:
        """All prompts, with the current drag or insertion applied; at least one."""
        if self._pending is not None:
            return self._pending
        if self._is_of_shown:
            return self._of_shown
        prompt = str(self._draft.value("prompt"))[:MAX_PROMPT_CHARACTERS]
        return self._draft.value("segments") or (PromptSegment(0.0, prompt),)

    @property
    def blocks(self) -> tuple[PromptBlock, ...]:
        """The prompts that will be heard; they cover the take exactly once."""
        return blocks_of(self.segments, self.duration_s)

    @property
    def num_beyond(self) -> int:
        """How many prompts begin after the end of the take."""
        return len(self.segments) - len(self.blocks)

    @property
    def fade_s(self) -> float:
        """Length of the fade between two prompts; 0 while the model is unknown."""
        card = self._model_list.current.card if self._model_list.current else None
        frames_per_second = self._spectrogram.params.frames_per_second
        if card is None:
            return 0.0
        return min(card.window_frames / FADE_SHARE / frames_per_second, LONGEST_FADE_S)

    @property
    def shares_axis(self) -> bool:
        """Whether the clip shown is as long as the lane, so that both share an axis."""
        return abs(self._spectrogram.duration_s - self.duration_s) < _SAME_LENGTH_S

    @property
    def is_draft(self) -> bool:
        """Whether it shows a next take that differs from the clip above in prompts or length."""
        is_same = self.shares_axis and self.segments == self._of_shown
        return not (self._spectrogram.is_empty or is_same)

    @property
    def visible_s(self) -> tuple[float, float]:
        """The range to draw, in seconds."""
        start_s, stop_s = self._clip_range_s
        if self.shares_axis and stop_s > start_s:
            return start_s, stop_s
        return 0.0, self.duration_s

    @property
    def insert_time_s(self) -> float:
        """Where a new prompt would begin: at the play head, else in the middle of the selected."""
        head_s = self._transport.position_s
        if self.shares_axis and 0.0 < head_s < self.duration_s:
            return head_s
        return self.blocks[self.chosen].middle_s

    @Slot(float, float)
    def show_range(self, start_s: float, stop_s: float) -> None:
        """Take the visible range of the clip."""
        if self._clip_range_s != (start_s, stop_s):
            self._clip_range_s = (start_s, stop_s)
            self.changed.emit()

    def choose(self, index: int) -> None:
        """Select a block."""
        index = max(0, min(index, len(self.blocks) - 1))
        if self.chosen != index:
            self.chosen = index
            self.changed.emit()

    def begin_insert(self, time_s: float) -> bool:
        """Insert a block that `rename` or `cancel_drag` completes; return False if none fits."""
        try:
            self._pending, self._inserted_index = inserted(self.segments, time_s, self.duration_s)
        except ValueError:
            return False
        self.chosen = self._inserted_index
        self.changed.emit()
        return True

    def hold(self) -> None:
        """Keep the prompts while one is edited, whatever comes on show, until it is renamed."""
        self._pending = self.segments

    def drag_to(self, index: int, time_s: float) -> None:
        """Drag the start of a block, until `finish_drag` or `cancel_drag`."""
        self._pending = moved(self.segments, index, time_s, self.duration_s)
        self.chosen = index
        self.changed.emit()

    def finish_drag(self) -> None:
        """End a drag and write its result into the draft."""
        if self._pending is not None:
            self._write(self._pending)

    def cancel_drag(self) -> None:
        """Undo the current drag or insertion."""
        self._pending = self._inserted_index = None
        self.choose(self.chosen)
        self.changed.emit()

    def move(self, time_s: float) -> None:
        """Let the selected block begin at another moment."""
        self._write(moved(self.segments, self.chosen, time_s, self.duration_s))

    def rename(self, index: int, prompt: str) -> None:
        """Give a block another prompt; an insertion without one is cancelled."""
        if self._inserted_index == index and not prompt.strip():
            self.cancel_drag()
        else:
            self._write(with_prompt(self.segments, index, prompt))

    def remove(self, index: int) -> None:
        """Remove a block; the one before it takes its time."""
        self._write(removed(self.segments, index))

    def _write(self, segments: Segments) -> None:
        """Write the prompts into the draft, with the length they were seen over."""
        duration_s = round(self.duration_s, 1)
        self._pending = self._inserted_index = None
        if self._follows_shown:
            self._draft.set_value("duration_s", duration_s)
        if len(segments) > 1:
            self._draft.set_value("segments", segments)
        else:
            self._draft.fill({"segments": (), "prompt": segments[0].prompt})
        self.choose(self.chosen)
        self.changed.emit()

    @Slot(str)
    def _on_draft_changed(self, field: str) -> None:
        if field in ("prompt", "segments", "duration_s"):
            self._follows_shown = False
            self._pending = self._inserted_index = None
            self.choose(self.chosen)
            self.changed.emit()

    @Slot()
    def _on_shown_changed(self) -> None:
        """Show the prompts of another clip, unless one is being edited."""
        request = self._shown.request
        self._of_shown = prompts_of(request) if request is not None else ()
        if self._shown_id != self._shown.take_id:
            self._shown_id = self._shown.take_id
            follows = self._follows_shown or self._pending is None
            self._follows_shown = follows and request is not None
        self.choose(self.chosen)
        self.changed.emit()
