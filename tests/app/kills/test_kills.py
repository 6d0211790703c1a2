"""kill -9 in the middle of anything loses nothing that was finished, and nothing that waited.

Twenty moments for each kind of process; TESSERA_KILLS asks for more of them.
"""

import os
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from app.library.library import Library
from app.view_models.takes.take_record import TakePlace
from core.arrangement.arrangement_folder import read_arrangement
from tests.app.kills.arrangement_life import sound_of
from tests.app.kills.lives import Lives, Words
from tests.app.library.takes import make_take

KILLS = int(os.environ.get("TESSERA_KILLS", "20"))
LONGEST_DELAY_S = 0.02

pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="this system cannot fork, and starting a process takes minutes"
)


class Said:
    """What all lives so far said of what they did."""

    def __init__(self) -> None:
        self.finished: set[str] = set()
        self.deleting: set[str] = set()
        self.starred: set[str] = set()
        self.keeping: list[str] = []
        self.kept: list[str] = []

    def hear(self, said: list[Words]) -> None:
        for what, value in said:
            match what:
                case "opened":
                    assert not value
                case "finished" | "deleting" | "starred":
                    getattr(self, what).add(value)
                case "keeping" | "kept":
                    setattr(self, what, value)
                case _:
                    raise AssertionError(f"{what}: {value}")

    def is_queue(self, queue: list[str], made: set[str]) -> bool:
        """Whether a queue is the last that was kept, or the one that just was on its way."""
        return queue in (
            [name for name in self.kept if name not in made],
            [name for name in self.keeping if name not in made],
        )


def integrity(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "library.sqlite")) as database:
        return database.execute("PRAGMA integrity_check").fetchone()[0]


def moments(seed: int, most_lines: int):
    draw = random.Random(seed)
    for number in range(KILLS):
        yield number, draw.randrange(1, most_lines), draw.uniform(0, LONGEST_DELAY_S)


def test_a_library_killed_often_keeps_what_it_reported(tmp_path):
    folder, said = tmp_path / "library", Said()
    with Lives("tests.app.kills.library_life", folder) as lives:
        for number, lines, delay_s in moments(seed=4, most_lines=16):
            said.hear(lives.live(number, lines, delay_s))
            assert integrity(folder) == "ok"
            library = Library(folder)
            records = {record.take_id: record for record in library.records()}
            assert said.finished <= records.keys()
            assert TakePlace.MISSING not in {record.place for record in records.values()}
            for name, record in records.items():
                if record.place is TakePlace.LIBRARY:
                    assert_whole(library, name)
                else:
                    assert name in said.deleting
            assert all(records[name].notes == f"star of {name}" for name in said.starred)
            assert said.is_queue([entry.entry_id for entry in library.queue()], set())
            library.close()
    assert len(said.finished) >= KILLS // 5


def assert_whole(library: Library, name: str) -> None:
    """Whether a take is the one that was given, in every part."""
    number, step = map(int, name.split("-"))
    given, stored = make_take(name, seed=number * 1000 + step), library.take(name)
    assert stored.request == given.request
    np.testing.assert_array_equal(stored.latents, given.latents)
    np.testing.assert_array_equal(stored.mel, given.mel)
    np.testing.assert_allclose(stored.waveform, given.waveform, rtol=0, atol=2**-24)
    assert library.thumbnail(name).stat().st_size > 0


def test_a_studio_killed_often_loses_no_take_and_no_request(tmp_path):
    folder, said = tmp_path / "library", Said()
    with Lives("tests.app.kills.studio_life", folder) as lives:
        for number, lines, delay_s in moments(seed=9, most_lines=50):
            said.hear(lives.live(number, lines, delay_s))
            assert integrity(folder) == "ok"
            library = Library(folder)
            made = {record.take_id for record in library.records()}
            assert said.finished <= made
            assert all(library.take(name).waveform.size == 16_000 for name in made)
            queue = [entry.entry_id for entry in library.queue()]
            assert said.is_queue(queue, made)
            assert set(said.kept) <= made | set(queue)
            library.close()
    assert len(said.finished) >= KILLS // 5


def test_an_arrangement_killed_often_is_whole_with_all_of_its_sounds(tmp_path):
    folder, last = tmp_path / "arrangement", {"keeping": "", "kept": ""}
    with Lives("tests.app.kills.arrangement_life", folder) as lives:
        for number, lines, delay_s in moments(seed=5, most_lines=8):
            last |= dict(lives.live(number, lines, delay_s))
            if not last["kept"] and not (folder / "arrangement.json").exists():
                continue  # killed before it was first written
            arrangement, sources = read_arrangement(folder)
            assert arrangement.name in last.values()
            last["kept"] = arrangement.name  # by this life, or by one that died before it said so
            assert len(sources) == 2
            for name, source in sources.items():
                np.testing.assert_array_equal(source.samples, sound_of(name))
    assert last["kept"]
