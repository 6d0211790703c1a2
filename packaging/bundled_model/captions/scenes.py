"""Phrases that name a concept by what happens, as people tell of it.

They stand in scenes.txt: a line "# concept", then its phrases, one a line. They say nothing of
tempo, register, style or loudness: they are true of every clip of the concept.
"""

from pathlib import Path

SCENES_FILE = Path(__file__).with_name("scenes.txt")


def _read(file: Path) -> dict[str, tuple[str, ...]]:
    chapters = file.read_text(encoding="utf-8").split("# ")[1:]
    lines = (chapter.strip().split("\n") for chapter in chapters)
    return {concept: tuple(phrases) for concept, *phrases in lines}


SCENES = _read(SCENES_FILE)
"""Phrases by the name of the concept."""
