"""The samples of the clip that an edit works on: those of its take, with room at either end.

A recording may be longer than memory holds, so its samples are read where they lie, and copied only
into the sound that comes of the edit.
"""

from dataclasses import dataclass

import numpy as np

from core.api.arrays import FloatArray
from core.api.region import Span
from core.editing.sound_form import SoundForm
from core.runtime.file_pages import drop_mapped_pages
from core.runtime.spool import Spool

IN_MEMORY_BYTES = 64 << 20  # a longer sound is made on the disk
_COPIED_SAMPLES = 1 << 18


@dataclass(frozen=True, slots=True, eq=False)
class ClipSound:
    """The samples of a clip.

    Attributes:
        samples: Those of the take, (n,) or (n, channels).
        form: Their rate, beside the model's.
        before: Samples of silence before them.
        after: Samples of silence after them.
        rotation: Samples that the clip is rotated by: its first one is found there.
    """

    samples: FloatArray
    form: SoundForm
    before: int = 0
    after: int = 0
    rotation: int = 0

    @property
    def num_samples(self) -> int:
        """Length of the clip."""
        return self.before + len(self.samples) + self.after

    def read(self, span: Span) -> FloatArray:
        """A copy of a span of the rotated clip, (n,) or (n, channels)."""
        parts = rotated_parts(span, self.num_samples, self.rotation)
        return np.concatenate([self._read_part(part) for part in parts])

    def with_new(self, span: Span, new: FloatArray) -> FloatArray:
        """All samples of the clip, not rotated, with new ones in a span of the rotated clip.

        They are another array, which can be changed, and lie on the disk where they are many.
        """
        inner = self.samples.shape[1:]
        num_bytes = self.num_samples * int(np.prod(inner, initial=1)) * new.itemsize
        if num_bytes <= IN_MEMORY_BYTES:
            clip = self._read_part(Span(0, self.num_samples))
        else:
            clip = self._copied_to_disk(inner)
        start = 0
        for part in rotated_parts(span, self.num_samples, self.rotation):
            clip[part.slice] = new[start : start + part.length]
            start += part.length
        return clip

    def _read_part(self, part: Span) -> FloatArray:
        """A copy of a span of the clip as it is without its rotation."""
        rows = np.zeros((part.length, *self.samples.shape[1:]), np.float32)
        known = part.intersect(Span(self.before, self.before + len(self.samples)))
        if known.length:
            samples = self.samples[known.shift(-self.before).slice]
            rows[known.shift(-part.start).slice] = samples
            drop_mapped_pages(samples)
        return rows

    def _copied_to_disk(self, inner: tuple[int, ...]) -> FloatArray:
        with Spool(inner) as spool:
            for start in range(0, self.num_samples, _COPIED_SAMPLES):
                stop = min(start + _COPIED_SAMPLES, self.num_samples)
                spool.append(self._read_part(Span(start, stop)))
            return spool.mapped()


def rotated_parts(span: Span, length: int, rotation: int) -> list[Span]:
    """A span of a clip that is rotated, in the clip itself: one part, or two across its end.

    Law: the parts together are as long as the span, and in its order.
    """
    start = (span.start - rotation) % max(length, 1)
    stop = start + span.length
    return [Span(start, stop)] if stop <= length else [Span(start, length), Span(0, stop - length)]
