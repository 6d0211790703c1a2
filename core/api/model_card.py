"""The card of a model, its capabilities, and its entry in the list; read without loading it."""

from dataclasses import dataclass
from enum import StrEnum

from core.api.request import Scheduler
from core.api.vocabulary import Vocabulary

PICKLE_SUFFIXES = (".ckpt", ".pth", ".pt", ".bin")
"""Endings of pickles: of a whole model, which is converted before it is used, or of a LoRA."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """A model's description and recommended settings.

    Attributes:
        name: Short name for the window.
        description: One line on what it is.
        licence: SPDX identifier or plain name.
        window_frames: Mel frames of the clips it was trained on.
        guidance_scale: Its recommended guidance.
        guidance_rescale: How far a guided prediction is rescaled to the deviation of the prompt's
            own, 0 to 1; 0 = not at all.
        guidance_timesteps: The cleanest and the noisiest timestep of training that is guided; at
            the others only the prompt is predicted, which is half the work. None = all are guided.
        num_inference_steps: Its recommended number of steps.
        scheduler: Its recommended sampler.
        noise_follows_prompt: Whether the noise of a seed depends on the prompt's words too. Where
            noise sets the rhythm of a small model's sounds, one seed would have one rhythm.
        loudness_lufs: The loudness (ITU-R BS.1770-4) that its takes are brought nearer to; None =
            they stay as the model makes them.
        concepts: Sounds that it can make; empty = unknown.
    """

    name: str
    description: str
    licence: str
    window_frames: int
    guidance_scale: float = 2.5
    guidance_rescale: float = 0.0
    guidance_timesteps: tuple[float, float] | None = None
    num_inference_steps: int = 25
    scheduler: Scheduler = Scheduler.DPM_SOLVER
    noise_follows_prompt: bool = False
    loudness_lufs: float | None = None
    concepts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a model can do with a request, where models differ.

    All of them, unless they speak, make any length, endless sound too; their takes can be repaired,
    continued and looped.

    Attributes:
        max_prompt_tokens: Tokens of a prompt that it reads; later ones have no effect.
        reads_word_order: Whether "a dog barks, then rain" differs from "rain, then a dog barks".
        audio_to_audio: Whether it can start from a sound: its log-mel geometry is known.
        speaks: Whether it speaks a text, which a request then has to state. It does so within its
            own window, and neither longer nor without an end.
        edits_bands: Whether it can make a band of frequencies again: its latents have such an axis.
        guided: Whether guidance acts; a distilled model has learnt it, and gets none.
        reads_negative_prompt: Whether it is led away from a negative prompt.
        sings: Whether it reads lyrics, a tempo and a key. Lyrics have to fit into its own window.
    """

    max_prompt_tokens: int
    reads_word_order: bool
    audio_to_audio: bool
    speaks: bool = False
    edits_bands: bool = True
    guided: bool = True
    reads_negative_prompt: bool = True
    sings: bool = False

    @property
    def limits(self) -> tuple[str, ...]:
        """Sentences for the window on what it cannot do."""
        sentences = [f"Reads the first {self.max_prompt_tokens} tokens of a prompt."]
        if not self.reads_word_order:
            sentences.append("Hears a prompt as a whole: the order of its words matters little.")
        if not self.audio_to_audio:
            sentences.append("Cannot start from a sound: it does not say how it measures sound.")
        if self.speaks:
            sentences.append("Speaks a text, up to the length of its window.")
        if not self.edits_bands:
            sentences.append("Makes all frequencies of a selection again, not a band of them.")
        if not self.guided:
            sentences.append("Was distilled to few steps without guidance.")
        if not self.reads_negative_prompt:
            sentences.append("Reads no negative prompt.")
        return tuple(sentences)


class Place(StrEnum):
    """Where a model is."""

    BUNDLED = "bundled"  # came with Tessera
    FOLDER = "folder"  # a folder of the user
    UNCONVERTED = "unconverted"  # a checkpoint or folder of the user, before its conversion
    CONVERTED = "converted"  # the same, with a converted copy
    DOWNLOADED = "downloaded"  # from the hub, complete
    CACHED = "cached"  # from the hub, complete in Hugging Face's cache, which stays as it is
    PARTIAL = "partial"  # from the hub, interrupted
    HUB = "hub"  # on the hub only


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedModel:
    """A model in the list of the model store, on this machine or not.

    Attributes:
        source: Its name in a request.
        place: Where it is.
        name: Short name for the window.
        description: One line on what it is.
        licence: SPDX identifier or plain name.
        folder: Its folder; empty where there is none. Of an unconverted model, where its copy
            will be.
        disk_bytes: Its size on this disk.
        download_bytes: Approximate size of its download; 0 where there is nothing to download.
        problem: Why it cannot be used, as a sentence; empty where it can.
        card: Its card; None where it is incomplete or not here.
        capabilities: What it can do with a request; None likewise.
        vocabulary: The words it knows; None where it states none.
        text: Its authors' text in Markdown; empty where there is none.
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
        """Whether it can be loaded."""
        return self.card is not None and not self.problem
