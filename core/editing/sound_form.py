"""The form of a take's samples: its own rate and channels, beside those that the model makes.

A recording keeps its form. Only its samples around a change are brought to the model's, and only
the new ones are brought back.
"""

from dataclasses import dataclass

import numpy as np
import soxr

from core.api.arrays import FloatArray
from core.api.region import Span
from core.models.text_to_audio_model import LogMelModel, TextToAudioModel


@dataclass(frozen=True, slots=True)
class SoundForm:
    """Where mel frames lie in the samples of a take.

    Attributes:
        sample_rate: Samples a second of the take.
        model_rate: Samples a second of the model.
        hop_length: Samples a mel frame, at the model's rate.
    """

    sample_rate: int
    model_rate: int
    hop_length: int

    @property
    def frame_samples(self) -> int:
        """Samples of the take in a mel frame, as a whole number: the length of its fades."""
        return max(1, self.position(1))

    def position(self, frame: int) -> int:
        """The first sample of a mel frame; at some rates half a sample off."""
        return (2 * frame * self.sample_rate * self.hop_length + self.model_rate) // (
            2 * self.model_rate
        )

    def span_of(self, frames: Span) -> Span:
        """The samples of a span of mel frames."""
        return Span(self.position(frames.start), self.position(frames.stop))

    def num_frames(self, samples: int) -> int:
        """Mel frames that cover so many samples."""
        return -(-samples * self.model_rate // (self.sample_rate * self.hop_length))

    def num_whole_frames(self, samples: int) -> int:
        """Mel frames that so many samples hold as a whole."""
        return samples * self.model_rate // (self.sample_rate * self.hop_length)

    @classmethod
    def of(cls, model: TextToAudioModel, sample_rate: int) -> "SoundForm":
        """Where the frames of a model lie in samples of a rate.

        A frame is one of the log-mel that the model decodes to, or else a latent frame.
        """
        frame_samples = model.clock.hop_length // frames_per_latent(model)
        return cls(sample_rate, model.clock.sample_rate, frame_samples)

    def to_model(self, samples: FloatArray) -> FloatArray:
        """Samples (n,) or (n, channels) as the model makes them: (m,), channels averaged."""
        mono = samples if samples.ndim == 1 else samples.mean(axis=1, dtype=np.float32)
        return at_rate(mono, self.sample_rate, self.model_rate)

    def from_model(self, span: Span, samples: FloatArray) -> tuple[Span, FloatArray]:
        """A span of the model's samples (m,) in the take: its samples (n,), and where they lie."""
        start, stop = (
            round(edge * self.sample_rate / self.model_rate) for edge in (span.start, span.stop)
        )
        own = at_rate(samples, self.model_rate, self.sample_rate)[: stop - start]
        return Span(start, start + len(own)), own


def frames_per_latent(model: TextToAudioModel) -> int:
    """Frames of what a model decodes to in one of its latents: 1 where that is samples."""
    return model.time_scale if isinstance(model, LogMelModel) else 1


def at_rate(samples: FloatArray, from_rate: int, to_rate: int) -> FloatArray:
    """Samples (n,) or (n, channels) at another rate; themselves where it is the same."""
    if from_rate == to_rate:
        return samples
    resampled: FloatArray = soxr.resample(samples, from_rate, to_rate, quality="HQ")
    return resampled


def over_channels(values: FloatArray, samples: FloatArray) -> FloatArray:
    """Values (n,) in a shape that samples (n,) or (n, channels) can be multiplied by."""
    return values.reshape(-1, *(1,) * (samples.ndim - 1))
