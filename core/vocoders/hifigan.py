"""HiFi-GAN in exact chunks: the neural vocoder of AudioLDM, at any length.

HiFi-GAN (Kong et al., 2020) is a finite stack of convolutions, so a sample depends on a limited
number of mel frames. Each chunk is computed with a halo of these frames, and only the samples
whose frames are all there are kept: they equal those of the whole clip.
"""

import math
from functools import cached_property, partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.api.arrays import FloatArray
from core.api.region import Span
from core.runtime.compute_threads import run_side_by_side
from core.runtime.precision import HALF, call_in_float32, is_finite
from core.vocoders.frame_queue import FrameQueue
from core.vocoders.hifigan_layers import HifiGanLayers, layers_of
from core.vocoders.receptive_field import inputs_of, output_length

MOST_AT_ONCE = 4  # chunks


class HifiGanVocoder:
    """A SpeechT5HifiGan whose samples in chunks equal those over the whole clip.

    Device and dtype are those of the network, which is never changed; samples are float32.

    Attributes:
        num_overflows: Chunks computed again in float32 so far.
        loudest_rms: That of full scale, where its tanh ends.
        halo: Mel frames that a chunk needs before and after its own.

    Args:
        network: A `SpeechT5HifiGan` of transformers.
        chunk_frames: Mel frames vocoded at a time. Longer chunks waste less on halos; shorter
            ones give sound sooner and need less memory.
    """

    def __init__(self, network: Any, chunk_frames: int = 256) -> None:
        self.network = network
        self.chunk_frames = chunk_frames
        self.num_overflows = 0
        self.loudest_rms = 1.0
        self.sampling_rate: int = network.config.sampling_rate
        self.hop_length: int = math.prod(network.config.upsample_rates)
        self._layers = layers_of(network)
        needed = inputs_of(self._layers, Span(0, self.hop_length))
        self.halo = (-needed.start, needed.stop - 1)
        self.context_frames = max(self.halo)

    def num_samples(self, num_frames: int) -> int:
        """Length of the waveform of a clip: for AudioLDM's vocoder 160 n + 32, 0 for nothing."""
        return output_length(self._layers, num_frames) if num_frames else 0

    @property
    def chunks_at_once(self) -> int:
        """How many chunks to vocode side by side, on a processor: each takes 80 MB."""
        is_on_processor = next(self.network.parameters()).device.type == "cpu"
        return min(torch.get_num_threads(), MOST_AT_ONCE) if is_on_processor else 1

    def stream(self) -> "HifiGanStream":
        """Start a clip."""
        if self.chunks_at_once > 1:
            _ = self._fast_layers  # made before several threads ask for them
        return HifiGanStream(self)

    def revocode(self, mel: Tensor, span: Span, waveform: FloatArray) -> tuple[int, FloatArray]:
        """Samples that depend on changed frames, and the index of the first one.

        They equal the whole clip's up to rounding, so `waveform` is not needed.
        """
        clip = Span(0, len(mel))
        affected = span.expand(self.context_frames, self.context_frames, clip)
        padded = affected.expand(self.context_frames, self.context_frames, clip)
        stream = self.stream()
        samples = np.concatenate([stream.push(mel[padded.slice]), stream.finish()])
        first = (affected.start - padded.start) * self.hop_length
        stop = len(samples) - (padded.stop - affected.stop) * self.hop_length
        return affected.start * self.hop_length, samples[first:stop]

    def vocode(self, mel: Tensor) -> FloatArray:
        """Vocode a whole clip of log-mel frames (T, F) at once: samples (num_samples(T),)."""
        clip = Span(0, len(mel))
        return self.vocode_part(mel, clip, clip, len(mel))

    def vocode_part(self, mel: Tensor, span: Span, core: Span, num_frames: int) -> FloatArray:
        """Vocode a part of a clip.

        Args:
            mel: Log-mel frames (t, F).
            span: Their place in the clip: `core` and its halo.
            core: The frames whose samples are returned; at the end of the clip, with the tail.
            num_frames: Frames of the clip.
        """
        like = next(self.network.parameters())
        samples = Span(core.start * self.hop_length, core.stop * self.hop_length)
        if core.stop == num_frames:
            samples = Span(samples.start, self.num_samples(num_frames))
        mel = mel.to(like.device, like.dtype)
        with torch.inference_mode():
            if like.device.type == "cpu":
                vocoded: Tensor = self._fast_layers(mel, span, samples, num_frames)
            else:
                vocoded = self._run(mel)[samples.shift(-span.start * self.hop_length).slice]
        return vocoded.float().numpy()

    @cached_property
    def _fast_layers(self) -> HifiGanLayers:
        return HifiGanLayers(self.network)

    def _run(self, mel: Tensor) -> Tensor:
        """The network over frames (t, F); again in float32 where half precision overflows."""
        samples: Tensor = self.network(mel[None])[0].float().cpu()
        if mel.dtype in HALF and not is_finite(samples):
            self.num_overflows += 1
            samples = call_in_float32(self.network, mel[None])[0].float().cpu()
        return samples


class HifiGanStream:
    """One clip, vocoded on a fixed grid of chunks."""

    def __init__(self, vocoder: HifiGanVocoder) -> None:
        self._vocoder = vocoder
        self._frames = FrameQueue()
        self._next_frame = 0

    def push(self, mel: Tensor) -> FloatArray:
        """Take log-mel frames (T, F) and return the samples of chunks that are complete now.

        The first chunk comes at once; later ones wait until there are as many as go side by side.
        """
        self._frames.append(mel)
        before, after = self._vocoder.halo
        stop = self._frames.stop - after
        count = self._vocoder.chunks_at_once if self._next_frame else 1
        if stop - self._next_frame < count * self._vocoder.chunk_frames:
            return np.zeros(0, np.float32)
        samples = self._vocode_chunks(stop)
        self._frames.drop_before(self._next_frame - before)
        return samples

    def finish(self) -> FloatArray:
        """Return the remaining samples, which waited for further frames."""
        samples = self._vocode_chunks(self._frames.stop)
        rest = Span(self._next_frame, self._frames.stop)
        self._next_frame = rest.stop
        return np.concatenate([samples, self._vocode(rest)]) if rest.length > 0 else samples

    def _vocode_chunks(self, stop: int) -> FloatArray:
        """The samples of all chunks that end up to a frame, some of them side by side."""
        size = self._vocoder.chunk_frames
        starts = range(self._next_frame, stop - size + 1, size)
        waiting = [partial(self._vocode, Span(start, start + size)) for start in starts]
        self._next_frame += len(waiting) * size
        samples = [np.zeros(0, np.float32)]
        while waiting:
            count = self._vocoder.chunks_at_once
            samples += run_side_by_side(waiting[:count])
            del waiting[:count]
        return np.concatenate(samples)

    def _vocode(self, core: Span) -> FloatArray:
        """The samples of a span of frames; at the end of the clip, with the tail."""
        clip = Span(0, self._frames.stop)
        padded = core.expand(*self._vocoder.halo, limit=clip)
        return self._vocoder.vocode_part(self._frames.take(padded), padded, core, clip.stop)
