"""Endless sound of a model whose latents are those of samples: its windows are decoded as one.

Latents are cross-faded where windows overlap, and then decoded as one sequence that has no end: the
last frames wait until those that their samples depend on are there. So no seam is in it.
"""

from collections.abc import Callable

import numpy as np
import soxr
import torch
from torch import Tensor

from core.api.arrays import FloatArray
from core.api.config import TilingConfig
from core.api.errors import NonFiniteError
from core.api.progress import InnerProgress, Progress
from core.api.region import Span
from core.models.text_to_audio_model import WaveformModel
from core.pipeline.edge_fades import Edge, FadeIn
from core.pipeline.waveform_decoder import GAINS_A_SECOND, as_samples, mono_of, waveform_engine
from core.sound_files.source_preview import LogMelStream
from core.vocoders.limiter import Limiter

FindGain = Callable[[FloatArray], float]
"""The samples of the beginning -> what all are multiplied by."""


class JoinedWindows:
    """Joins the latents (1, C, T, 1) of windows that overlap.

    Args:
        shared_frames: Over how many frames neighbours overlap.
    """

    def __init__(self, shared_frames: int) -> None:
        self._shared = shared_frames
        self._tail: Tensor | None = None

    def push(self, window: Tensor) -> Tensor:
        """Take the next window, and return the latents up to where the one after it begins."""
        head, shared = window, self._shared
        if self._tail is not None and shared:
            weights = (torch.arange(shared, device=window.device) + 0.5) / shared
            faded = self._tail + weights[:, None] * (window[:, :, :shared] - self._tail)
            head = torch.cat([faded, window[:, :, shared:]], dim=2)
        stop = window.shape[2] - shared
        self._tail = window[:, :, stop:]
        return head[:, :, :stop]


class EndlessWaveform:
    """Decodes latents without an end, fades in, and keeps the level of the first stretch.

    Args:
        model: The model.
        tiling: How to decode.
        find_gain: Finds the gain, once the first samples are there.
        progress: May cancel.

    Attributes:
        gain: What the samples are multiplied by.
    """

    def __init__(
        self, model: WaveformModel, tiling: TilingConfig, find_gain: FindGain, progress: Progress
    ) -> None:
        self._model, self._find_gain, self._progress = model, find_gain, progress
        self._engine = waveform_engine(model, tiling)
        self._known: Tensor | None = None
        self._first = self._decoded = 0  # latent frames: the first one known, and those decoded
        hop = model.clock.hop_length
        read = self._engine.latents_read(Span(0, hop))
        self._before, self._after = -read.start, read.stop - 1
        self._limiter: Limiter | None = None
        self._fade_in = FadeIn(Edge.at_rate(model.clock.sample_rate))
        self._picture = LogMelStream(model.mel, stretch_frames=1)
        self._resampler = soxr.ResampleStream(
            model.clock.sample_rate, model.mel.sample_rate, 1, dtype="float32", quality="HQ"
        )
        self.gain = 1.0

    def push(self, latents: Tensor) -> tuple[FloatArray, FloatArray]:
        """Take the next latents (1, C, t, 1); returns samples that are final, and their log-mel.

        Raises:
            NonFiniteError: A sample is NaN or infinite.
        """
        known = latents if self._known is None else torch.cat([self._known, latents], dim=2)
        stop = max(self._decoded, self._first + known.shape[2] - self._after)
        samples = self._decode(known, Span(self._decoded, stop))
        kept = max(self._first, stop - self._before)
        self._known, self._first, self._decoded = known[:, :, kept - self._first :], kept, stop
        if not np.isfinite(samples).all():
            raise NonFiniteError("decoder")
        if self._limiter is None:
            self.gain = self._find_gain(samples)
            frame = self._model.clock.sample_rate // GAINS_A_SECOND
            self._limiter = Limiter(frame, self.gain)
        heard = self._fade_in.push(self._limiter.push(samples))
        at_mel_rate = self._resampler.resample_chunk(mono_of(heard))
        empty = np.zeros((0, self._model.mel.n_mels), np.float32)
        return heard, np.concatenate([empty, *self._picture.push(at_mel_rate)])

    def _decode(self, known: Tensor, span: Span) -> FloatArray:
        """The samples of a span of latent frames, exactly those of all that is known."""
        end = self._first + known.shape[2]
        read = span.expand(self._before, self._after, Span(self._first, end)).shift(-self._first)
        own = next(self._model.waveform_vae.parameters())
        values = known[:, :, read.slice, 0].to(own.device, own.dtype)
        samples = as_samples(self._engine.decode(values, InnerProgress(self._progress)))
        inside = span.shift(-self._first - read.start)
        return samples[inside.scale(self._model.clock.hop_length).slice]
