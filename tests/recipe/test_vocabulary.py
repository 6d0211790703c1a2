"""The bundled model's vocabulary finds the unknown words of a prompt."""

import pytest
from bundled_model.captions.related import RELATED
from bundled_model.captions.scenes import SCENES
from bundled_model.captions.telling import TELLING
from bundled_model.data.concepts import CONCEPT_NAMES, CONCEPTS
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


def test_the_bundled_model_brings_what_the_recipe_writes() -> None:
    assert read_json(BUNDLED_FOLDER / "concepts.json") == vocabulary()
    assert read_json(BUNDLED_FOLDER / "tessera.json") == tessera_card()
    assert (BUNDLED_FOLDER / "README.md").read_text(encoding="utf-8") == readme()


def test_every_concept_has_scenes_of_its_own() -> None:
    assert set(SCENES) == set(CONCEPT_NAMES)
    told = [scene for scenes in SCENES.values() for scene in scenes]
    assert min(map(len, SCENES.values())) >= 60
    assert len(told) == len(set(told))
    assert all(scene == scene.lower().strip() for scene in told)


def test_names_and_synonyms_are_understood(words: Vocabulary) -> None:
    names = [name for concept in CONCEPTS for name in (concept.name, *concept.synonyms)]
    assert [name for name in names if words.hint(name)] == []


@pytest.mark.parametrize(
    "prompt",
    ["a stethoscope", "surf at the shore", "beethoven on a steinway", "the park"],
)
def test_words_that_mean_one_concept_or_none_are_known(words: Vocabulary, prompt: str) -> None:
    assert words.hint(prompt) is None


def test_the_tables_name_concepts_and_share_no_word() -> None:
    near = {name for names in RELATED.values() for name in names}
    assert near | set(TELLING.values()) <= set(CONCEPT_NAMES)
    known = {word for concept in CONCEPTS for word in (concept.name, *concept.synonyms)}
    assert set(RELATED).isdisjoint({*TELLING, *known})
    assert all(phrase == phrase.strip().lower() != "" for phrase in (*RELATED, *TELLING))


@pytest.mark.parametrize("sound", ["cat", "horse", "glass", "chainsaw"])
def test_a_sound_heard_only_beside_others_is_unknown(words: Vocabulary, sound: str) -> None:
    hint = words.hint(f"a {sound}")
    assert hint is not None
    assert hint.unknown == (sound,)
    assert hint.nearest == RELATED[sound]
