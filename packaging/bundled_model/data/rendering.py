"""Renders sets of clips to disk, in parallel, and goes on where it was stopped."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bundled_model.data.clip import CLIP_SAMPLES, SAMPLE_SCALE
from bundled_model.data.planning import ClipPlanner
from bundled_model.data.recordings.library import NO_RECORDINGS, read_library
from bundled_model.data.studio import Studio

SHARD_CLIPS = 128
"""Clips that are rendered before they are marked as done."""


@dataclass(frozen=True)
class ClipSet:
    """A set of clips.

    Attributes:
        name: Folder under the work folder, to which the planner's digest is added.
        clips: How many.
        planner: Draws them.
        library: Folder of the library of recordings; None without recordings.
    """

    name: str
    clips: int
    planner: ClipPlanner
    library: Path | None = None

    def shards(self) -> Iterator[range]:
        """Yield the clip numbers of each shard; together they cover the set once."""
        for first in range(0, self.clips, SHARD_CLIPS):
            yield range(first, min(self.clips, first + SHARD_CLIPS))

    def folder(self, work: Path) -> Path:
        """Return the folder of the set's samples."""
        return work / "clips" / f"{self.name}-{self.planner.digest}"


def render_set(clip_set: ClipSet, work: Path, processes: int) -> NDArray[np.int16]:
    """Render what is missing of a set, and return its samples (clips, n), which stay on disk.

    A longer set of the same plans continues a shorter one.
    """
    folder = clip_set.folder(work)
    folder.mkdir(parents=True, exist_ok=True)
    samples = _opened(folder, clip_set.clips)
    missing = [shard for shard in clip_set.shards() if not _mark(folder, shard).exists()]
    render = partial(_render_shard, clip_set, folder)
    if processes > 1 and len(missing) > 1:
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            list(pool.map(render, missing))
    else:
        for shard in missing:
            render(shard)
    return samples


def _opened(folder: Path, clips: int) -> NDArray[np.int16]:
    """Return a file of samples as an array of at least so many clips; it grows if it has to."""
    path, size = folder / "samples.i16", 2 * clips * CLIP_SAMPLES
    with path.open("ab") as file:
        if file.tell() < size:
            file.truncate(size)
    return np.memmap(path, np.int16, "r+", shape=(clips, CLIP_SAMPLES))


def _mark(folder: Path, shard: range) -> Path:
    """Return the empty file that says that a shard is done."""
    return folder / f"{shard.start:06d}-{shard.stop:06d}.done"


@lru_cache(maxsize=1)
def _studio(library: Path | None) -> Studio:
    """Return this process's studio: opening the sound font takes a second."""
    return Studio(NO_RECORDINGS if library is None else read_library(library))


def _render_shard(clip_set: ClipSet, folder: Path, shard: range) -> None:
    """Render one shard, write its samples into the file of all, and mark it as done."""
    planner, studio = clip_set.planner, _studio(clip_set.library)
    samples = _opened(folder, clip_set.clips)
    for number in shard:
        samples[number] = np.round(studio.render(planner.plan(number)) * SAMPLE_SCALE)
    samples.flush()
    _mark(folder, shard).touch()
