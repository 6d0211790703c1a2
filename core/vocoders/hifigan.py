"""HiFi-GAN in exact chunks: the neural vocoder of AudioLDM, at any length.

HiFi-GAN (Kong et al., 2020) is a finite stack of convolutions, so a sample depends on a limited
number of mel frames. Each chunk is computed with a halo of these frames, and only the samples
whose frames are all there are kept: they equal those of the whole clip.
"""

import math
from collections.abc import Sequence
from functools import cached_property, partial
from typing import Any, NamedTuple

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


class VocoderChunk(NamedTuple):
    """A part of a clip.

    Attributes:
        mel: Log-mel frames (t, F).
        span: Their place in the clip: `core` and its halo.
        core: The frames whose samples are wanted; at the end of the clip, with the tail.
        num_frames: Frames of the clip, as far as it is known.
    """

    mel: Tensor
    span: Span
    core: Span
    num_frames: int


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

    def vocode_chunks(self, chunks: Sequence[VocoderChunk]) -> list[FloatArray]:
        """The samples (n,) of each chunk; of a grid, as many side by side as are worth it."""
        whole = [chunk for chunk in chunks if chunk.core.length == self.chunk_frames]
        samples: list[FloatArray] = []
        for first in range(0, len(whole), self.chunks_at_once):
            together = whole[first : first + self.chunks_at_once]
            samples += run_side_by_side([partial(self.vocode_part, *one) for one in together])
        return samples + [self.vocode_part(*one) for one in chunks[len(whole) :]]

    def vocode_part(self, mel: Tensor, span: Span, core: Span, num_frames: int) -> FloatArray:
        """Vocode a part of a clip, given as in `VocoderChunk`; samples (n,)."""
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
        self.append(mel)
        count = self._vocoder.chunks_at_once if self._next_frame else 1
        if self.num_complete < count:
            return np.zeros(0, np.float32)
        return np.concatenate(self._vocoder.vocode_chunks(self.take_chunks()))

    def finish(self) -> FloatArray:
        """Return the remaining samples, which waited for further frames."""
        samples = self._vocoder.vocode_chunks(self.take_chunks(is_over=True))
        return np.concatenate([np.zeros(0, np.float32), *samples])

    def append(self, mel: Tensor) -> None:
        """Take log-mel frames (T, F), and vocode none of them yet."""
        self._frames.append(mel)

    @property
    def num_complete(self) -> int:
        """Chunks that can be vocoded now."""
        stop = self._frames.stop - self._vocoder.halo[1]
        return max(0, stop - self._next_frame) // self._vocoder.chunk_frames

    def take_chunks(self, *, is_over: bool = False) -> list[VocoderChunk]:
        """Take the chunks that are complete, with their frames.

        Args:
            is_over: Whether the clip has no more frames: then its last frames are a chunk too.
        """
        size, total = self._vocoder.chunk_frames, self._frames.stop
        stop = total if is_over else self._next_frame + self.num_complete * size
        chunks = []
        while self._next_frame < stop:
            core = Span(self._next_frame, min(self._next_frame + size, stop))
            padded = core.expand(*self._vocoder.halo, limit=Span(0, total))
            chunks.append(VocoderChunk(self._frames.take(padded), padded, core, total))
            self._next_frame = core.stop
        self._frames.drop_before(self._next_frame - self._vocoder.halo[0])
        return chunks
