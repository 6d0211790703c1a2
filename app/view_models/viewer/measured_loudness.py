"""The loudness of what is on show: of the whole take, and of what is selected of it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.view_models.viewer.selection import SelectionModel
from app.view_models.viewer.shown_take import ShownTakeModel
from core.api.region import Span

if TYPE_CHECKING:  # opens SciPy, which the start need not wait for
    from core.sound_files.level_measurement import SoundLevel

_DELAY_MS = 200  # a selection that is dragged is measured once it rests


class LevelSamples(Protocol):
    """Samples (n,) or (n, channels): an array, or what is computed where it is sliced."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Its lengths."""

    @property
    def ndim(self) -> int:
        """How many there are."""

    def __len__(self) -> int:
        """The first of them."""

    def __getitem__(self, part: slice, /) -> Any:
        """An array of a part."""


@dataclass(frozen=True, slots=True, eq=False)
class LevelQuestion:
    """A sound whose level is wanted.

    Attributes:
        samples: The whole sound, (n,) or (n, channels), full scale = 1; it may lie on the disk.
        sample_rate: Its samples a second.
        span: The samples that count.
        is_selection: Whether they are the selected ones, not the whole sound.
    """

    samples: LevelSamples
    sample_rate: int
    span: Span
    is_selection: bool


class LoudnessModel(QObject):
    """Asks for the level of the sound on show and of its selected stretch, and keeps the answers.

    Signals:
        wanted: A LevelQuestion has to be answered; earlier ones need no answer any more.
        changed: There is another answer, or none.

    Attributes:
        whole: The level of the sound on show; None while it is made or measured.
        selected: That of the selected stretch; None without one, and while it is measured.
    """

    wanted = Signal(object)
    changed = Signal()

    def __init__(
        self, shown: ShownTakeModel, selection: SelectionModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._shown, self._selection = shown, selection
        self.whole: SoundLevel | None = None
        self.selected: SoundLevel | None = None
        self._samples: LevelSamples | None = None
        self._sample_rate = 0
        self._question: LevelQuestion | None = None
        self._timer = QTimer(self, interval=_DELAY_MS, singleShot=True)
        self._timer.timeout.connect(self._ask)
        shown.changed.connect(self._on_shown)
        selection.changed.connect(self._on_selection)

    @property
    def current(self) -> "SoundLevel | None":
        """The level of what is selected, or else of the whole."""
        return self.whole if self._selection.range_s is None else self.selected

    @Slot(object, object)
    def answer(self, question: LevelQuestion, level: "SoundLevel") -> None:
        """Take an answer; one that nobody waits for any more is dropped."""
        if question is not self._question:
            return
        self._question = None
        if question.is_selection:
            self.selected = level
        else:
            self.whole = level
        self.changed.emit()
        self._ask()

    def measure_mix(self, samples: LevelSamples | None, sample_rate: int) -> None:
        """Measure the mix that is shown; None while it changes."""
        self._take(samples, sample_rate)

    @Slot()
    def _on_shown(self) -> None:
        sound = self._shown.take or self._shown.source
        samples = None if sound is None else sound.waveform
        if sound is None or samples is not self._samples:
            self._take(samples, 0 if sound is None else sound.sample_rate)

    def _take(self, samples: LevelSamples | None, sample_rate: int) -> None:
        """Forget what was measured, and ask about other samples."""
        self._samples, self._sample_rate = samples, sample_rate
        self._question = self.whole = self.selected = None
        self.changed.emit()
        self._timer.start()

    @Slot()
    def _on_selection(self) -> None:
        self._question = self.selected = None
        self.changed.emit()
        self._timer.start()

    @Slot()
    def _ask(self) -> None:
        """Ask for what is missing: first the selection, which a person has just made."""
        if self._samples is None or not len(self._samples):
            return
        span, range_s = Span(0, len(self._samples)), self._selection.range_s
        is_selection = False
        if range_s is not None and self.selected is None:
            start, stop = (round(edge_s * self._sample_rate) for edge_s in range_s)
            span, is_selection = Span(start, max(start + 1, stop)).intersect(span), True
        elif self.whole is not None:
            return
        self._question = LevelQuestion(self._samples, self._sample_rate, span, is_selection)
        self.wanted.emit(self._question)
