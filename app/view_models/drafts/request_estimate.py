"""What the drafted request is going to need, kept up to date while it is being filled in."""

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
_UNHEARD = {"prompt", "negative_prompt", "seed", "takes", "strength"}  # change no plan


class EstimateModel(QObject):
    """Asks the engine what the drafted request needs, once it stands still for a moment.

    One question is out at a time; what changes meanwhile is asked about afterwards.

    Attributes:
        estimate: The last answer; None while there is none.
        problem: Why the request cannot be planned as it is; empty when it can.
        engine_ready: Whether there is an engine to ask.

    Signals:
        wanted: This request would be carried out with this configuration: what does it need?
        changed: There is something else to say.
    """

    wanted = Signal(object, object)
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
        self._pace: RunTiming | None = None
        self._asked: tuple[GenerationRequest, EngineConfig] | None = None
        self._is_waiting = self._is_stale = False
        self._timer = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._timer.timeout.connect(self._ask)
        draft.changed.connect(self._on_request_changed)
        engine_draft.changed.connect(self.ask_soon)
        model_list.current_changed.connect(self.changed)

    @property
    def expected_s(self) -> float | None:
        """Seconds that the run will take; None before the first like it."""
        if self._pace is None or self._asked is None:
            return None
        request, config = self._asked
        window_s = self._model_list.window_s(request.model)
        return window_s and self._pace.expected_s(request, config, window_s)

    def use_pace(self, pace: RunTiming) -> None:
        """Tell times as well, from what earlier runs took."""
        self._pace = pace

    @Slot()
    def begin(self) -> None:
        """There is an engine now."""
        self.engine_ready = True
        self.ask_soon()

    @Slot()
    def ask_soon(self) -> None:
        """Something changed that an answer depends on."""
        self._timer.start()

    def learn(
        self, request: GenerationRequest, config: EngineConfig, took_s: dict[Stage, float]
    ) -> None:
        """A run came to its end: remember its pace."""
        window_s = self._model_list.window_s(request.model)
        if self._pace is not None and window_s is not None:
            self._pace.learn(request, config, window_s, took_s)
        self.ask_soon()

    @Slot(object)
    def show(self, answer: Estimate | TesseraError | None) -> None:
        """Take the engine's answer; None where the model is not loaded."""
        self._is_waiting = False
        self.estimate = answer if isinstance(answer, Estimate) else None
        self.problem = str(answer) if isinstance(answer, TesseraError) else ""
        self.changed.emit()
        if self._is_stale:
            self.ask_soon()

    @Slot(str)
    def _on_request_changed(self, field: str) -> None:
        if field not in _UNHEARD:
            self.ask_soon()

    @Slot()
    def _ask(self) -> None:
        self._is_stale = self._is_waiting
        if self._is_waiting or not self.engine_ready:
            return
        try:
            request = replace(self._draft.preview(), prompt="", negative_prompt="")
            self._asked = request, self._engine_draft.to_config()
        except InvalidRequestError as error:
            self.show(error)
        else:
            self._is_waiting = True
            self.wanted.emit(*self._asked)
