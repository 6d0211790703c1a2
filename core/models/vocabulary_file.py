"""Reads concepts.json beside model_index.json: the words that a model was trained with."""

from core.api.vocabulary import Concept, Vocabulary
from core.models.folder import ModelFolder, read_json

CONCEPTS = "concepts.json"


def read_vocabulary(folder: ModelFolder) -> Vocabulary | None:
    """The model's vocabulary; None where it states none.

    Raises:
        ModelLoadError: The file cannot be read, or has another structure.
    """
    file = folder.path / CONCEPTS
    if not file.is_file():
        return None
    values = read_json(file)
    try:
        return Vocabulary(
            concepts=tuple(
                Concept(str(entry["name"]), tuple(map(str, entry["synonyms"])))
                for entry in values["concepts"]
            ),
            attributes=frozenset(map(str, values["attributes"])),
            related={
                str(word): tuple(map(str, names)) for word, names in values["related"].items()
            },
            telling={str(word): str(name) for word, name in values.get("telling", {}).items()},
        )
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise folder.refuse(
            f"{CONCEPTS} does not have the expected structure; copy it again."
        ) from error
