"""A model store without a disk and without a hub."""

import threading

from core.api.errors import Cancelled, TesseraError
from core.api.events import BytesReceived
from core.api.model_card import Capabilities, ListedModel, ModelCard, Place
from core.api.progress import Progress
from core.api.vocabulary import Concept, Vocabulary

HUB_MODEL = "owner/large"
TOTAL_BYTES = 10_000_000
VOCABULARY = Vocabulary(
    concepts=(Concept("violin"), Concept("synth lead")),
    attributes=frozenset(("slow",)),
    related={"theremin": ("synth lead", "violin")},
)


def model(source: str, place: Place, **changes: object) -> ListedModel:
    """A complete model."""
    values = {
        "name": source,
        "description": "Makes sounds.",
        "licence": "Apache-2.0",
        "disk_bytes": 30_000_000,
        "card": ModelCard(
            name=source, description="", licence="", window_frames=512, guidance_scale=2.5
        ),
        "capabilities": Capabilities(
            max_prompt_tokens=126, reads_word_order=False, audio_to_audio=True
        ),
    }
    return ListedModel(source=source, place=place, **{**values, **changes})


class FakeShelf:
    """Holds the bundled model, folders, and one model of the hub.

    Args:
        gate: Held shut, it keeps a download in its middle until it is cancelled.
        error: Ends a download.
    """

    def __init__(
        self, gate: threading.Event | None = None, error: TesseraError | None = None
    ) -> None:
        self.gate, self.error = gate, error
        self.has_arrived = self.is_cached = False
        self.removed: list[str] = []

    def list_models(self, folders: tuple[str, ...]) -> tuple[ListedModel, ...]:
        """All models."""
        return tuple(map(self.describe, ("bundled", *folders, HUB_MODEL)))

    def describe(self, source: str) -> ListedModel:
        """One model."""
        if source == "bundled":
            return model(source, Place.BUNDLED, vocabulary=VOCABULARY, text="# Tessera Small")
        if source.endswith(".ckpt") or (self.is_cached and not self.has_arrived):
            if self.has_arrived:
                return model(source, Place.CONVERTED)
            return model(
                source,
                Place.UNCONVERTED,
                card=None,
                capabilities=None,
                folder="/data/converted",
                download_bytes=TOTAL_BYTES,
            )
        if source != HUB_MODEL:
            bad = "vae/x.safetensors is missing; copy or download the whole model."
            return model(source, Place.FOLDER, card=None, capabilities=None, problem=bad)
        if self.has_arrived:
            deaf = Capabilities(max_prompt_tokens=77, reads_word_order=True, audio_to_audio=False)
            return model(source, Place.DOWNLOADED, capabilities=deaf)
        return model(
            source,
            Place.HUB,
            card=None,
            capabilities=None,
            disk_bytes=0,
            download_bytes=TOTAL_BYTES,
        )

    def download(self, source: str, progress: Progress) -> None:
        """Arrive, half by half."""
        progress.emit(BytesReceived(TOTAL_BYTES // 2, TOTAL_BYTES))
        while self.gate is not None and not self.gate.wait(0.005):
            progress.check_cancelled()
        if progress.cancelled:
            raise Cancelled
        if self.error is not None:
            raise self.error
        progress.emit(BytesReceived(TOTAL_BYTES, TOTAL_BYTES))
        self.has_arrived = True

    def remove(self, source: str) -> None:
        """Be gone."""
        self.removed.append(source)
        self.has_arrived = False
