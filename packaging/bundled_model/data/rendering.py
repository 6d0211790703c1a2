"""Renders sets of clips to disk, in parallel, and goes on where it was stopped."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
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
SAMPLE_SCALE = 32767
"""Full scale of the samples that are kept."""


class Content(StrEnum):
    """What is kept of a rendered clip; also how its files begin."""

    LOG_MELS = "mel"
    SAMPLES = "samples"


@dataclass(frozen=True)
class ClipSet:
    """A set of clips.

    Attributes:
        name: Folder under the work folder.
        clips: How many.
        seed: Seed of its `ClipPlanner`.
        sources: Kinds of source that may be used.
        pair_share: Part of the clips that hold two concepts.
        content: What is kept of each clip.
    """

    name: str
    clips: int
    seed: int
    sources: tuple[type[Source], ...]
    pair_share: float = 0.0
    content: Content = Content.LOG_MELS

    @property
    def planner(self) -> ClipPlanner:
        """Return the planner that draws this set's clips."""
        return ClipPlanner(self.seed, self.sources, self.pair_share)

    def shards(self) -> Iterator[range]:
        """Yield the clip numbers of each shard; together they cover the set once."""
        for first in range(0, self.clips, SHARD_CLIPS):
            yield range(first, min(self.clips, first + SHARD_CLIPS))

    def shard_path(self, work: Path, numbers: range) -> Path:
        """Return the file of one shard."""
        return work / "clips" / self.name / f"{self.content}-{numbers.start:06d}.npy"


def render_set(clip_set: ClipSet, work: Path, processes: int) -> list[Path]:
    """Render what is missing of a set and return its files, in order."""
    paths = {shard: clip_set.shard_path(work, shard) for shard in clip_set.shards()}
    missing = [shard for shard, path in paths.items() if not path.exists()]
    render = partial(_render_shard, clip_set, work)
    if processes > 1:
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            list(pool.map(render, missing))
    else:
        for shard in missing:
            render(shard)
    return [*paths.values()]


@lru_cache(maxsize=1)
def _studio() -> Studio:
    """Return this process's studio: opening the sound font takes a second."""
    return Studio()


def _render_shard(clip_set: ClipSet, work: Path, numbers: range) -> None:
    """Render one shard and write what is kept of it."""
    torch.set_num_threads(1)
    planner, studio = clip_set.planner, _studio()
    waveforms = np.stack([studio.render(planner.plan(number)) for number in numbers])
    assert waveforms.shape == (len(numbers), CLIP_SAMPLES)
    path = clip_set.shard_path(work, numbers)
    path.parent.mkdir(parents=True, exist_ok=True)
    _write_whole(path, _kept(waveforms, clip_set.content))


def _kept(waveforms: NDArray[np.float32], content: Content) -> NDArray[np.generic]:
    """Return float16 log-mels (clips, T, F), or 16-bit samples (clips, n)."""
    if content is Content.SAMPLES:
        return np.round(waveforms * SAMPLE_SCALE).astype(np.int16)
    return log_mel_spectrogram(torch.from_numpy(waveforms), MelParams())[:, 0].half().numpy()


def _write_whole(path: Path, array: NDArray[np.generic]) -> None:
    """Write beside, then rename, so that a file that exists is complete."""
    beside = path.with_suffix(".part")
    with beside.open("wb") as file:
        np.save(file, array)
    beside.rename(path)
