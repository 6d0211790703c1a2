"""Decodes and encodes waveforms of any length and any channels with an autoencoder such as Oobleck.

Such networks (Oobleck of Stable Audio Open and ACE-Step, SAME of Stable Audio 3) turn latents into
samples without a spectrogram between. They have neither statistics of the whole clip nor noise, so
a stream equals the untiled network, in less time and memory, and memory does not depend on the
length.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, ClassVar

import torch
from diffusers import AutoencoderOobleck
from diffusers.models.autoencoders.autoencoder_oobleck import OobleckDiagonalGaussianDistribution
from torch import Tensor, nn

from core.api.config import Precision
from core.api.progress import Progress
from core.api.region import Span
from core.runtime.device import available_bytes
from core.runtime.device_errors import memory_errors_as
from core.tiled_vae.executors.stream import Converted
from core.tiled_vae.executors.waveform_stream import WaveformStream
from core.tiled_vae.graph.tasks import AddResidual, StoreResidual, Task
from core.tiled_vae.graph.time_reach import inputs_of, length
from core.tiled_vae.graph.waveform_graph_builder import (
    waveform_decoder_queue,
    waveform_encoder_queue,
)
from core.tiled_vae.graph.waveform_tasks import Snake, TimeLayer, TimeTask
from core.tiled_vae.inputs import WaveformSource, check_waveform
from core.tiled_vae.planning.waveform_planner import (
    PictureGrid,
    WaveformInput,
    WaveformPlan,
    plan_waveform,
    reaches_of,
)

Stretches = Iterator[tuple[Span, Tensor]]


class WaveformVAE:
    """A waveform autoencoder that works chunk by chunk, and never changes the network.

    It keeps the kernels that a run has made of the network's weights, for the next one.

    Args:
        vae: A `diffusers.AutoencoderOobleck` or `AutoencoderSAME`, on the device to compute on.
        memory_budget: Bytes that it may use above the network itself and beside the result; None =
            what is free.
        compute_dtype: Precision of the arithmetic; None = the network's own.
        chunk_latents: Latent frames of a chunk; None = planned from the budget. The result does
            not depend on it.
        grid: The picture that tiles are shown on in `TilePlanned`; None = a frame for each latent
            frame, one bin high.

    Attributes:
        is_exact: Whether the result is the untiled network's, up to rounding.

    Raises:
        ModelLoadError: The network is of another class, or has a layer of an unsupported kind.
    """

    is_exact: ClassVar[bool] = True

    def __init__(
        self,
        vae: nn.Module,
        *,
        memory_budget: int | None = None,
        compute_dtype: Precision | None = None,
        chunk_latents: int | None = None,
        grid: PictureGrid | None = None,
    ) -> None:
        self.vae = vae
        self._memory_budget = memory_budget
        self._chunk_latents = chunk_latents
        self._compute_dtype = compute_dtype
        self._decoder = waveform_decoder_queue(vae)
        self._encoder = waveform_encoder_queue(vae)
        self._decoder_kernels: Converted = {}  # made by the first run that needs them
        self._encoder_kernels: Converted = {}
        self.grid = grid or PictureGrid(self.hop_length, 1)

    @property
    def sample_rate(self) -> int:
        """Samples a second of each channel."""
        return int(self._config.sampling_rate)

    @property
    def audio_channels(self) -> int:
        """Channels of the waveform."""
        return int(self._config.audio_channels)

    @property
    def latent_channels(self) -> int:
        """Channels of the latents."""
        return next(task.channels[0] for task in self._decoder if isinstance(task, TimeTask))

    @property
    def has_posterior(self) -> bool:
        """Whether the encoder gives means and deviations, and not the latents themselves."""
        return isinstance(self.vae, AutoencoderOobleck)

    @property
    def hears_places_alike(self) -> bool:
        """Whether a latent depends on the sound around it alone, and not on its place in it."""
        kinds = (TimeLayer, Snake, StoreResidual, AddResidual)
        return all(isinstance(task, kinds) for task in self._encoder)

    @property
    def hop_length(self) -> int:
        """Samples in a latent frame."""
        reaches = reaches_of(self._decoder)
        return math.prod(each.up for each in reaches) // math.prod(each.down for each in reaches)

    def decoded_length(self, num_latents: int) -> int:
        """Samples that so many latent frames decode to."""
        return length(reaches_of(self._decoder), num_latents)

    def encoded_length(self, num_samples: int) -> int:
        """Latent frames that so many samples encode to, as the network counts a rest of them."""
        return length(reaches_of(self._encoder), num_samples)

    def latents_read(self, samples: Span) -> Span:
        """The latent frames that a non-empty span of samples depends on; it may leave the clip."""
        return inputs_of(reaches_of(self._decoder), samples)

    def samples_read(self, latents: Span) -> Span:
        """The samples that a non-empty span of latents depends on; it may leave the clip."""
        return inputs_of(reaches_of(self._encoder), latents)

    def plan_decode(self, latents_shape: Sequence[int]) -> WaveformPlan:
        """What `decode` would do with latents of this shape (B, C, T).

        Raises:
            DeviceMemoryError: Nothing fits in the memory budget.
        """
        return self._plan(self._decoder, latents_shape, unit=1)

    def plan_encode(self, samples_shape: Sequence[int]) -> WaveformPlan:
        """What `encode` would do with samples of this shape (B, channels, n); see `plan_decode`."""
        return self._plan(self._encoder, samples_shape, unit=self.hop_length)

    def decode(self, latents: Tensor, progress: Progress | None = None) -> Tensor:
        """Latents (B, C, T), unscaled, to samples (B, channels, n).

        Raises:
            InvalidRequestError: The latents do not fit the network; raised before any work.
            DeviceMemoryError: Nothing fits the memory budget; raised before any work.
            NonFiniteError: The network's output has infinities or NaNs, in float32 too.
            Cancelled: The run was cancelled; the engine can be used again.
        """
        with self._memory_errors():
            stretches = self.decode_stretches(latents, progress)  # checks the shape
            return _assemble(stretches, self.decoded_length(latents.shape[2]), latents.device)

    def decode_stretches(
        self, latents: Tensor | WaveformSource, progress: Progress | None = None
    ) -> Stretches:
        """Yield the samples (B, channels, m) of each span of the waveform, in order, without gaps.

        Each comes a little after the latents that it depends on. Raises as `decode` does, except
        that memory that runs out beside the stream stays the device's own error.
        """
        check_waveform(
            "latents", latents, channels=self.latent_channels, unit=1, device=self._device
        )
        plan = self.plan_decode(latents.shape)
        return self._run(self._decoder, self._decoder_kernels, latents, plan, progress)

    def encode(
        self, samples: Tensor | WaveformSource, progress: Progress | None = None
    ) -> OobleckDiagonalGaussianDistribution:
        """Samples (B, channels, n) to the posterior over latents, as the network's own `encode`.

        Raises as `decode` does, and a TypeError where the network has no posterior.
        """
        if not self.has_posterior:
            raise TypeError(f"{type(self.vae).__name__} has no posterior: use encode_latents")
        return OobleckDiagonalGaussianDistribution(self._encode(samples, progress))

    def encode_latents(
        self, samples: Tensor | WaveformSource, progress: Progress | None = None
    ) -> Tensor:
        """Samples (B, channels, n) to latents (B, C, T): the mode, where there is a posterior."""
        encoded = self._encode(samples, progress)
        if not self.has_posterior:
            return encoded
        mode: Tensor = OobleckDiagonalGaussianDistribution(encoded).mode()
        return mode

    def _encode(self, samples: Tensor | WaveformSource, progress: Progress | None) -> Tensor:
        with self._memory_errors():
            stretches = self.encode_stretches(samples, progress)  # checks the shape
            return _assemble(stretches, self.encoded_length(samples.shape[2]), self._device)

    def encode_stretches(
        self, samples: Tensor | WaveformSource, progress: Progress | None = None
    ) -> Stretches:
        """Yield what the encoder gives of each span of latents.

        That is the posterior's parameters (B, 2 C, m), or the latents (B, C, m); see `encode`.
        """
        check_waveform(
            "samples",
            samples,
            channels=self.audio_channels,
            unit=self.samples_of_one_latent,
            device=self._device,
        )
        plan = self.plan_encode(samples.shape)
        return self._run(self._encoder, self._encoder_kernels, samples, plan, progress)

    @property
    def samples_of_one_latent(self) -> int:
        """The fewest samples that encode to a latent frame."""
        return bisect_left(range(self.hop_length), 1, key=self.encoded_length)

    def _plan(self, queue: Sequence[Task], shape: Sequence[int], unit: int) -> WaveformPlan:
        budget_bytes = self._memory_budget
        if budget_bytes is None:
            budget_bytes = available_bytes(self._device)
        given = WaveformInput(shape[0], shape[2], unit, self._dtype)
        return plan_waveform(queue, given, budget_bytes, self._chunk_latents)

    @torch.no_grad()  # not inference_mode: callers may change the tensors they get
    def _run(
        self,
        queue: Sequence[Task],
        kernels: Converted,
        source: Tensor | WaveformSource,
        plan: WaveformPlan,
        progress: Progress | None,
    ) -> Stretches:
        """Run a queue; yields the results in the network's own precision."""
        progress = progress or Progress()
        progress.emit(plan.event(self.grid))
        stream = WaveformStream(
            queue, source, plan, self._device, self._dtype, progress, converted=kernels
        )
        own = self._parameter.dtype
        for span, values in stream.run():
            yield span, values.to(own)

    def _memory_errors(self) -> AbstractContextManager[None]:
        """Says what to do where memory runs out outside the chunks, which are made smaller."""
        return memory_errors_as(
            f"The memory of {self._device} ran out beside the chunks of the VAE. Close other "
            "programs, or choose the processor as the device."
        )

    @property
    def _config(self) -> Any:
        return self.vae.config

    @property
    def _parameter(self) -> Tensor:
        return next(task.weight for task in self._decoder if isinstance(task, TimeLayer))

    @property
    def _device(self) -> torch.device:
        return self._parameter.device

    @property
    def _dtype(self) -> torch.dtype:
        dtype: torch.dtype = getattr(torch, self._compute_dtype or "", self._parameter.dtype)
        return dtype


def _assemble(stretches: Iterable[tuple[Span, Tensor]], size: int, device: torch.device) -> Tensor:
    """Assemble stretches in host memory, then move the whole to `device`."""
    result: Tensor | None = None
    for span, values in stretches:
        if result is None:
            result = torch.empty((*values.shape[:2], size), dtype=values.dtype)
        result[:, :, span.slice] = values.cpu()
    assert result is not None
    return result.to(device)
