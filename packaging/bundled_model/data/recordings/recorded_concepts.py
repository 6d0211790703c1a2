"""The sounds that recordings show: each concept with its words and how it should sound.

They stand in concepts.tsv. Together with the concepts of `data.concepts` that recordings do not
replace they are all that a model trained on both knows.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bundled_model.data.concepts import CONCEPTS, Concept
from bundled_model.data.recordings.labels import phrases, table_rows

CONCEPTS_FILE = Path(__file__).with_name("concepts.tsv")

REPLACED = frozenset({"rain", "thunder", "wind", "helicopter", "engine", "birds", "ocean waves"})
"""Concepts of formulas and of the sound font's noises that are left to recordings alone.

An outside classifier hears none of twelve computed clips of rain, thunder and helicopter right,
one of engine; computed wind and birds are noise to the ear.
"""


class Nature(StrEnum):
    """What a listener can say of a sound without knowing its name."""

    NOISE = "noise"
    TONE = "tone"
    STRIKE = "strike"
    VOICE = "voice"
    ANY = "any"


@dataclass(frozen=True)
class RecordedConcept:
    """A kind of sound that recordings show.

    Attributes:
        name: The plain prompt, unique.
        nature: What its recordings must sound like at least.
        synonyms: Other words for it.
    """

    name: str
    nature: Nature
    synonyms: tuple[str, ...]


def _read(file: Path) -> tuple[RecordedConcept, ...]:
    rows = table_rows(file.read_text(encoding="utf-8").splitlines(), 3)
    return tuple(
        RecordedConcept(name, Nature(nature), phrases(synonyms)) for name, nature, synonyms in rows
    )


RECORDED_CONCEPTS = _read(CONCEPTS_FILE)
NATURES = {concept.name: concept.nature for concept in RECORDED_CONCEPTS}


def played_concepts() -> tuple[Concept, ...]:
    """Return the instruments, voices and formulas that stay beside the recordings."""
    return tuple(concept for concept in CONCEPTS if concept.name not in REPLACED)


def all_concept_names() -> tuple[str, ...]:
    """Return every name that a model trained on both knows, each once."""
    played = (concept.name for concept in played_concepts())
    return tuple(dict.fromkeys([*played, *(concept.name for concept in RECORDED_CONCEPTS)]))
