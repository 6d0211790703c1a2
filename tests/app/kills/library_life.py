"""A life of the library alone: keeps takes, stars and deletes them, and keeps a queue."""

import itertools
import random
from pathlib import Path

from app.library.library import Library
from app.view_models.takes.queue_entry import QueueEntry
from core.api.request import GenerationRequest
from tests.app.kills.lives import fork_lives, say
from tests.app.library.takes import annotate, make_take


def live(folder: Path, number: int) -> None:
    """Work until somebody ends it."""
    draw = random.Random(number)
    library = Library(folder)
    say("opened", bool(library.notice))
    kept: list[str] = []
    for step in itertools.count():
        name = f"{number:03}-{step:04}"
        library.add(make_take(name, seed=number * 1000 + step), name)
        kept.append(name)
        say("finished", name)
        _keep_queue(library, draw, name)
        if draw.random() < 0.3:
            starred = draw.choice(kept)
            annotate(library, starred, is_starred=True, notes=f"star of {starred}")
            say("starred", starred)
        if draw.random() < 0.3:
            deleted = kept.pop(draw.randrange(len(kept)))
            say("deleting", deleted)
            library.trash([deleted])


def _keep_queue(library: Library, draw: random.Random, name: str) -> None:
    entries = [
        QueueEntry(entry_id=f"{name}-{place}", request=GenerationRequest(prompt=f"wish {place}"))
        for place in range(draw.randrange(1, 6))
    ]
    names = [entry.entry_id for entry in entries]
    say("keeping", names)
    library.keep_queue(entries)
    say("kept", names)


if __name__ == "__main__":
    fork_lives(live)
