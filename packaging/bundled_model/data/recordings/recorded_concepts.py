"""The sounds that recordings show: each concept with its words and how it should sound.

They stand in concepts.tsv. `data.concepts` has them beside those that the recipe plays.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bundled_model.data.recordings.labels import phrases, table_rows

CONCEPTS_FILE = Path(__file__).with_name("concepts.tsv")


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
