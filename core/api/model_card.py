"""What a person should know about a model before using it; no network is needed to say it."""

from dataclasses import dataclass
from enum import StrEnum

from core.api.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """What a person should know about a model before using it.

    Attributes:
        name: Short name for the window.
        description: One line on what it is.
        licence: SPDX identifier or plain name.
        window_frames: Mel frames of the clips it was trained on.
        guidance_scale: Its recommended guidance.
        guidance_rescale: How far a guided prediction is brought back to the deviation of the
            prompt's own, 0 to 1; 0 = left as it is.
        num_inference_steps: Its recommended number of steps.
        concepts: Words it is known to understand; empty = unknown.
    """

    name: str
    description: str
    licence: str
    window_frames: int
    guidance_scale: float = 2.5
    guidance_rescale: float = 0.0
    num_inference_steps: int = 25
    concepts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a model can do with a request, where models differ.

    All of them read a negative prompt and make any length, endless sound too; their takes can be
    repaired, continued and made loops of.

    Attributes:
        max_prompt_tokens: Tokens of a prompt that it reads; later ones go unheard.
        reads_word_order: Whether it tells "a dog barks, then rain" from "rain, then a dog barks".
        audio_to_audio: Whether it can start from a sound: its log-mel spectrograms are known.
    """

    max_prompt_tokens: int
    reads_word_order: bool
    audio_to_audio: bool

    @property
    def limits(self) -> tuple[str, ...]:
        """What it cannot do, in sentences for the window."""
        sentences = [f"Reads the first {self.max_prompt_tokens} tokens of a prompt."]
        if not self.reads_word_order:
            sentences.append("Hears a prompt as a whole: the order of its words matters little.")
        if not self.audio_to_audio:
            sentences.append("Cannot start from a sound: it does not say how it measures sound.")
        return tuple(sentences)


class Place(StrEnum):
    """Where a model is."""

    BUNDLED = "bundled"  # came with Tessera
    FOLDER = "folder"  # a folder the person named
    DOWNLOADED = "downloaded"  # from the hub, whole
    PARTIAL = "partial"  # from the hub, broken off
    HUB = "hub"  # on the hub alone


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedModel:
    """A model as the shelf finds it, on this machine or not.

    Attributes:
        source: As a request names it.
        place: Where it is.
        name: Short name for the window.
        description: One line on what it is.
        licence: SPDX identifier or plain name.
        folder: Its folder; empty while there is none.
        disk_bytes: What it takes on this disk.
        download_bytes: About what a download takes in all; 0 where there is nothing to download.
        problem: Why it cannot be used, as a sentence; empty when it can.
        card: Its card; None where it is incomplete or not here.
        capabilities: What it can do with a request; None likewise.
        vocabulary: The words it knows; None when it does not say.
        text: What its authors say of it, in Markdown; empty where they say nothing.
    """

    source: str
    place: Place
    name: str
    description: str
    licence: str
    folder: str = ""
    disk_bytes: int = 0
    download_bytes: int = 0
    problem: str = ""
    card: ModelCard | None = None
    capabilities: Capabilities | None = None
    vocabulary: Vocabulary | None = None
    text: str = ""

    @property
    def is_usable(self) -> bool:
        """Whether it can be loaded as it is."""
        return self.card is not None and not self.problem
