"""kill -9 of ranks at random moments: a take goes on on any number of them, a list loses nothing.

One kill for each; TESSERA_RANK_KILLS asks for more of them.
"""

import os
import random
import signal
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from torch.distributed import TCPStore

from core.peers.list_claims import ListClaims
from core.peers.rank_place import RankPlace
from core.sound_files.audio_file import read_metadata
from tests.app.generate_args import generate_args
from tests.app.kills.rank_forks import RankForks
from tests.tiny_model import build_tiny_model

KILLS = int(os.environ.get("TESSERA_RANK_KILLS", "1"))
LIMIT_S = 240.0  # of a whole run, on a machine that others keep busy
NOTICE_S, END_S = 12.0, 10.0
LONG = ("--seconds", "20", "--steps", "6")  # three windows
NUM_PROMPTS, ALONE = 4, "alone.wav"

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")


class Killing:
    """Runs ranks of a command, and kills some of them in the middle.

    Args:
        forks: Makes their processes.
        folder: For what they say.
        seed: Of the moments.
    """

    def __init__(self, forks: RankForks, folder: Path, seed: int) -> None:
        self._forks, self._folder, self.draw = forks, folder, random.Random(seed)
        self.kills, self._lives = 0, 0
        self._longest_s = 0.0  # of a whole run so far
        self.ended_after_s: list[float] = []
        self.logs: list[Path] = []

    def live(self, args: Sequence[str], places: Sequence[RankPlace | None]) -> bool:
        """Start all ranks, and kill one or all at a random moment; whether they came to the end.

        The first life is spared: it shows how long one is.
        """
        self._lives += 1
        self.logs = [self._folder / f"{self._lives}-{rank}.log" for rank in range(len(places))]
        start_s = time.monotonic()
        ranks = [
            self._forks.start(args, place.environment() if place else {}, log)
            for place, log in zip(places, self.logs, strict=True)
        ]
        kill_s = start_s + self.draw.uniform(0, self._longest_s)
        while time.monotonic() < kill_s and any(map(self._runs, ranks)):
            time.sleep(0.02)
        running = [rank for rank in ranks if self._runs(rank)]
        if self._lives > 1 and self.kills < KILLS and running:
            victims = running if self.draw.random() < 0.25 else [self.draw.choice(running)]
            for victim in victims:
                os.kill(victim, signal.SIGKILL)
            self.kills += 1
            killed_s = time.monotonic()
            self._end(ranks)
            self.ended_after_s.append(time.monotonic() - killed_s)
            return False
        codes = self._end(ranks)
        assert codes == [0] * len(ranks), self.said()
        self._longest_s = max(self._longest_s, time.monotonic() - start_s)
        return True

    def said(self) -> str:
        """All that the ranks of the last life printed."""
        return "\n".join(log.read_text() for log in self.logs)

    def _runs(self, rank: int) -> bool:
        return self._forks.exit_code(rank) is None

    def _end(self, ranks: Sequence[int]) -> list[int | None]:
        """Exit codes; what is left after a kill is ended as torchrun does, which watches them.

        Ranks notice by themselves what happens after they have met.
        """
        if any(self._forks.exit_code(rank) == -signal.SIGKILL for rank in ranks):
            end_s = time.monotonic() + NOTICE_S
            for rank in ranks:
                self._forks.exit_code(rank, max(0.0, end_s - time.monotonic()))
            for number in (signal.SIGTERM, signal.SIGKILL):
                for rank in filter(self._runs, ranks):
                    os.kill(rank, number)
                    self._forks.exit_code(rank, END_S)
        return [self._forks.exit_code(rank, LIMIT_S) for rank in ranks]


def places(size: int, port: int, **more: int | bool) -> list[RankPlace]:
    return [
        RankPlace(rank, size, port=port, local_rank=rank, local_size=size, **more)
        for rank in range(size)
    ]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def caches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("caches")


@pytest.fixture(scope="module")
def forks(model: Path, caches: Path) -> Iterator[RankForks]:
    """Makes processes; a sound was made already, alone and to its end."""
    with RankForks(caches, generate_args(model, caches / ALONE, *LONG)) as started:
        yield started


def test_a_take_goes_on_after_kills_on_other_numbers_of_ranks(
    model: Path, caches: Path, forks: RankForks, tmp_path: Path
) -> None:
    output, expected = tmp_path / "rain.wav", (caches / ALONE).read_bytes()
    killing, is_whole = Killing(forks, tmp_path, seed=6), False
    args, kept, num_resumed = generate_args(model, output, *LONG), 0, 0
    while killing.kills < KILLS or not is_whole:
        size = killing.draw.choice([1, 2, 2, 3])
        own = [None] if size == 1 else _with_store_in_first(places(size, free_port()))
        is_whole = killing.live(args, own)
        num_resumed += "Goes on" in killing.said()
        if is_whole:
            assert output.read_bytes() == expected
            assert kept == 0 or "Goes on" in killing.said()
            output.unlink()
        elif output.exists():  # killed after its last word
            assert output.read_bytes() == expected
        kept = len(list(caches.glob("Tessera/unfinished/*/*-*")))
    print(f"{killing.kills} kills, {num_resumed} runs went on; ended after {killing.ended_after_s}")
    assert num_resumed or KILLS < 10


def _with_store_in_first(own: list[RankPlace]) -> list[RankPlace]:
    environment = {**own[0].environment(), "TORCHELASTIC_USE_AGENT_STORE": "False"}
    first = RankPlace.from_environment(environment)
    assert first is not None
    return [first, *own[1:]]


def test_a_list_killed_often_is_made_once_and_whole(
    model: Path, forks: RankForks, tmp_path: Path
) -> None:
    prompts = tmp_path / "prompts.txt"
    prompts.write_text("\n".join(f"rain {number}" for number in range(NUM_PROMPTS)))
    args = _list_args(model, prompts, tmp_path / "alone")
    assert forks.exit_code(forks.start(args, {}, tmp_path / "alone.log"), LIMIT_S) == 0
    names = sorted(path.name for path in (tmp_path / "alone").iterdir())
    killing, num_lists = Killing(forks, tmp_path, seed=8), 0
    while killing.kills < KILLS or num_lists == 0:
        folder = tmp_path / f"list-{num_lists}"
        _make_list(killing, _list_args(model, prompts, folder), folder)
        num_lists += 1
        # what was half written is hidden, and removed at a later start
        assert sorted(path.name for path in folder.glob("*.wav")) == names
        for number, name in enumerate(names):
            made, expected = folder / name, tmp_path / "alone" / name
            assert made.read_bytes() == expected.read_bytes()
            assert read_metadata(made)["prompt"] == f"rain {number}"
    print(f"{killing.kills} kills, {num_lists} lists of {NUM_PROMPTS}")


def _make_list(killing: Killing, args: Sequence[str], folder: Path) -> None:
    """Start ranks until the list is done; what was reported as done is not made again."""
    store = TCPStore("127.0.0.1", 0, is_master=True, wait_for_workers=False)
    claims, done = ListClaims(store, RankPlace(0, 2)), {}
    stamp: Callable[[Path], tuple[int, int]] = lambda path: (  # noqa: E731
        path.stat().st_ino,
        path.stat().st_mtime_ns,
    )
    is_whole, restarts = False, 0
    while not is_whole:
        size = killing.draw.choice([2, 3])
        is_whole = killing.live(args, places(size, store.port, restarts=restarts))
        restarts += 1
        assert {path: stamp(path) for path in done} == done
        files = sorted(folder.glob("*.wav"))
        for outcome in claims.news(NUM_PROMPTS):
            assert not outcome.failure
            [path] = [one for one in files if one.name.startswith(f"take-{outcome.index + 1:03}")]
            done[path] = stamp(path)


def _list_args(model: Path, prompts: Path, folder: Path) -> list[str]:
    folder.mkdir()
    args = generate_args(model, folder / "take.wav", "--prompts", str(prompts), "--steps", "8")
    args.remove("rain")
    return args
