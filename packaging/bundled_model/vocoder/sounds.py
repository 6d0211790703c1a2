"""Short pieces of rendered and of recorded sounds, for the training of a vocoder.

A vocoder must render any sound, so what a piece holds does not matter, but that pieces differ does:
recordings are drawn at a random speed, mixed in twos, and turned down.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import soxr
import torch
from torch import Tensor

from bundled_model.data.clip import SAMPLE_RATE, SAMPLE_SCALE
from bundled_model.data.recordings.decoding import Waveform
from bundled_model.data.recordings.library import Library, LibraryClip
from bundled_model.data.recordings.split import Part
from bundled_model.data.waveform_store import WaveformStore

SPEED = (0.8, 1.25)
CHANGED_SHARE, MIXED_SHARE, RENDERED_SHARE = 0.6, 0.3, 0.4
SECOND_DB = (-18.0, 0.0)
PEAK_DB = (-30.0, 0.0)
"""Peaks of the pieces, drawn evenly, so that every loudness is met."""
FAINTEST = 1e-2
"""A piece with a lower peak is not turned up to it: it is noise."""


@dataclass(frozen=True)
class TrainingSounds:
    """Pieces of rendered clips and of the recordings that train, if there are any.

    Attributes:
        rendered: Rendered clips.
        library: Recorded sounds.
    """

    rendered: WaveformStore
    library: Library

    def pieces(self, count: int, samples: int, generator: torch.Generator) -> Tensor:
        """Return pieces (count, samples), float32, within full scale."""
        seed = int(torch.randint(2**62, (), generator=generator))
        rng = np.random.default_rng(seed)
        return torch.from_numpy(np.stack([self._piece(rng, samples) for _ in range(count)]))

    def _piece(self, rng: np.random.Generator, samples: int) -> Waveform:
        piece = self._sound(rng, samples)
        if rng.random() < MIXED_SHARE:
            piece = piece + 10 ** (rng.uniform(*SECOND_DB) / 20) * self._sound(rng, samples)
        gain = 10 ** (rng.uniform(*PEAK_DB) / 20) / max(FAINTEST, float(np.abs(piece).max()))
        return (gain * piece).astype(np.float32)

    def _sound(self, rng: np.random.Generator, samples: int) -> Waveform:
        if not self._clips or rng.random() < RENDERED_SHARE:
            return self._rendered(rng, samples)
        return _recorded(rng, samples, self.library, self._clips)

    @cached_property
    def _clips(self) -> tuple[LibraryClip, ...]:
        return self.library.of(Part.TRAINING)

    def _rendered(self, rng: np.random.Generator, samples: int) -> Waveform:
        clips, length = self.rendered.samples.shape
        numbers, starts = (
            torch.tensor([rng.integers(limit)]) for limit in (clips, length - samples + 1)
        )
        return self.rendered.crops(numbers, starts, samples)[0].numpy()


def _recorded(
    rng: np.random.Generator, samples: int, library: Library, clips: tuple[LibraryClip, ...]
) -> Waveform:
    """Return a piece of a recording, with silence around a short one."""
    clip = clips[int(rng.integers(len(clips)))]
    is_changed = rng.random() < CHANGED_SHARE
    speed = float(np.exp(rng.uniform(*np.log(SPEED)))) if is_changed else 1.0
    wanted = int(np.ceil(samples * speed))
    start = int(rng.integers(max(1, clip.samples - wanted + 1)))
    stop = min(start + wanted, clip.samples)
    piece = library.samples[clip.start + start : clip.start + stop].astype(np.float32)
    if is_changed:
        piece = soxr.resample(piece, SAMPLE_RATE * speed, SAMPLE_RATE)
    piece = piece[:samples] / SAMPLE_SCALE
    out = np.zeros(samples, np.float32)
    before = int(rng.integers(samples - len(piece) + 1))
    out[before : before + len(piece)] = piece
    return out
