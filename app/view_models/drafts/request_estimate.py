"""The memory and time that the drafted request needs, kept up to date as it is filled in."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.view_models.drafts.engine_draft import EngineDraft
from app.view_models.drafts.model_list import ModelListModel
from app.view_models.drafts.request_draft import RequestDraft
from app.view_models.takes.run_timing import RunTiming
from core.api.config import EngineConfig
from core.api.errors import InvalidRequestError, TesseraError
from core.api.estimate import Estimate
from core.api.events import Stage
from core.api.request import GenerationRequest

_SETTLE_MS = 250
_IRRELEVANT = {
    "prompt",
    "negative_prompt",
    "transcription",
    "lyrics",
    "lyrics_language",
    "bpm",
    "key",
    "beats",
    "seed",
    "takes",
    "strength",
}  # fields that change no plan


class EstimateModel(QObject):
    """Requests an estimate from the engine when the draft has not changed for a moment.

    Only one request is open at a time; a change meanwhile leads to another one afterwards.

    Attributes:
        estimate: The last estimate; None while there is none.
        problem: Why the request cannot be planned as it is; empty when it can.
        engine_ready: Whether the engine is loaded.

    Signals:
        requested: An estimate of a request and a configuration is needed.
        changed: The estimate or the problem has changed.
    """

    requested = Signal(object, object)
    changed = Signal()

    def __init__(
        self,
        draft: RequestDraft,
        engine_draft: EngineDraft,
        model_list: ModelListModel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.estimate: Estimate | None = None
        self.problem = ""
        self.engine_ready = False
        self._draft, self._engine_draft, self._model_list = draft, engine_draft, model_list
        self._timing: RunTiming | None = None
        self._requested: tuple[GenerationRequest, EngineConfig] | None = None
        self._is_waiting = self._is_stale = False
        self._timer = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._timer.timeout.connect(self._request_now)
        draft.changed.connect(self._on_request_changed)
        engine_draft.changed.connect(self.request_soon)
        model_list.current_changed.connect(self.changed)

    @property
    def is_awaited(self) -> bool:
        """Whether an answer of the engine is due, which comes once it is not at work."""
        return self._is_waiting or self._timer.isActive()

    @property
    def expected_s(self) -> float | None:
        """Seconds that the run will take; None before the first similar run."""
        if self._timing is None or self._requested is None:
            return None
        request, config = self._requested
        window_s = self._model_list.window_s(request.model)
        return window_s and self._timing.expected_s(request, config, window_s)

    def expected_s_of(self, requests: Sequence[GenerationRequest]) -> float | None:
        """Seconds that requests of one model will take together; None where nobody knows."""
        window_s = self._model_list.window_s(requests[0].model) if requests else None
        if self._timing is None or window_s is None:
            return None
        config = self._engine_draft.to_config()
        expected = [self._timing.expected_s(one, config, window_s) for one in requests]
        known = [one_s for one_s in expected if one_s is not None]
        return sum(known) if len(known) == len(expected) else None

    def use_timing(self, timing: RunTiming) -> None:
        """Estimate times too, from those of earlier runs."""
        self._timing = timing

    @Slot()
    def begin(self) -> None:
        """Note that the engine is loaded."""
        self.engine_ready = True
        self.request_soon()
        self.changed.emit()  # the answer may have to wait for a run

    @Slot()
    def request_soon(self) -> None:
        """Request an estimate when the draft has not changed for a moment."""
        self._timer.start()

    def learn(
        self, request: GenerationRequest, config: EngineConfig, took_s: dict[Stage, float]
    ) -> None:
        """Learn from the times of a finished run."""
        window_s = self._model_list.window_s(request.model)
        if self._timing is not None and window_s is not None:
            self._timing.learn(request, config, window_s, took_s)
        self.request_soon()

    @Slot(object)
    def show(self, answer: Estimate | TesseraError | None) -> None:
        """Take the engine's answer; None if the model is not loaded."""
        self._is_waiting = False
        self.estimate = answer if isinstance(answer, Estimate) else None
        self.problem = str(answer) if isinstance(answer, TesseraError) else ""
        self.changed.emit()
        if self._is_stale:
            self.request_soon()

    @Slot(str)
    def _on_request_changed(self, field: str) -> None:
        if field not in _IRRELEVANT:
            self.request_soon()

    @Slot()
    def _request_now(self) -> None:
        self._is_stale = self._is_waiting
        if self._is_waiting or not self.engine_ready:
            return
        try:
            request = replace(self._draft.preview(), prompt="", negative_prompt="")
            self._requested = request, self._engine_draft.to_config()
        except InvalidRequestError as error:
            self.show(error)
        else:
            self._is_waiting = True
            self.requested.emit(*self._requested)
