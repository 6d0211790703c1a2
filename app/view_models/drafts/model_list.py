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
    """State of the shelf; whoever looks at the disk and the hub answers its wishes.

    Attributes:
        models: All that were found; empty before the first look.
        current: The chosen model; None until it was looked at.
        folders: Folders that the person added.
        recent: Models that were chosen, the last one first.
        downloading: Hub id of the model on its way here; empty without one.
        received_bytes, total_bytes: How far it is.
        problem: What went wrong last; empty when nothing did.

    Signals:
        changed: Something of this is different.
        current_changed: The chosen model is known now, or another.
        look_wanted, describe_wanted, download_wanted, remove_wanted: Wishes, with the folders or
            the model's name, and a Progress for a download.
    """

    changed = Signal()
    current_changed = Signal()
    look_wanted = Signal(object)
    describe_wanted = Signal(str)
    download_wanted = Signal(str, object)
    remove_wanted = Signal(str)

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
        """What everything that was downloaded takes."""
        here = (Place.DOWNLOADED, Place.PARTIAL)
        return sum(model.disk_bytes for model in self.models if model.place in here)

    def find(self, source: str) -> ListedModel | None:
        """The model of this name, where it was found."""
        return next((model for model in self.models if model.source == source), None)

    def window_s(self, source: str) -> float | None:
        """Length of the clips that a model was trained on; None where it is not known."""
        chosen = self.current if self.current and self.current.source == source else None
        model = chosen or self.find(source)
        card = model.card if model else None
        return card.window_frames / MelParams().frames_per_second if card else None

    def look(self) -> None:
        """Wish for a look at everything."""
        self.look_wanted.emit(tuple(self.folders))

    @Slot()
    def describe_current(self) -> None:
        """Wish for a look at the chosen model."""
        self.describe_wanted.emit(self._draft.value("model"))

    @Slot(object)
    def show(self, models: Sequence[ListedModel]) -> None:
        """Take what a look found."""
        self.models = tuple(models)
        self.changed.emit()

    @Slot(object)
    def show_current(self, model: ListedModel) -> None:
        """Take what is known of the chosen model: its usual settings become the usual ones."""
        if model.source != self._draft.value("model"):
            return
        self.current = model
        if model.card is not None:
            self._draft.set_defaults(
                {
                    "guidance_scale": model.card.guidance_scale,
                    "num_inference_steps": model.card.num_inference_steps,
                }
            )
        self.current_changed.emit()

    def choose(self, source: str) -> None:
        """Make the next sounds with this model."""
        self._draft.set_value("model", source)

    def add_folder(self, folder: str) -> None:
        """Put a folder of the person's on the model_list."""
        if folder not in self.folders:
            self.folders.append(folder)
        self.look()

    def forget_folder(self, folder: str) -> None:
        """Take a folder off the shelf; its files stay."""
        self.folders.remove(folder)
        self._leave(folder)
        self.look()

    def download(self, source: str) -> None:
        """Wish for a download that was agreed to; one at a time."""
        if self.downloading:
            return
        self._progress = Progress()
        self.downloading, self.problem = source, ""
        self.received_bytes = self.total_bytes = 0
        self.changed.emit()
        self.download_wanted.emit(source, self._progress)

    def cancel_download(self) -> None:
        """Break the download off; what has arrived is kept."""
        self._progress.cancel()

    def remove(self, source: str) -> None:
        """Wish for the end of what was downloaded of a model."""
        self._leave(source)
        self.remove_wanted.emit(source)

    @Slot(object)
    def note_bytes(self, event: BytesReceived) -> None:
        """A download came further."""
        self.received_bytes, self.total_bytes = event.received, event.total
        self.changed.emit()

    @Slot(object)
    def finish(self, error: TesseraError | None = None) -> None:
        """A download or a removal ended, well or not: look again."""
        self.downloading = ""
        self.problem = str(error) if error else ""
        self.look()
        self.describe_current()
        self.changed.emit()

    def to_json(self) -> str:
        """Folders and recent models, to be remembered."""
        return json.dumps({"folders": self.folders, "recent": self.recent})

    def restore(self, text: str) -> None:
        """Take up remembered folders and recent models; what cannot be read is left out."""
        try:
            stored = json.loads(text)
            folders, recent = list(map(str, stored["folders"])), list(map(str, stored["recent"]))
        except (ValueError, TypeError, KeyError):
            return
        self.folders, self.recent = folders, recent[:_MOST_RECENT]

    def _leave(self, source: str) -> None:
        """A model goes away: where it is the chosen one, the bundled one takes its place."""
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
