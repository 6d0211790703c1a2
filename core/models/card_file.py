"""A model's card: tessera.json beside model_index.json, with defaults of its family."""

from typing import Any

from core.api.model_card import ModelCard
from core.models.catalog import find_known_model
from core.models.folder import ModelFolder, read_json

CARD = "tessera.json"
ORIGIN = "origin.json"  # written by a download: where the folder came from, and its licence
WINDOW_FRAMES = 1024  # 10.24 s, which every family was trained on


def read_card(folder: ModelFolder) -> ModelCard:
    """Read the card of the model in a folder.

    Raises:
        ModelLoadError: tessera.json holds values of the wrong kind.
    """
    values: dict[str, Any] = {**_defaults(folder), **_optional_json(folder, CARD)}
    try:
        card = ModelCard(
            name=str(values["name"]),
            description=str(values["description"]),
            licence=str(values["licence"]),
            window_frames=int(values["window_frames"]),
            guidance_scale=float(values["guidance_scale"]),
            guidance_rescale=float(values["guidance_rescale"]),
            num_inference_steps=int(values["num_inference_steps"]),
            concepts=tuple(map(str, values["concepts"])),
        )
    except (TypeError, ValueError) as error:
        raise folder.refuse(f"{CARD} holds a value of the wrong kind ({error}).") from error
    if card.window_frames < 1:
        raise folder.refuse(f"{CARD} holds a value below 1 for window_frames.")
    if not 0 <= card.guidance_rescale <= 1:
        raise folder.refuse(f"{CARD} holds a value for guidance_rescale that is not 0 to 1.")
    return card


def _defaults(folder: ModelFolder) -> dict[str, Any]:
    """The values for what the model's own file does not say."""
    origin, family = _optional_json(folder, ORIGIN), folder.family
    catalogued = find_known_model(str(origin.get("source", "")))
    return {
        "name": origin.get("source", folder.path.name),
        "description": catalogued.description
        if catalogued
        else f"A model of the {family.name} family.",
        "licence": origin.get("licence", "unknown"),
        "window_frames": WINDOW_FRAMES,
        "guidance_scale": family.guidance_scale,
        "guidance_rescale": 0.0,
        "num_inference_steps": 25,
        "concepts": (),
    }


def _optional_json(folder: ModelFolder, name: str) -> dict[str, Any]:
    file = folder.path / name
    return read_json(file) if file.is_file() else {}
