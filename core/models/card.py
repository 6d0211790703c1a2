"""A model's own words about itself: tessera.json beside model_index.json, or its family's usual."""

from typing import Any

from core.api.model_card import ModelCard
from core.models.catalog import find_known
from core.models.folder import ModelFolder, read_json

CARD = "tessera.json"
ORIGIN = "origin.json"  # written by a download: where the folder came from, and its licence
WINDOW_FRAMES = 1024  # 10.24 s, which every family was trained on


def read_card(folder: ModelFolder) -> ModelCard:
    """What a person should know about the model in a folder.

    Raises:
        ModelLoadError: tessera.json holds values of the wrong kind.
    """
    values: dict[str, Any] = {**_usual(folder), **_optional_json(folder, CARD)}
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


def _usual(folder: ModelFolder) -> dict[str, Any]:
    """What holds for models of the family that say nothing of themselves."""
    origin, family = _optional_json(folder, ORIGIN), folder.family
    known = find_known(str(origin.get("source", "")))
    return {
        "name": origin.get("source", folder.path.name),
        "description": known.description if known else f"A model of the {family.name} family.",
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
