"""The settings that an endless sound is made with: what changes while it plays is followed."""

from contextlib import suppress
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.view_models.drafts.request_draft import RequestDraft
from core.api.errors import InvalidRequestError
from core.api.request import FOLLOWED_FIELDS, GenerationRequest

_SETTLE_MS = 1000  # so that nothing is made to half a word


class EndlessSettings(QObject):
    """Follows a draft from the start of an endless run to its end.

    Signals:
        prompt_changed: The next stretch is made to another prompt.
    """

    prompt_changed = Signal(str)

    def __init__(self, draft: RequestDraft, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._draft = draft
        self._is_running = False
        self._request = GenerationRequest()  # replaced in the window's thread, read in the engine's
        self._touched: set[str] = set()
        self._settled = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._settled.timeout.connect(self._follow)
        draft.changed.connect(self._on_draft_changed)

    def now(self) -> GenerationRequest:
        """What the next stretch is made to; safe from any thread."""
        return self._request

    def begin(self, request: GenerationRequest) -> None:
        """An endless run starts with its own request; only what changes from now on counts."""
        self._request, self._is_running = request, True

    def end(self) -> None:
        """The run is over."""
        self._is_running = False
        self._touched.clear()
        self._settled.stop()

    @Slot(str)
    def _on_draft_changed(self, field: str) -> None:
        if field in FOLLOWED_FIELDS and self._is_running:
            self._touched.add(field)
            self._settled.start()

    @Slot()
    def _follow(self) -> None:
        before = request = self._request
        for field in self._touched:
            with suppress(InvalidRequestError):  # the panel says why; the sound keeps its setting
                request = replace(request, **{field: self._draft.value(field)})
        self._touched.clear()
        self._request = request
        if self._request.prompt != before.prompt:
            self.prompt_changed.emit(self._request.prompt)
