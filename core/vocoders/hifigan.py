"""HiFi-GAN in exact chunks: the neural vocoder of AudioLDM, at any length.

HiFi-GAN (Kong et al., 2020) is a finite stack of convolutions, so a sample depends on a limited
stretch of mel frames only. Each chunk is given that stretch and keeps the samples whose frames
it has seen completely, which are the samples that the whole clip would have had.
"""

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from core.api.arrays import FloatArray
from core.api.region import Span
from core.vocoders.frame_queue import FrameQueue
from core.vocoders.receptive_field import (
    FieldConvolution,
    FieldLayer,
    Upsampling,
    inputs_of,
    output_length,
)


class HifiGanVocoder:
    """A SpeechT5HifiGan that gives the same samples in chunks as over the whole clip.

    Device and dtype are those of the network, which is left as it is; samples are float32.

    Attributes:
        halo: Mel frames that a chunk needs before and after its own.

    Args:
        network: A `SpeechT5HifiGan` of transformers.
        chunk_frames: Mel frames vocoded at a time. Longer wastes less on halos; shorter sounds
            sooner and needs less memory.
    """

    def __init__(self, network: Any, chunk_frames: int = 256) -> None:
        self.network = network
        self.chunk_frames = chunk_frames
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
        """Begin a clip."""
        return HifiGanStream(self)

    def renew(self, mel: Tensor, span: Span, waveform: FloatArray) -> tuple[int, FloatArray]:
        """Samples that changed frames have a part in, and their place.

        Equal to the whole clip's up to rounding, so the known `waveform` need not be looked at.
        """
        clip = Span(0, len(mel))
        heard = span.expand(self.context_frames, self.context_frames, clip)
        read = heard.expand(self.context_frames, self.context_frames, clip)
        stream = self.stream()
        samples = np.concatenate([stream.push(mel[read.slice]), stream.finish()])
        first = (heard.start - read.start) * self.hop_length
        stop = len(samples) - (read.stop - heard.stop) * self.hop_length
        return heard.start * self.hop_length, samples[first:stop]

    def vocode(self, mel: Tensor) -> FloatArray:
        """Run the network once over log-mel frames (T, F): samples (num_samples(T),)."""
        like = next(self.network.parameters())
        with torch.inference_mode():
            samples: Tensor = self.network(mel.to(like.device, like.dtype)[None])
        return samples[0].float().cpu().numpy()


class HifiGanStream:
    """One clip on its way through the network, on a fixed grid of chunks."""

    def __init__(self, vocoder: HifiGanVocoder) -> None:
        self._vocoder = vocoder
        self._frames = FrameQueue()
        self._next_frame = 0

    def push(self, mel: Tensor) -> FloatArray:
        """Take log-mel frames (T, F) and give the samples of the chunks that are now complete."""
        self._frames.append(mel)
        chunk_frames, (before, after) = self._vocoder.chunk_frames, self._vocoder.halo
        chunks = []
        while self._next_frame + chunk_frames + after <= self._frames.stop:
            chunks.append(self._vocode(Span(self._next_frame, self._next_frame + chunk_frames)))
            self._next_frame += chunk_frames
            self._frames.drop_before(self._next_frame - before)
        return np.concatenate([np.zeros(0, np.float32), *chunks])

    def finish(self) -> FloatArray:
        """Give the samples that only waited for a frame that never came."""
        chunks = []
        while self._next_frame < self._frames.stop:
            stop = min(self._next_frame + self._vocoder.chunk_frames, self._frames.stop)
            chunks.append(self._vocode(Span(self._next_frame, stop)))
            self._next_frame = stop
        return np.concatenate([np.zeros(0, np.float32), *chunks])

    def _vocode(self, core: Span) -> FloatArray:
        """The samples of a stretch of frames; of the clip's last one, with the tail."""
        known = Span(0, self._frames.stop)
        padded = core.expand(*self._vocoder.halo, limit=known)
        samples = self._vocoder.vocode(self._frames.take(padded))
        hop = self._vocoder.hop_length
        is_last = core.stop == known.stop
        stop = len(samples) if is_last else (core.stop - padded.start) * hop
        return samples[(core.start - padded.start) * hop : stop]


def layers_of(network: nn.Module) -> list[FieldLayer]:
    """The geometry of a SpeechT5HifiGan, from its layers.

    Residual blocks that run side by side count as one: the one that sees farthest.
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
    """Inputs seen on either side of the middle one; kernels are odd, as the length is kept."""
    return (convolution.kernel_size[0] - 1) * convolution.dilation[0] // 2
