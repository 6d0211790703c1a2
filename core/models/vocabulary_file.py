"""concepts.json beside model_index.json: the words a model was trained with."""

from core.api.vocabulary import Concept, Vocabulary
from core.models.folder import ModelFolder, read_json

CONCEPTS = "concepts.json"


def read_vocabulary(folder: ModelFolder) -> Vocabulary | None:
    """The words a model says it knows; None where it does not say.

    Raises:
        ModelLoadError: The file cannot be read, or is built in another way.
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
    except (AttributeError, KeyError, TypeError) as error:
        raise folder.refuse(f"{CONCEPTS} is not built as it should be; copy it anew.") from error
