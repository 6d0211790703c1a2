"""The status of the run: stage, progress, time left, and how it ended."""

import time
from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QObject, Signal, Slot

from app.view_models.takes.run_timing import RemainingTime
from core.api.events import BytesReceived, DenoisingStep, Stage, StageFinished
from core.api.request import GenerationRequest

_BY_ITSELF_S = 1.0  # after its end a run is heard within that time, or because a person plays it


class Outcome(StrEnum):
    """How the last run ended."""

    NONE = "none"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    FAILED = "failed"


class RunStatusModel(QObject):
    """The status of the run, as the status line shows it.

    Attributes:
        stage: The current stage; None without a run.
        step: Denoising steps done, of `num_steps`.
        fraction: How much of the stage is done, 0 to 1; None if unknown.
        notice: The engine's last notice.
        error: Why the last run failed.
        outcome: How the last run ended.
        first_sound_s: How long after its start the last run was heard by itself; None = not yet.
        ahead_s: Seconds of an endless sound that are made and not heard yet; None for others.
        prompt: What an endless sound goes on to, where that was changed; empty otherwise.
        is_slow: Whether an endless sound is made slower than it plays.
        took_s: How long the last run took, in seconds.
        stages_took_s: The same for each stage that has ended.
    """

    changed = Signal()

    def __init__(
        self, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._remaining = RemainingTime()
        self._started_s = 0.0
        self._forget()

    def _forget(self) -> None:
        self.stage: Stage | None = None
        self.stages_took_s: dict[Stage, float] = {}
        self.step = self.num_steps = 0
        self.fraction: float | None = None
        self.notice = ""
        self.error: BaseException | None = None
        self.outcome = Outcome.NONE
        self.took_s = 0.0
        self.ahead_s: int | None = None
        self.prompt = ""
        self.is_slow = False
        self.first_sound_s: float | None = None

    @property
    def remaining_s(self) -> float | None:
        """Estimated seconds to the end of the run; None if unknown."""
        if self.ahead_s is not None:
            return None
        return self._remaining.estimate_s(self.fraction or 0.0, self._clock())

    @property
    def run_fraction(self) -> float | None:
        """How much of the whole run is done, 0 to 1; None without a run, or if unknown."""
        remaining_s = self.remaining_s
        if self.stage is None or remaining_s is None or not self._remaining.knows_every_pace:
            return None
        elapsed_s = self._clock() - self._started_s
        return elapsed_s / max(elapsed_s + remaining_s, 1e-9)

    def begin_run(self, request: GenerationRequest) -> None:
        """Note the start of a run; until the first event, the model may still be loading."""
        self._forget()
        self.stage = Stage.LOADING
        self._started_s = self._clock()
        self._remaining.begin_run(request.duration_s, request.denoising_steps)
        self.changed.emit()

    def begin_stage(self, stage: Stage) -> None:
        """Note the start of a stage."""
        self.stage, self.fraction = stage, None
        self._remaining.begin_stage(stage, self._clock())
        self.changed.emit()

    def finish_stage(self, event: StageFinished) -> None:
        """Note the end of a stage, which is shown until the next one begins."""
        self._remaining.finish_stage(event.stage, event.duration_s)
        took_s = self.stages_took_s.get(event.stage, 0.0)  # an endless sound comes back to it
        self.stages_took_s[event.stage] = took_s + event.duration_s
        if self.stage is event.stage:
            self.note_fraction(1.0)

    def note_step(self, event: DenoisingStep) -> None:
        """Note a denoising step."""
        if self.step != event.step:
            self.step, self.num_steps = event.step, event.num_steps
            if self.stage is not Stage.DECODING:  # a long clip's last step ends while it is decoded
                self.fraction = event.step / event.num_steps
            self.changed.emit()

    def note_bytes(self, event: BytesReceived) -> None:
        """Note the progress of a download."""
        self.note_fraction(event.received / event.total if event.total else 0.0)

    def note_fraction(self, fraction: float) -> None:
        """Note how much of the current stage is done."""
        if self.fraction != fraction:
            self.fraction = fraction
            self.changed.emit()

    def note_notice(self, sentence: str) -> None:
        """Show a notice of the engine."""
        if self.notice != sentence:
            self.notice = sentence
            self.changed.emit()

    def note_heard(self) -> None:
        """Note that the first samples of the run were heard; a later play says nothing of it."""
        heard_s = self._clock() - self._started_s
        is_played_later = self.outcome is not Outcome.NONE and heard_s > self.took_s + _BY_ITSELF_S
        if self.first_sound_s is None and not is_played_later:
            self.first_sound_s = heard_s
            self.changed.emit()

    def note_ahead(self, ahead_s: float, *, is_slow: bool) -> None:
        """Note how much of an endless sound is buffered."""
        if self.stage is not None and (self.ahead_s, self.is_slow) != (int(ahead_s), is_slow):
            self.ahead_s, self.is_slow = int(ahead_s), is_slow
            self.changed.emit()

    @Slot(str)
    def note_prompt(self, prompt: str) -> None:
        """Note that an endless sound goes on to another prompt."""
        self.prompt = prompt
        self.changed.emit()

    def finish(self) -> None:
        """Note that the run has finished."""
        self._end(Outcome.FINISHED)

    def cancel(self) -> None:
        """Note that the run was cancelled."""
        self._end(Outcome.CANCELLED)

    def fail(self, error: Exception) -> None:
        """Note that the run failed, or could not begin."""
        self.error = error
        self._end(Outcome.FAILED)

    @Slot(object)
    def note_failure(self, error: BaseException) -> None:
        """Show another error; a run goes on."""
        self.error = error
        self.changed.emit()

    def clear_failure(self) -> None:
        """Clear the error."""
        if self.error is not None:
            self.error = None
            self.changed.emit()

    def _end(self, outcome: Outcome) -> None:
        self.stage, self.fraction, self.outcome = None, None, outcome
        self.took_s = self._clock() - self._started_s
        self.changed.emit()
