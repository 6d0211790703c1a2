"""The models to choose from, as the window knows them, and the one that is chosen."""

import json
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, Slot

from app.view_models.drafts.request_draft import RequestDraft
from core.api.errors import TesseraError
from core.api.events import BytesReceived
from core.api.model_card import ListedModel, Place
from core.api.progress import Progress
from core.api.request import BUNDLED_MODEL
from core.mel_scale import MelParams

_MOST_RECENT = 8


class ModelListModel(QObject):
    """The list of models and the chosen one; ModelStoreWorker answers its requests.

    Attributes:
        models: All models found; empty before the first search.
        current: The chosen model; None until it has been described.
        folders: Folders that the person added.
        recent: Models that were chosen, the last one first.
        downloading: Hub id of the model that is being downloaded; empty without one.
        received_bytes, total_bytes: Progress of the download.
        problem: Why the last download or removal failed; empty if it did not.

    Signals:
        changed: Any of these has changed.
        current_changed: `current` has changed.
        search_requested, describe_requested, download_requested, remove_requested: Requests to the
            worker, with the folders or the model's name, and a Progress for a download.
    """

    changed = Signal()
    current_changed = Signal()
    search_requested = Signal(object)
    describe_requested = Signal(object)  # a str of Qt could not hold the name of every folder
    download_requested = Signal(object, object)
    remove_requested = Signal(object)

    def __init__(self, draft: RequestDraft, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._draft = draft
        self._progress = Progress()
        self.models: tuple[ListedModel, ...] = ()
        self.current: ListedModel | None = None
        self.folders: list[str] = []
        self.recent: list[str] = []
        self.downloading = ""
        self.received_bytes = self.total_bytes = 0
        self.problem = ""
        draft.changed.connect(self._on_draft_changed)

    @property
    def disk_bytes(self) -> int:
        """Size of all downloads and converted copies."""
        here = (Place.DOWNLOADED, Place.PARTIAL, Place.CONVERTED)
        return sum(model.disk_bytes for model in self.models if model.place in here)

    def find(self, source: str) -> ListedModel | None:
        """The model of this name; None if it was not found."""
        return next((model for model in self.models if model.source == source), None)

    def window_s(self, source: str) -> float | None:
        """Length of the clips that a model was trained on; None if unknown."""
        chosen = self.current if self.current and self.current.source == source else None
        model = chosen or self.find(source)
        card = model.card if model else None
        return card.window_frames / MelParams().frames_per_second if card else None

    def search(self) -> None:
        """Request a search for all models."""
        self.search_requested.emit(tuple(self.folders))

    @Slot()
    def describe_current(self) -> None:
        """Request a description of the chosen model."""
        self.describe_requested.emit(self._draft.value("model"))

    @Slot(object)
    def show(self, models: Sequence[ListedModel]) -> None:
        """Take the result of a search."""
        self.models = tuple(models)
        self.changed.emit()

    @Slot(object)
    def show_current(self, model: ListedModel) -> None:
        """Take the description of the chosen model; its settings become the draft's defaults."""
        if model.source != self._draft.value("model"):
            return
        self.current = model
        self._draft.capabilities = model.capabilities
        if model.card is not None:
            self._draft.set_defaults(
                {
                    "guidance_scale": model.card.guidance_scale,
                    "num_inference_steps": model.card.num_inference_steps,
                    "scheduler": model.card.scheduler,
                }
            )
        self.current_changed.emit()

    def choose(self, source: str) -> None:
        """Make the next sounds with this model; it is described, even if it was chosen before."""
        if self._draft.value("model") == source:
            self.describe_current()
        else:
            self._draft.set_value("model", source)

    def add_folder(self, folder: str) -> None:
        """Put a folder of the person's on the list."""
        if folder not in self.folders:
            self.folders.append(folder)
        self.search()

    def forget_folder(self, folder: str) -> None:
        """Remove a folder from the list; its files stay."""
        self.folders.remove(folder)
        self._leave(folder)
        self.search()

    def download(self, source: str) -> None:
        """Request a download or conversion that the person has agreed to; one at a time."""
        if self.downloading:
            return
        self._progress = Progress()
        self.downloading, self.problem = source, ""
        self.received_bytes = self.total_bytes = 0
        self.changed.emit()
        self.download_requested.emit(source, self._progress)

    def cancel_download(self) -> None:
        """Cancel the download; what has arrived is kept."""
        self._progress.cancel()

    def remove(self, source: str) -> None:
        """Request that a model's downloaded files be removed."""
        self._leave(source)
        self.remove_requested.emit(source)

    @Slot(object)
    def show_progress(self, event: BytesReceived) -> None:
        """Take the progress of a download."""
        self.received_bytes, self.total_bytes = event.received, event.total
        self.changed.emit()

    @Slot(object)
    def finish(self, error: TesseraError | None = None) -> None:
        """Take the end of a download or a removal, and search again."""
        self.downloading = ""
        self.problem = str(error) if error else ""
        self.search()
        self.describe_current()
        self.changed.emit()

    def to_json(self) -> str:
        """Return folders and recent models as JSON, to be kept until the next start."""
        return json.dumps({"folders": self.folders, "recent": self.recent})

    def restore(self, text: str) -> None:
        """Restore folders and recent models of `to_json`; change nothing if they cannot be read."""
        try:
            stored = json.loads(text)
            folders, recent = list(map(str, stored["folders"])), list(map(str, stored["recent"]))
        except (ValueError, TypeError, KeyError):
            return
        self.folders, self.recent = folders, recent[:_MOST_RECENT]

    def _leave(self, source: str) -> None:
        """Forget a model; if it is the chosen one, choose the bundled one."""
        self.recent = [one for one in self.recent if one != source]
        if self._draft.value("model") == source:
            self._draft.set_value("model", BUNDLED_MODEL)

    @Slot(str)
    def _on_draft_changed(self, field: str) -> None:
        if field == "model":
            source = self._draft.value("model")
            self.recent = [source, *(one for one in self.recent if one != source)][:_MOST_RECENT]
            self.current = None
            self.current_changed.emit()
            self.describe_current()
            self.changed.emit()
