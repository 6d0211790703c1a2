"""What every vocoder offers: a stream that takes log-mel frames and gives samples."""

from typing import Protocol

from torch import Tensor

from core.api.arrays import FloatArray
from core.api.region import Span


class VocoderStream(Protocol):
    """One clip on its way from log-mel to samples.

    The samples of all `push` calls and of `finish`, put one after another, do not depend on how
    the frames were cut into pushes, and number `Vocoder.num_samples(frames pushed)`.
    """

    def push(self, mel: Tensor) -> FloatArray:
        """Take the next log-mel frames (T, F) and give the samples (n,) that are now certain.

        n may be 0: the vocoder holds back what later frames still change.
        """

    def finish(self) -> FloatArray:
        """Say that no frame follows, and give the remaining samples (n,)."""


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

        Of a phase reconstruction, which has no end to it, the stretch that is taken into account.
        """

    def num_samples(self, num_frames: int) -> int:
        """Length of the waveform of a clip of `num_frames` mel frames."""

    def stream(self) -> VocoderStream:
        """Begin a clip."""

    def renew(self, mel: Tensor, span: Span, waveform: FloatArray) -> tuple[int, FloatArray]:
        """Make the samples of some frames anew, so that they fit those around them.

        Args:
            mel: Log-mel of the clip (T, F).
            span: The frames that have changed.
            waveform: Samples of the clip; those of other frames are known, `hop_length` each.

        Returns:
            The place of the first sample, and samples that reach beyond those of the frames on
            either side where the clip does, far enough to be faded into the known ones.
        """
