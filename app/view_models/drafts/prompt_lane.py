"""The prompts of the coming take along time, as they are laid, and while one of them is in hand."""

from PySide6.QtCore import QObject, Signal, Slot

from app.view_models.drafts.model_list import ModelListModel
from app.view_models.drafts.prompt_blocks import (
    PromptBlock,
    Segments,
    blocks_of,
    moved,
    renamed,
    with_another,
    without,
)
from app.view_models.drafts.request_draft import RequestDraft
from app.view_models.transport.transport import TransportModel
from app.view_models.viewer.spectrogram import SpectrogramModel
from core.api.request import MAX_PROMPT_CHARACTERS, PromptSegment

FADE_SHARE = 4  # of the model's window, as the denoiser fades
_SAME_LENGTH_S = 0.1


class PromptLane(QObject):
    """Reads the prompts of a draft as blocks, and writes them there.

    What is dragged or newly begun is held here until it is let go of, so that it becomes one step
    of the draft's history.

    Args:
        draft: What is filled in; its prompt is the first block's.
        model_list: Knows how long the chosen model's fades are.
        spectrogram: The clip on show, whose time axis is shared where it is as long.
        transport: Knows where the play head is.
        parent: Owner.

    Attributes:
        chosen: The place of the block that keys act on.

    Signals:
        changed: There is something else to draw.
    """

    changed = Signal()

    def __init__(
        self,
        draft: RequestDraft,
        model_list: ModelListModel,
        spectrogram: SpectrogramModel,
        transport: TransportModel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._draft, self._model_list = draft, model_list
        self._spectrogram, self._transport = spectrogram, transport
        self._held: Segments | None = None
        self._new: int | None = None
        self._clip_range_s = (0.0, 0.0)
        self.chosen = 0
        draft.changed.connect(self._on_draft_changed)
        model_list.current_changed.connect(self.changed)
        spectrogram.reset.connect(self.changed)
        spectrogram.extended.connect(self.changed)

    @property
    def duration_s(self) -> float:
        """Length of the coming take."""
        return float(self._draft.value("duration_s"))

    @property
    def segments(self) -> Segments:
        """All prompts as they stand, one in hand included; one where there is only one."""
        if self._held is not None:
            return self._held
        prompt = str(self._draft.value("prompt"))[:MAX_PROMPT_CHARACTERS]
        return self._draft.value("segments") or (PromptSegment(0.0, prompt),)

    @property
    def blocks(self) -> tuple[PromptBlock, ...]:
        """The prompts that will be heard; together they cover the take."""
        return blocks_of(self.segments, self.duration_s)

    @property
    def num_beyond(self) -> int:
        """How many prompts begin after the end, and are heard once the take is longer."""
        return len(self.segments) - len(self.blocks)

    @property
    def fade_s(self) -> float:
        """How long one prompt fades into the next; 0 where the model is not known yet."""
        card = self._model_list.current.card if self._model_list.current else None
        frames_per_second = self._spectrogram.params.frames_per_second
        return card.window_frames / FADE_SHARE / frames_per_second if card else 0.0

    @property
    def shares_axis(self) -> bool:
        """Whether the clip on show is as long as the coming take: then both share an axis."""
        return abs(self._spectrogram.duration_s - self.duration_s) < _SAME_LENGTH_S

    @property
    def has_other_axis(self) -> bool:
        """Whether a clip is on show that is longer or shorter than the coming take."""
        return not (self._spectrogram.is_empty or self.shares_axis)

    @property
    def visible_s(self) -> tuple[float, float]:
        """The stretch to draw, from and to in seconds."""
        start_s, stop_s = self._clip_range_s
        if self.shares_axis and stop_s > start_s:
            return start_s, stop_s
        return 0.0, self.duration_s

    @property
    def insert_time_s(self) -> float:
        """Where another prompt would begin: at the play head, else half way through the chosen."""
        head_s = self._transport.position_s
        if self.shares_axis and 0.0 < head_s < self.duration_s:
            return head_s
        return self.blocks[self.chosen].middle_s

    @Slot(float, float)
    def show_range(self, start_s: float, stop_s: float) -> None:
        """Another stretch of the clip is on screen."""
        if self._clip_range_s != (start_s, stop_s):
            self._clip_range_s = (start_s, stop_s)
            self.changed.emit()

    def choose(self, place: int) -> None:
        """Let keys act on another block."""
        place = max(0, min(place, len(self.blocks) - 1))
        if self.chosen != place:
            self.chosen = place
            self.changed.emit()

    def begin_insert(self, time_s: float) -> bool:
        """Hold one more block from a moment on, which needs a prompt; False where none fits."""
        try:
            self._held, self._new = with_another(self.segments, time_s, self.duration_s)
        except ValueError:
            return False
        self.chosen = self._new
        self.changed.emit()
        return True

    def drag_to(self, place: int, time_s: float) -> None:
        """Draw a block out to another start, until `finish_drag` or `drop`."""
        self._held = moved(self.segments, place, time_s, self.duration_s)
        self.chosen = place
        self.changed.emit()

    def finish_drag(self) -> None:
        """Lay what is held where it is."""
        if self._held is not None:
            self._lay(self._held)

    def cancel_drag(self) -> None:
        """Take back what is held."""
        self._held = self._new = None
        self.choose(self.chosen)
        self.changed.emit()

    def move(self, time_s: float) -> None:
        """Let the chosen block begin at another moment, at once."""
        self._lay(moved(self.segments, self.chosen, time_s, self.duration_s))

    def rename(self, place: int, prompt: str) -> None:
        """Give a block another prompt; a new one that is left without is taken back."""
        if self._new == place and not prompt.strip():
            self.cancel_drag()
        else:
            self._lay(renamed(self.segments, place, prompt))

    def remove(self, place: int) -> None:
        """Take a block out; what is before it goes on."""
        self._lay(without(self.segments, place))

    def _lay(self, segments: Segments) -> None:
        """Write the prompts into the draft."""
        self._held = self._new = None
        if len(segments) > 1:
            self._draft.set_value("segments", segments)
        else:
            self._draft.fill({"segments": (), "prompt": segments[0].prompt})
        self.choose(self.chosen)
        self.changed.emit()

    @Slot(str)
    def _on_draft_changed(self, field: str) -> None:
        if field in ("prompt", "segments", "duration_s"):
            self._held = self._new = None
            self.choose(self.chosen)
            self.changed.emit()
