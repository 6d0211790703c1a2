"""HiFi-GAN in exact chunks: the neural vocoder of AudioLDM, at any length.

HiFi-GAN (Kong et al., 2020) is a finite stack of convolutions, so a sample depends on a limited
number of mel frames. Each chunk is computed with a halo of these frames, and only the samples
whose frames are all there are kept: they equal those of the whole clip.
"""

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from core.api.arrays import FloatArray
from core.api.region import Span
from core.runtime.precision import HALF, call_in_float32, is_finite
from core.vocoders.frame_queue import FrameQueue
from core.vocoders.receptive_field import (
    FieldConvolution,
    FieldLayer,
    Upsampling,
    inputs_of,
    output_length,
)


class HifiGanVocoder:
    """A SpeechT5HifiGan whose samples in chunks equal those over the whole clip.

    Device and dtype are those of the network, which is never changed; samples are float32.

    Attributes:
        num_overflows: Chunks computed again in float32 so far.
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
        self.sampling_rate: int = network.config.sampling_rate
        self.hop_length: int = math.prod(network.config.upsample_rates)
        self._layers = layers_of(network)
        needed = inputs_of(self._layers, Span(0, self.hop_length))
        self.halo = (-needed.start, needed.stop - 1)
        self.context_frames = max(self.halo)

    def num_samples(self, num_frames: int) -> int:
        """Length of the waveform of a clip: for AudioLDM's vocoder 160 n + 32, 0 for nothing."""
        return output_length(self._layers, num_frames) if num_frames else 0

    def stream(self) -> "HifiGanStream":
        """Start a clip."""
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
        """Run the network once over log-mel frames (T, F): samples (num_samples(T),).

        Again in float32 where half precision overflows.
        """
        like = next(self.network.parameters())
        mel = mel.to(like.device, like.dtype)[None]
        with torch.inference_mode():
            samples: Tensor = self.network(mel)[0].float().cpu()
            if like.dtype in HALF and not is_finite(samples):
                self.num_overflows += 1
                samples = call_in_float32(self.network, mel)[0].float().cpu()
        return samples.numpy()


class HifiGanStream:
    """One clip, vocoded on a fixed grid of chunks."""

    def __init__(self, vocoder: HifiGanVocoder) -> None:
        self._vocoder = vocoder
        self._frames = FrameQueue()
        self._next_frame = 0

    def push(self, mel: Tensor) -> FloatArray:
        """Take log-mel frames (T, F) and return the samples of chunks that are complete now."""
        self._frames.append(mel)
        chunk_frames, (before, after) = self._vocoder.chunk_frames, self._vocoder.halo
        chunks = []
        while self._next_frame + chunk_frames + after <= self._frames.stop:
            chunks.append(self._vocode(Span(self._next_frame, self._next_frame + chunk_frames)))
            self._next_frame += chunk_frames
            self._frames.drop_before(self._next_frame - before)
        return np.concatenate([np.zeros(0, np.float32), *chunks])

    def finish(self) -> FloatArray:
        """Return the remaining samples, which waited for further frames."""
        chunks = []
        while self._next_frame < self._frames.stop:
            stop = min(self._next_frame + self._vocoder.chunk_frames, self._frames.stop)
            chunks.append(self._vocode(Span(self._next_frame, stop)))
            self._next_frame = stop
        return np.concatenate([np.zeros(0, np.float32), *chunks])

    def _vocode(self, core: Span) -> FloatArray:
        """The samples of a span of frames; at the end of the clip, with the tail."""
        clip = Span(0, self._frames.stop)
        padded = core.expand(*self._vocoder.halo, limit=clip)
        samples = self._vocoder.vocode(self._frames.take(padded))
        hop = self._vocoder.hop_length
        is_last = core.stop == clip.stop
        stop = len(samples) if is_last else (core.stop - padded.start) * hop
        return samples[(core.start - padded.start) * hop : stop]


def layers_of(network: nn.Module) -> list[FieldLayer]:
    """The geometry of a SpeechT5HifiGan, from its layers.

    Parallel residual blocks count as one, with the largest receptive field of them.
    """
    net: Any = network
    layers: list[FieldLayer] = [FieldConvolution(_reach(net.conv_pre))]
    for index, upsampler in enumerate(net.upsampler):
        (stride,), (kernel,), (padding,) = (
            upsampler.stride,
            upsampler.kernel_size,
            upsampler.padding,
        )
        layers.append(Upsampling(stride, kernel, padding))
        blocks = net.resblocks[index * net.num_kernels : (index + 1) * net.num_kernels]
        layers.append(FieldConvolution(max(map(_block_reach, blocks))))
    return [*layers, FieldConvolution(_reach(net.conv_post))]


def _block_reach(block: Any) -> int:
    return sum(_reach(convolution) for convolution in [*block.convs1, *block.convs2])


def _reach(convolution: nn.Conv1d) -> int:
    """Inputs read on either side of the centre; kernels are odd, since the length is kept."""
    return (convolution.kernel_size[0] - 1) * convolution.dilation[0] // 2
