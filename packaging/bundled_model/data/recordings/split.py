"""Which recordings train and which test: by recording, never by clip.

Games keep several variants of one recording (step_01, step_02, step_03b), often cut from one
take. Variants and near copies stay on one side.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from hashlib import sha256
from pathlib import PurePosixPath

TEST_SHARE = 0.12
LARGEST_TEST_SHARE = 0.34
"""A recording with more of its concept's clips than this trains: little would be left to."""
FEWEST_TO_SPLIT = 3
"""A concept of fewer recordings trains on all of them and is not tested."""

_VARIANT = re.compile(r"([ _.~-]*\d+[a-h]?|[ _-]+[a-h])$", re.IGNORECASE)


class Part(StrEnum):
    """Which side a recording is on."""

    TRAINING = "training"
    TEST = "test"


def recording_key(package: str, path: str) -> str:
    """Return the same key for all variants of a recording: its path without their numbers."""
    pure = PurePosixPath(path)
    stem, longer = pure.stem, ""
    while stem != longer:
        stem, longer = _VARIANT.sub("", stem, count=1), stem
    return f"{package}:{pure.parent}/{stem.lower()}"


def joined_keys(keys: Sequence[str], pairs: Iterable[tuple[int, int]]) -> list[str]:
    """Return keys in which each pair of places has the same one, and so on along chains."""
    parent = {key: key for key in keys}

    def root(key: str) -> str:
        while parent[key] != key:
            key = parent[key]
        return key

    for first, second in pairs:
        low, high = sorted((root(keys[first]), root(keys[second])))
        parent[high] = low
    return [root(key) for key in keys]


def split(concepts: Sequence[str], keys: Sequence[str]) -> list[Part]:
    """Return the part of every clip, given its concept and the key of its recording.

    Each concept gives about an eighth of its recordings to the test, the first in the order of
    their hashes, so that new recordings move few old ones. A recording with several concepts
    belongs to the first of them; one that holds most of a concept's clips always trains.
    """
    first_concept: dict[str, str] = {}
    for concept, key in sorted(zip(concepts, keys, strict=True)):
        first_concept.setdefault(key, concept)
    tested = _tested(first_concept, Counter(keys))
    return [Part.TEST if key in tested else Part.TRAINING for key in keys]


def learnt_by_judge(concepts: Sequence[str], keys: Sequence[str]) -> set[str]:
    """Return the keys among those of test recordings that the judge learns from.

    Every other recording of a concept, in the order of their hashes, and the only one: what is
    left measures the judge.
    """
    by_concept: dict[str, set[str]] = defaultdict(set)
    for concept, key in zip(concepts, keys, strict=True):
        by_concept[concept].add(key)
    return {key for tested in by_concept.values() for key in sorted(tested, key=_hash)[::2]}


def _tested(first_concept: Mapping[str, str], clips: Mapping[str, int]) -> set[str]:
    """Return the keys that test."""
    by_concept: dict[str, list[str]] = defaultdict(list)
    for key, concept in first_concept.items():
        by_concept[concept].append(key)
    tested: set[str] = set()
    for recordings in by_concept.values():
        if len(recordings) >= FEWEST_TO_SPLIT:
            count = max(1, round(TEST_SHARE * len(recordings)))
            most = LARGEST_TEST_SHARE * sum(clips[key] for key in recordings)
            small = [key for key in recordings if clips[key] <= most]
            tested.update(sorted(small, key=_hash)[:count])
    return tested


def _hash(key: str) -> str:
    return sha256(key.encode()).hexdigest()
