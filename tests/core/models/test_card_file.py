import json
from pathlib import Path

import pytest

from core.api.errors import ModelLoadError
from core.models.card_file import read_card
from core.models.folder import open_folder


def test_a_model_without_a_card_gets_the_defaults_of_audioldm(model_folder: Path) -> None:
    card = read_card(open_folder(model_folder))
    assert card.name == model_folder.name
    assert (card.window_frames, card.guidance_scale, card.concepts) == (1024, 2.5, ())
    assert (card.guidance_rescale, card.guidance_timesteps) == (0, None)
    assert not card.noise_follows_prompt  # a seed gives the noise of diffusers
    assert card.loudness_lufs is None  # its samples stay those of diffusers
    assert card.licence == "unknown"


def test_a_models_own_words_win(model_folder: Path) -> None:
    words = {
        "name": "Small sounds",
        "licence": "CC0-1.0",
        "window_frames": 512,
        "guidance_scale": 3.5,
        "guidance_rescale": 0.7,
        "guidance_timesteps": [100, 800],
        "noise_follows_prompt": True,
        "loudness_lufs": -20,
        "concepts": ["church organ", "rain"],
        "of_a_later_version": True,
    }
    (model_folder / "tessera.json").write_text(json.dumps(words))
    card = read_card(open_folder(model_folder))
    assert (card.name, card.licence) == ("Small sounds", "CC0-1.0")
    assert (card.window_frames, card.guidance_scale, card.guidance_rescale) == (512, 3.5, 0.7)
    assert card.guidance_timesteps == (100, 800)
    assert card.concepts == ("church organ", "rain")
    assert card.noise_follows_prompt
    assert card.loudness_lufs == -20.0
    assert card.num_inference_steps == 25


def test_a_known_model_from_the_hub_has_its_description(model_folder: Path) -> None:
    origin = {"source": "cvssp/audioldm-s-full-v2", "licence": "cc-by-nc-sa-4.0"}
    (model_folder / "origin.json").write_text(json.dumps(origin))
    card = read_card(open_folder(model_folder))
    assert card.name == "cvssp/audioldm-s-full-v2"
    assert card.description.startswith("AudioLDM, small")
    assert card.licence == "cc-by-nc-sa-4.0"


@pytest.mark.parametrize(
    "words",
    [
        *({"window_frames": value} for value in ("long", 0)),
        *({"guidance_rescale": value} for value in (-0.1, 1.5)),
        *({"guidance_timesteps": value} for value in (5, [1], [800, 100], [-1, 2], ["low", 3])),
        *({"loudness_lufs": value} for value in ("loud", 3, float("nan"))),
        {"guidance_scale": None},
        {"concepts": 7},
    ],
)
def test_words_of_the_wrong_kind_are_refused(model_folder: Path, words: dict[str, object]) -> None:
    (model_folder / "tessera.json").write_text(json.dumps(words))
    with pytest.raises(ModelLoadError, match=r"tessera\.json holds a value"):
        read_card(open_folder(model_folder))
