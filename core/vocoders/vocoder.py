"""The interface of all vocoders: a stream that takes log-mel frames and returns samples."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from torch import Tensor

from core.api.arrays import FloatArray
from core.api.events import Notice
from core.api.progress import Progress
from core.api.region import Span


class VocoderStream(Protocol):
    """One clip that is vocoded while its frames come in.

    Law: the samples of all `push` calls and of `finish`, concatenated, do not depend on how the
    frames were split into pushes, and number `Vocoder.num_samples(frames pushed)`.
    """

    def push(self, mel: Tensor) -> FloatArray:
        """Take the next log-mel frames (T, F) and return the samples (n,) that are final now.

        n may be 0: samples that later frames can change are held back.
        """

    def finish(self) -> FloatArray:
        """End the clip, and return the remaining samples (n,)."""


class Vocoder(Protocol):
    """Turns natural-log mel frames into samples."""

    @property
    def sampling_rate(self) -> int:
        """Samples a second."""

    @property
    def hop_length(self) -> int:
        """Samples a mel frame."""

    @property
    def context_frames(self) -> int:
        """Mel frames on each side that a sample depends on.

        A phase reconstruction depends on all frames before; there it is the lookahead.
        """

    @property
    def loudest_rms(self) -> float:
        """Root mean square that no frame of its samples exceeds, full scale = 1."""

    @property
    def num_overflows(self) -> int:
        """How often half precision overflowed so far, and float32 was taken instead."""

    def num_samples(self, num_frames: int) -> int:
        """Length of the waveform of a clip of `num_frames` mel frames."""

    def stream(self) -> VocoderStream:
        """Start a clip."""

    def revocode(self, mel: Tensor, span: Span, waveform: FloatArray) -> tuple[int, FloatArray]:
        """Vocode changed frames again, so that their samples fit those around them.

        Args:
            mel: Log-mel of the clip (T, F).
            span: The frames that have changed.
            waveform: Samples of the clip, `hop_length` a frame; those of other frames are kept.

        Returns:
            The index of the first sample, and samples that reach beyond the changed frames on
            either side where the clip does, far enough to be cross-faded with the known ones.
        """


@contextmanager
def overflow_notice(vocoder: Vocoder, progress: Progress) -> Iterator[None]:
    """Emit one notice at the end where half precision overflowed inside the block."""
    before = vocoder.num_overflows
    yield
    if vocoder.num_overflows > before:
        progress.emit(
            Notice(
                "Half precision overflowed in the vocoder: where it did, this sound was computed "
                "again in float32."
            )
        )
