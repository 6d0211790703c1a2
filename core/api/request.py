"""The request of one generation: values that are checked, stored and repeated."""

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

from core.api.edit import Edit, EditKind
from core.api.errors import InvalidRequestError
from core.api.field_checks import (
    MAX_LYRICS_CHARACTERS,
    MAX_PROMPT_CHARACTERS,
    MAX_SEED,
    as_choice,
    check_number,
    check_prompt,
    check_seed,
    check_whole,
    field_values,
)
from core.api.lora import Lora, as_loras

__all__ = [
    "BUNDLED_MODEL",
    "FOLLOWED_FIELDS",
    "MAX_PROMPT_CHARACTERS",
    "MAX_SEED",
    "EndlessControl",
    "GenerationRequest",
    "PromptSegment",
    "Scheduler",
]

BUNDLED_MODEL = "bundled"
MIN_DURATION_S = 0.1
SLOWEST_BPM, FASTEST_BPM = 30, 300
BEATS = 2, 6
MAX_STEPS = 1000
MAX_GUIDANCE_SCALE = 50.0
QUIETEST_LUFS, LOUDEST_LUFS = -60.0, -5.0


@dataclass(frozen=True, slots=True)
class PromptSegment:
    """A prompt with its start time; it is active until the next one begins.

    Attributes:
        start_s: Seconds from the beginning of the clip.
        prompt: The prompt.
    """

    start_s: float
    prompt: str

    def __post_init__(self) -> None:
        check_number("segments", "The start of a prompt", self.start_s, 0.0, math.inf)
        check_prompt("segments", self.prompt, name=f"prompt at {self.start_s:g} s")


def as_segments(values: object, duration_s: float) -> tuple[PromptSegment, ...]:
    """Segments of a clip of `duration_s`, from segments or plain values of a file.

    Raises:
        InvalidRequestError: The first does not begin at 0, they do not follow each other, or one
            begins after the end.
    """
    if not isinstance(values, list | tuple):
        raise InvalidRequestError("segments", "The prompts along time have to be a list.")
    segments = tuple(map(_as_segment, values))
    if segments and segments[0].start_s != 0:
        raise InvalidRequestError("segments", "The first prompt along time has to begin at 0:00.")
    for before, after in pairwise(segments):
        if after.start_s <= before.start_s:
            raise InvalidRequestError(
                "segments",
                f"The prompts along time have to follow each other: {after.start_s:g} s comes "
                f"after {before.start_s:g} s.",
            )
    if segments and segments[-1].start_s >= duration_s:
        raise InvalidRequestError(
            "segments",
            f"A prompt begins at {segments[-1].start_s:g} s, but the sound is only "
            f"{duration_s:g} s long; make it longer, or move the prompt.",
        )
    return segments


class Scheduler(StrEnum):
    """The sampler of the denoising steps.

    Euler ancestral is the one that draws noise in every step. The others of diffusers that do
    (DDPM, DDIM with eta, DPM-Solver++ SDE) are left out: they solve the same stochastic equation.
    """

    DPM_SOLVER = "dpm-solver++"
    DDIM = "ddim"
    EULER = "euler"
    EULER_ANCESTRAL = "euler-ancestral"
    HEUN = "heun"
    UNIPC = "unipc"
    LMS = "lms"
    PNDM = "pndm"


class Level(StrEnum):
    """The level of a take, where it is no loudness."""

    RECOMMENDED = "recommended"  # what the model's card asks for; unchanged where it says nothing
    UNCHANGED = "unchanged"  # as the model makes the sound


def as_level(value: object) -> Level | float:
    """A level or a loudness in LUFS, from one or a plain value of a file.

    Raises:
        InvalidRequestError: It is neither, or a loudness that is not -60 to -5 LUFS.
    """
    if isinstance(value, str):
        try:
            return Level(value)
        except ValueError as error:
            raise InvalidRequestError(
                "level",
                f"There is no level {value!r}; choose {', '.join(Level)}, or a loudness such as "
                "-20.",
            ) from error
    check_number("level", "The level", value, QUIETEST_LUFS, LOUDEST_LUFS, unit="LUFS")
    assert isinstance(value, int | float)
    return float(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRequest:
    """One generation. Valid by construction: a bad value raises InvalidRequestError.

    Attributes:
        prompt: What to hear; empty = unconditional generation.
        negative_prompt: What it should not sound like.
        transcription: What is spoken, for models that speak: English, or phonemes (IPA) between
            slashes. The prompt then says who speaks, and how.
        lyrics: What is sung, for models that sing: lines, with marks such as [verse] before them.
        lyrics_language: Its language as a code: en, zh, ...
        bpm: Beats a minute, 30 to 300, for such models; None = as the model chooses.
        key: Key and scale, such as C major, for such models; empty = as the model chooses.
        beats: Beats in a bar, 2 to 6, for such models; None = as the model chooses.
        duration_s: Length in seconds, at least 0.1. The result has exactly
            round(duration_s x sample rate) samples.
        num_inference_steps: Denoising steps, 1 to 1000.
        guidance_scale: Strength of classifier-free guidance, 0 to 50; 1 and below is none.
        seed: 0 to 2**64 - 1; the same seed and settings give the same samples.
        scheduler: The sampler.
        init_audio: A sound file to start from instead of noise alone; None = noise.
        strength: With `init_audio`: 0 keeps the sound, 1 leaves almost nothing of it.
        segments: Prompts along time in place of `prompt`: the first at 0, each later than the one
            before, all within the duration; empty = `prompt` throughout.
        model: "bundled", a folder in diffusers' format, or a hub id such as
            "cvssp/audioldm-s-full-v2".
        loras: LoRAs whose changes are merged into the model's weights; they add up.
        draft: Whether to make a quick draft, which takes three tenths of the denoising steps; the
            same request without it makes the sound in full. See `denoising_scheduler`.
        level: What the model recommends, the sound as the model makes it, or a loudness in LUFS
            (ITU-R BS.1770-4), -60 to -5, which the take comes near.
        recording: A sound file that is the take as it is: nothing is generated but by its edits,
            which follow the prompt, the model and its settings. None = a generated sound.
        edits: The edits of the take, in order.
    """

    prompt: str = ""
    negative_prompt: str = ""
    transcription: str = ""
    lyrics: str = ""
    lyrics_language: str = "en"
    bpm: int | None = None
    key: str = ""
    beats: int | None = None
    duration_s: float = 10.0
    num_inference_steps: int = 25
    guidance_scale: float = 3.5
    seed: int = 0
    scheduler: Scheduler = Scheduler.DPM_SOLVER
    init_audio: str | None = None
    strength: float = 0.5
    segments: tuple[PromptSegment, ...] = ()
    model: str = BUNDLED_MODEL
    loras: tuple[Lora, ...] = ()
    draft: bool = False
    level: Level | float = Level.RECOMMENDED
    recording: str | None = None
    edits: tuple[Edit, ...] = ()

    def __post_init__(self) -> None:
        self._check_texts()
        check_number(
            "duration_s", "The duration", self.duration_s, MIN_DURATION_S, math.inf, unit="seconds"
        )
        check_whole(
            "num_inference_steps", "The number of steps", self.num_inference_steps, 1, MAX_STEPS
        )
        check_number("guidance_scale", "The guidance", self.guidance_scale, 0.0, MAX_GUIDANCE_SCALE)
        check_number("strength", "The strength", self.strength, 0.0, 1.0)
        check_seed(self.seed)
        if not isinstance(self.draft, bool):
            raise InvalidRequestError("draft", "Whether it is a draft has to be yes or no.")
        object.__setattr__(self, "segments", as_segments(self.segments, self.duration_s))
        object.__setattr__(self, "loras", as_loras(self.loras))
        object.__setattr__(self, "level", as_level(self.level))
        object.__setattr__(self, "edits", _as_edits(self.edits))
        object.__setattr__(self, "scheduler", as_choice("scheduler", self.scheduler, Scheduler))

    def _check_texts(self) -> None:
        for field in ("prompt", "negative_prompt"):
            check_prompt(field, getattr(self, field))
        check_prompt("transcription", self.transcription, name="text to be spoken")
        check_prompt("lyrics", self.lyrics, name="text to be sung", most=MAX_LYRICS_CHARACTERS)
        check_prompt("lyrics_language", self.lyrics_language, name="language of the lyrics")
        check_prompt("key", self.key)
        if self.bpm is not None:
            check_whole("bpm", "The tempo", self.bpm, SLOWEST_BPM, FASTEST_BPM)
        if self.beats is not None:
            check_whole("beats", "The number of beats in a bar", self.beats, *BEATS)
        if not isinstance(self.init_audio, str | None):
            raise InvalidRequestError("init_audio", "The sound to start from has to be a file.")
        if not isinstance(self.recording, str | None) or self.recording == "":
            raise InvalidRequestError("recording", "A recording has to be a file.")
        if not isinstance(self.model, str) or not self.model.strip():
            raise InvalidRequestError(
                "model", "Please name a model: bundled, a folder or a hub id."
            )

    @property
    def prompts(self) -> tuple[PromptSegment, ...]:
        """The prompts along time; one where there are no segments."""
        return self.segments or (PromptSegment(0.0, self.prompt),)

    @property
    def denoising_steps(self) -> int:
        """The steps that are run: three tenths of them, rounded down, in a draft."""
        return (
            max(1, 3 * self.num_inference_steps // 10) if self.draft else self.num_inference_steps
        )

    @property
    def denoising_scheduler(self) -> Scheduler:
        """The sampler that runs them: UniPC in a draft, whichever was chosen.

        All samplers but Euler ancestral go the same way from noise to sound, and UniPC (Zhao et
        al. 2023, arXiv 2302.04867) stays nearest to it in few steps. Features of the denoiser that
        are kept between steps (DeepCache, Ma et al. 2024, arXiv 2312.00858) gave a result further
        from the full one in the same time.
        """
        return Scheduler.UNIPC if self.draft else self.scheduler

    @property
    def name(self) -> str:
        """A name for files of the take: its prompt, or that of its recording."""
        return self.prompt or (Path(self.recording).stem if self.recording else "")

    @property
    def title(self) -> str:
        """The title of the take on one line: what is spoken, its prompts, new ones of edits."""
        spoken = _on_one_line(self.transcription)
        return f"“{spoken}” {self._title_of_prompts}".rstrip() if spoken else self._title_of_prompts

    @property
    def _title_of_prompts(self) -> str:
        prompts = [_on_one_line(segment.prompt) for segment in self.prompts]
        title = " → ".join(prompt or "…" for prompt in prompts) if self.segments else prompts[0]
        if self.recording is not None:
            title = _on_one_line(Path(self.recording).name)
        of_edits = dict.fromkeys(_on_one_line(edit.prompt) for edit in self.edits)
        others = [prompt for prompt in of_edits if prompt and prompt not in prompts]
        return " + ".join([title or "…", *others]) if others else title

    @property
    def is_loop(self) -> bool:
        """Whether the end leads to the beginning: a loop whose ends are the same since."""
        kinds = [edit.kind for edit in self.edits if not edit.kind.keeps_loop]
        return kinds[-1:] == [EditKind.LOOP]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, the inverse of `from_dict`."""
        edits = [edit.to_dict() for edit in self.edits]
        level = str(self.level) if isinstance(self.level, Level) else self.level
        return {**asdict(self), "scheduler": str(self.scheduler), "level": level, "edits": edits}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Read a request back; entries of newer versions are ignored.

        Raises:
            InvalidRequestError: A known entry has an unusable value, since the values may come
                from a foreign file.
        """
        return cls(**field_values(cls, values))


def _as_segment(value: Any) -> PromptSegment:
    try:
        return value if isinstance(value, PromptSegment) else PromptSegment(**value)
    except TypeError as error:
        raise InvalidRequestError(
            "segments", f"A prompt along time needs a start and a text, not {value!r}."
        ) from error


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _as_edits(values: object) -> tuple[Edit, ...]:
    """Edits, from edits or plain values of a file."""
    if not isinstance(values, list | tuple):
        raise InvalidRequestError("edits", "The edits have to be a list.")
    try:
        return tuple(
            value if isinstance(value, Edit) else Edit.from_dict(value) for value in values
        )
    except InvalidRequestError as error:
        raise InvalidRequestError("edits", f"One of the edits cannot be used. {error}") from error


FOLLOWED_FIELDS = (
    "prompt",
    "negative_prompt",
    "guidance_scale",
    "num_inference_steps",
    "scheduler",
    "draft",
)
"""What an endless sound follows from one stretch to the next; the rest is as at its beginning."""


@dataclass(frozen=True, slots=True)
class EndlessControl:
    """What the maker of an endless sound asks before each stretch, in the engine's thread.

    Attributes:
        wants_more: Whether the next stretch should be made now.
        request_now: A request whose `FOLLOWED_FIELDS` it is made with; None = those of the first.
    """

    wants_more: Callable[[], bool] = lambda: True
    request_now: Callable[[], GenerationRequest] | None = None
