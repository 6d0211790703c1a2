"""A model's card: tessera.json beside model_index.json, with defaults of its family."""

from typing import Any

from core.api.model_card import ModelCard
from core.api.request import (
    LOUDEST_LUFS,
    MAX_GUIDANCE_SCALE,
    MAX_STEPS,
    QUIETEST_LUFS,
    Scheduler,
)
from core.models.catalog import find_known_model
from core.models.folder import ModelFolder, read_json
from core.models.snapshot import source_of

CARD = "tessera.json"
ORIGIN = "origin.json"  # written by a download: where the folder came from, and its licence
_MAX_CHARACTERS = 1000
_MAX_WINDOW_FRAMES = 1_000_000


def read_card(folder: ModelFolder) -> ModelCard:
    """Read the card of the model in a folder.

    Raises:
        ModelLoadError: tessera.json holds values of the wrong kind.
    """
    values: dict[str, Any] = {**_defaults(folder), **_optional_json(folder, CARD)}
    try:
        card = ModelCard(
            name=_line(values["name"]),
            description=_line(values["description"]),
            licence=_line(values["licence"]),
            window_frames=int(values["window_frames"]),
            guidance_scale=float(values["guidance_scale"]),
            guidance_rescale=float(values["guidance_rescale"]),
            guidance_timesteps=_optional_interval(values["guidance_timesteps"]),
            num_inference_steps=int(values["num_inference_steps"]),
            scheduler=Scheduler(values["scheduler"]),
            noise_follows_prompt=bool(values["noise_follows_prompt"]),
            loudness_lufs=_optional_number(values["loudness_lufs"]),
            concepts=tuple(map(_line, values["concepts"])),
        )
    except (TypeError, ValueError, OverflowError) as error:
        raise folder.refuse(f"{CARD} holds a value of the wrong kind ({error}).") from error
    if not 1 <= card.window_frames <= _MAX_WINDOW_FRAMES:
        raise folder.refuse(
            f"{CARD} holds a value for window_frames that is not 1 to {_MAX_WINDOW_FRAMES:,}."
        )
    if not 0 <= card.guidance_scale <= MAX_GUIDANCE_SCALE:
        raise folder.refuse(
            f"{CARD} holds a value for guidance_scale that is not 0 to {MAX_GUIDANCE_SCALE:g}."
        )
    if not 1 <= card.num_inference_steps <= MAX_STEPS:
        raise folder.refuse(
            f"{CARD} holds a value for num_inference_steps that is not 1 to {MAX_STEPS:,}."
        )
    if not 0 <= card.guidance_rescale <= 1:
        raise folder.refuse(f"{CARD} holds a value for guidance_rescale that is not 0 to 1.")
    if card.loudness_lufs is not None and not QUIETEST_LUFS <= card.loudness_lufs <= LOUDEST_LUFS:
        raise folder.refuse(
            f"{CARD} holds a value for loudness_lufs that is not {QUIETEST_LUFS:g} to "
            f"{LOUDEST_LUFS:g}."
        )
    return card


def _optional_interval(value: Any) -> tuple[float, float] | None:
    """Two ascending numbers from 0 on.

    Raises:
        TypeError, ValueError: The value is something else.
    """
    if value is None:
        return None
    low, high = map(float, value)
    if not 0 <= low <= high:
        raise ValueError(f"{low:g} to {high:g} is no interval from 0 on")
    return low, high


def _optional_number(value: Any) -> float | None:
    return None if value is None else float(value)


def _line(words: object) -> str:
    """A text of one line that can be shown and written."""
    text = str(words).encode("utf-8", "replace").decode("utf-8")
    return " ".join(text[:_MAX_CHARACTERS].split())


def _defaults(folder: ModelFolder) -> dict[str, Any]:
    """The values for what the model's own file does not say."""
    origin, family = _optional_json(folder, ORIGIN), folder.family
    source = str(origin.get("source", "")) or source_of(folder.path)
    catalogued = find_known_model(source)
    distilled_to = family.distilled_to if folder.is_distilled else None
    return {
        "name": source or folder.path.name,
        "description": catalogued.description
        if catalogued
        else f"A model of the {family.name} family.",
        "licence": origin.get("licence", catalogued.licence if catalogued else "unknown"),
        "window_frames": family.window_frames,
        "guidance_scale": 1.0 if distilled_to else family.guidance_scale,
        "guidance_rescale": 0.0,
        "guidance_timesteps": None,
        "num_inference_steps": distilled_to or family.num_inference_steps,
        "scheduler": family.scheduler,
        "noise_follows_prompt": False,
        "loudness_lufs": None,
        "concepts": (),
    }


def _optional_json(folder: ModelFolder, name: str) -> dict[str, Any]:
    file = folder.path / name
    return read_json(file) if file.is_file() else {}
