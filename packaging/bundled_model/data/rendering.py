"""Renders sets of clips to disk, in parallel, and goes on where it was stopped."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from bundled_model.data.clip import CLIP_SAMPLES, ClipPlanner
from bundled_model.data.concepts import Source
from bundled_model.data.studio import Studio
from core.mel import MelParams, log_mel_spectrogram

SHARD_CLIPS = 124
"""Clips in one file: two of each concept."""


@dataclass(frozen=True)
class ClipSet:
    """A set of clips.

    Attributes:
        name: Folder under the work folder.
        clips: How many.
        seed: Seed of its `ClipPlanner`.
        sources: Kinds of source that may be used.
        pair_share: Part of the clips that hold two concepts.
    """

    name: str
    clips: int
    seed: int
    sources: tuple[type[Source], ...]
    pair_share: float = 0.0

    @property
    def planner(self) -> ClipPlanner:
        """Return the planner that draws this set's clips."""
        return ClipPlanner(self.seed, self.sources, self.pair_share)

    def shards(self) -> Iterator[range]:
        """Yield the clip numbers of each shard; together they cover the set once."""
        for first in range(0, self.clips, SHARD_CLIPS):
            yield range(first, min(self.clips, first + SHARD_CLIPS))


def shard_path(folder: Path, numbers: range) -> Path:
    """Return the file of one shard."""
    return folder / f"mel-{numbers.start:06d}.npy"


def render_set(clip_set: ClipSet, work: Path, processes: int) -> Path:
    """Render what is missing of a set and return its folder."""
    folder = work / "clips" / clip_set.name
    folder.mkdir(parents=True, exist_ok=True)
    missing = [shard for shard in clip_set.shards() if not shard_path(folder, shard).exists()]
    render = partial(_render_shard, clip_set, folder)
    if processes > 1:
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            list(pool.map(render, missing))
    else:
        for shard in missing:
            render(shard)
    return folder


@lru_cache(maxsize=1)
def _studio() -> Studio:
    """Return this process's studio: opening the sound font takes a second."""
    return Studio()


def _render_shard(clip_set: ClipSet, folder: Path, numbers: range) -> None:
    """Render one shard and write its log-mels: float16, shape (clips, T, F)."""
    torch.set_num_threads(1)
    planner, studio = clip_set.planner, _studio()
    waveforms = np.stack([studio.render(planner.plan(number)) for number in numbers])
    assert waveforms.shape == (len(numbers), CLIP_SAMPLES)
    log_mel = log_mel_spectrogram(torch.from_numpy(waveforms), MelParams())
    _write_whole(shard_path(folder, numbers), log_mel[:, 0].half().numpy())


def _write_whole(path: Path, array: NDArray[np.generic]) -> None:
    """Write beside, then rename, so that a file that exists is complete."""
    beside = path.with_suffix(".part")
    with beside.open("wb") as file:
        np.save(file, array)
    beside.rename(path)
