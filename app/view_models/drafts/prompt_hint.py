"""Hints about words in the prompts that the chosen model does not know."""

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.view_models.drafts.model_list import ModelListModel
from app.view_models.drafts.request_draft import RequestDraft
from core.api.vocabulary import Hint, Vocabulary

_SETTLE_MS = 400  # so that no hint appears in the middle of a word


class PromptHint(QObject):
    """Looks the prompts up in the model's vocabulary when typing pauses.

    Attributes:
        hint: Unknown words and the nearest known ones; None if all are known.
    """

    changed = Signal()

    def __init__(
        self, draft: RequestDraft, model_list: ModelListModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.hint: Hint | None = None
        self._draft, self._model_list = draft, model_list
        self._timer = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._timer.timeout.connect(self._look_up)
        draft.changed.connect(self._on_draft_changed)
        model_list.current_changed.connect(self._look_up)

    @property
    def model_name(self) -> str:
        """The name of the model whose vocabulary is used."""
        return self._model_list.current.name if self._model_list.current else ""

    @property
    def examples(self) -> tuple[str, ...]:
        """A few sounds that the model knows."""
        return self._vocabulary.examples if self._vocabulary else ()

    @property
    def _vocabulary(self) -> Vocabulary | None:
        return self._model_list.current.vocabulary if self._model_list.current else None

    @Slot(str)
    def _on_draft_changed(self, field: str) -> None:
        if field in ("prompt", "segments", "duration_s"):
            self._timer.start()

    @Slot()
    def _look_up(self) -> None:
        hint = self._vocabulary.hint(*self._draft.prompts) if self._vocabulary else None
        if hint != self.hint:
            self.hint = hint
            self.changed.emit()
