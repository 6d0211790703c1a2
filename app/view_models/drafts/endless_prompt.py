"""The prompt that an endless sound is made to: what is typed while it plays is followed."""

from contextlib import suppress
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.view_models.drafts.request_draft import RequestDraft
from core.api.errors import InvalidRequestError
from core.api.request import GenerationRequest

_SETTLE_MS = 1000  # so that nothing is made to half a word


class EndlessPrompt(QObject):
    """Follows the prompt of a draft from the start of an endless run to its end.

    Signals:
        changed: The next stretch is made to another prompt.
    """

    changed = Signal(str)

    def __init__(self, draft: RequestDraft, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._draft = draft
        self._request: GenerationRequest | None = None
        self._prompt = ""  # replaced in the window's thread, read in the engine's
        self._settled = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._settled.timeout.connect(self._follow)
        draft.changed.connect(self._on_draft_changed)

    def now(self) -> str:
        """The prompt of the next stretch; safe from any thread."""
        return self._prompt

    def begin(self, request: GenerationRequest) -> None:
        """An endless run starts with its own prompt; only what is typed from now on counts."""
        self._request, self._prompt = request, request.prompt

    def end(self) -> None:
        """The run is over."""
        self._request = None
        self._settled.stop()

    @Slot(str)
    def _on_draft_changed(self, field: str) -> None:
        if field == "prompt" and self._request is not None:
            self._settled.start()

    @Slot()
    def _follow(self) -> None:
        prompt = str(self._draft.value("prompt"))
        if self._request is None or prompt == self._prompt:
            return
        with suppress(InvalidRequestError):  # the panel says why; the sound keeps its prompt
            self._prompt = replace(self._request, prompt=prompt).prompt
            self.changed.emit(prompt)
