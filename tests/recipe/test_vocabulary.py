"""The bundled model's vocabulary finds the unknown words of a prompt."""

import json
from dataclasses import replace

import pytest
from bundled_model.captions.related import RELATED
from bundled_model.captions.scenes import SCENES
from bundled_model.captions.telling import TELLING, TELLING_OF_RECORDED
from bundled_model.data.concepts import CONCEPT_NAMES, CONCEPTS, PLAYED
from bundled_model.export.card import readme, tessera_card
from bundled_model.export.vocabulary import vocabulary

from core.api.vocabulary import Vocabulary
from core.models.folder import BUNDLED_FOLDER, open_folder, read_json
from core.models.vocabulary_file import read_vocabulary


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    """The vocabulary as the app reads it from the bundled model."""
    words = read_vocabulary(open_folder(BUNDLED_FOLDER))
    assert words is not None
    return words


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    """The vocabulary that the recipe writes now: the bundled model has an older one."""
    folder = tmp_path_factory.mktemp("model")
    (folder / "concepts.json").write_text(json.dumps(vocabulary()))
    words = read_vocabulary(replace(open_folder(BUNDLED_FOLDER), path=folder))
    assert words is not None
    return words


def test_the_recipe_knows_all_that_the_bundled_model_knows() -> None:
    known = {name for concept in CONCEPTS for name in concept.names}
    assert set(read_json(BUNDLED_FOLDER / "tessera.json")["concepts"]) <= known
    assert set(tessera_card()["concepts"]) == set(CONCEPT_NAMES)
    assert "## Licence" in readme()


def test_concepts_have_scenes_of_their_own() -> None:
    assert set(SCENES) <= set(CONCEPT_NAMES)
    described = [scene for scenes in SCENES.values() for scene in scenes]
    assert min(len(SCENES[concept.name]) for concept in PLAYED) >= 50
    assert len(described) == len(set(described))
    assert all(scene == scene.lower().strip() for scene in described)


def test_names_and_synonyms_are_understood(written: Vocabulary) -> None:
    names = [name for concept in CONCEPTS for name in concept.names]
    assert [name for name in names if written.hint(name)] == []


@pytest.mark.parametrize(
    "prompt",
    ["a stethoscope", "surf at the shore", "beethoven on a steinway", "the park"],
)
def test_words_that_mean_one_concept_or_none_are_known(words: Vocabulary, prompt: str) -> None:
    assert words.hint(prompt) is None


def test_the_tables_name_concepts_and_share_no_word() -> None:
    near = {name for names in RELATED.values() for name in names}
    meant = {*TELLING.values(), *TELLING_OF_RECORDED.values()}
    assert near | meant <= set(CONCEPT_NAMES)
    known = {name for concept in CONCEPTS for name in concept.names}
    assert set(RELATED).isdisjoint(TELLING)
    written = vocabulary()
    assert {*written["related"], *written["telling"]}.isdisjoint(known)
    assert set(written["related"]).isdisjoint(written["telling"])
    assert all(phrase == phrase.strip().lower() != "" for phrase in (*RELATED, *TELLING))


@pytest.mark.parametrize("sound", ["cat", "horse", "glass", "chainsaw"])
def test_a_sound_heard_only_beside_others_is_unknown(words: Vocabulary, sound: str) -> None:
    hint = words.hint(f"a {sound}")
    assert hint is not None
    assert hint.unknown == (sound,)
    assert hint.nearest == RELATED[sound]
