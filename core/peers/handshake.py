"""Compares what has to be the same on all ranks, and names the first rank that differs."""

import hashlib
import json
import os
import platform
import socket
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from core.api.errors import RankError
from core.peers.rank_board import JOIN_S, RankBoard
from core.peers.rank_place import FIRST
from core.version import __version__


@dataclass(frozen=True, slots=True)
class RankFacts:
    """What a rank says of itself when it joins.

    Attributes:
        host: Its machine.
        device: What it computes on.
        process: The number of its process there.
        tessera: Its version of Tessera.
        torch: Its version of torch.
    """

    host: str
    device: str
    process: int = 0
    tessera: str = __version__
    torch: str = torch.__version__

    @classmethod
    def of_this_process(cls, device: str) -> "RankFacts":
        """The facts of this process."""
        return cls(socket.gethostname() or platform.node(), device, os.getpid())


def greet(board: RankBoard, facts: RankFacts) -> list[RankFacts]:
    """The facts of all ranks, in their order, where all have the same versions.

    Raises:
        RankError: A rank did not come, or has another version of Tessera or torch.
    """
    texts = board.gather("hello", json.dumps(asdict(facts)), JOIN_S)
    everyone = [RankFacts(**json.loads(text)) for text in texts]
    devices, first = devices_of(everyone), everyone[FIRST]
    for rank, one in enumerate(everyone):
        for program in ("tessera", "torch"):
            own, other = getattr(one, program), getattr(first, program)
            if own != other:
                raise RankError(
                    rank,
                    devices[rank],
                    f"it has {program.capitalize()} {own}, and rank {FIRST} has {other}. Install "
                    "the same version on all machines.",
                )
    return everyone


def devices_of(everyone: Sequence[RankFacts]) -> list[str]:
    """What each rank computes on, for sentences; with its machine where there are several."""
    has_one_host = len({one.host for one in everyone}) == 1
    return [one.device if has_one_host else f"{one.host}, {one.device}" for one in everyone]


def compare(
    board: RankBoard, topic: str, facts: Mapping[str, str], devices: Sequence[str], remedy: str
) -> None:
    """Compare facts with those of the first rank.

    Args:
        board: The board of the ranks; all of them call this with the same topic.
        topic: A name that no other comparison has.
        facts: The facts of this rank by name, such as a file and the hash of its contents.
        devices: What each rank computes on.
        remedy: What a person is to do about a difference.

    Raises:
        RankError: A rank differs.
    """
    everyone = [json.loads(text) for text in board.gather(topic, json.dumps(dict(facts)))]
    first = everyone[FIRST]
    for rank, own in enumerate(everyone):
        differing = sorted(name for name in {*own, *first} if own.get(name) != first.get(name))
        if differing:
            reason = f"it has another {differing[0]} than rank {FIRST}. {remedy}"
            raise RankError(rank, devices[rank], reason)


def hashes_of(folder: Path, files: Iterable[Path]) -> dict[str, str]:
    """SHA-256 of files' contents, by their paths inside a folder; others by their names."""
    hashes = {}
    for path in files:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        name = path.relative_to(folder) if path.is_relative_to(folder) else Path(path.name)
        hashes[name.as_posix()] = digest
    return hashes
