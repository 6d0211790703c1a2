"""Fades at the edges of a take, where the sound is cut off: without them it would click.

An edge that is quiet already has no fade: there the sound begins or ends by itself. Elsewhere the
outer half of the edge becomes silent, and the inner half rises to the sound as a raised cosine. So
a faded edge is quiet too, and fading it again changes nothing.
"""

from dataclasses import dataclass

import numpy as np

from core.api.arrays import FloatArray

EDGE_S = 0.01
QUIET = 10 ** (-60 / 20)
"""Magnitudes up to -60 dB of full scale click so faintly that nobody hears it."""


@dataclass(frozen=True, slots=True)
class Edge:
    """The samples at one end of a take.

    Attributes:
        length: How many.
    """

    length: int

    @classmethod
    def at_rate(cls, sampling_rate: int) -> "Edge":
        """The edge at so many samples a second."""
        return cls(round(EDGE_S * sampling_rate))

    @property
    def gains(self) -> FloatArray:
        """The gain of each sample (length,) of the first edge; those of the last are reversed."""
        inner = self.length - self.length // 2
        ramp = 0.5 - 0.5 * np.cos(np.pi * (np.arange(inner) + 0.5) / inner)
        return np.concatenate([np.zeros(self.length // 2), ramp]).astype(np.float32)

    def is_quiet(self, samples: FloatArray) -> bool:
        """Whether samples begin quietly, in the outer half of the edge."""
        return bool(np.max(np.abs(samples[: self.length // 2]), initial=0) <= QUIET)

    def faded_start(self, samples: FloatArray) -> FloatArray:
        """Samples (n,) or (n, channels) with their start faded in; themselves where it is quiet."""
        if self.is_quiet(samples):
            return samples
        faded = np.array(samples)
        gains = self.gains[: len(samples)]
        faded[: self.length] *= gains if samples.ndim == 1 else gains[:, None]
        return faded

    def faded_stop(self, samples: FloatArray) -> FloatArray:
        """The same samples with their end faded out."""
        return self.faded_start(samples[::-1])[::-1]


class FadeOut:
    """Fades out a sound that comes in pieces, whenever it ends.

    Law: the pieces that come out, concatenated, are `edge.faded_stop` of all that went in.

    Args:
        edge: The edge; as many samples are held back.
    """

    def __init__(self, edge: Edge) -> None:
        self._edge = edge
        self._held: FloatArray | None = None  # has the channels of what comes

    @property
    def num_held(self) -> int:
        """Samples that are held back."""
        return 0 if self._held is None else len(self._held)

    def push(self, samples: FloatArray) -> FloatArray:
        """Take samples (n,) or (n, channels), and return those that are surely not at the end."""
        known = samples if self._held is None else np.concatenate([self._held, samples])
        count = max(0, len(known) - self._edge.length)
        self._held = known[count:]
        return known[:count]

    def finish(self) -> FloatArray:
        """End the sound, and return its last samples, faded."""
        held = np.zeros(0, np.float32) if self._held is None else self._held
        self._held = held[:0]
        return self._edge.faded_stop(held)


class FadeIn:
    """Fades in a sound that comes in pieces.

    Law: the pieces that come out, concatenated, are `edge.faded_start` of all that went in.

    Args:
        edge: The edge; nothing is returned before all of it is there.
    """

    def __init__(self, edge: Edge) -> None:
        self._edge = edge
        self._held: FloatArray | None = None
        self._is_past = False

    def push(self, samples: FloatArray) -> FloatArray:
        """Take samples (n,) or (n, channels), and return those that are final."""
        if self._is_past:
            return samples
        self._held = samples if self._held is None else np.concatenate([self._held, samples])
        if len(self._held) < self._edge.length:
            return self._held[:0]
        return self.finish()

    def finish(self) -> FloatArray:
        """End the sound, and return what was held of it."""
        held = np.zeros(0, np.float32) if self._held is None else self._held
        self._is_past, self._held = True, held[:0]
        return self._edge.faded_start(held)


class EdgeFades:
    """Fades a take that comes in pieces, at both ends.

    Args:
        sampling_rate: Samples a second.
    """

    def __init__(self, sampling_rate: int) -> None:
        edge = Edge.at_rate(sampling_rate)
        self._fade_in, self._fade_out = FadeIn(edge), FadeOut(edge)

    def push(self, samples: FloatArray) -> FloatArray:
        """Take samples (n,) or (n, channels), and return those that are final."""
        return self._fade_out.push(self._fade_in.push(samples))

    def finish(self) -> FloatArray:
        """End the sound, and return the samples that were held."""
        rest = self._fade_out.push(self._fade_in.finish())
        return np.concatenate([rest, self._fade_out.finish()])
