"""Plans the chunks of a waveform autoencoder, and predicts the peak of memory that they take."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch

from core.api.byte_count import size_text
from core.api.config import TilingMode
from core.api.errors import DeviceMemoryError
from core.api.events import TilePlanned
from core.api.region import Region, Span
from core.tiled_vae.graph.geometry import split
from core.tiled_vae.graph.tasks import Task
from core.tiled_vae.graph.time_reach import TimeReach, length
from core.tiled_vae.graph.waveform_tasks import TimeTask

LONGEST_CHUNK = 32  # latent frames; longer ones were measured to be no faster

# Of an activation at once. Decoding in pieces of twice the size took 1.3 times the memory; encoding
# in pieces of this size took 1.2 times the time, since they shrink on their way.
_PIECE_NUMBERS = {"cpu": 1 << 19}
_ENCODED_TIMES = 2
_PIECE_NUMBERS_ELSEWHERE = 1 << 25


def piece_numbers(device: torch.device, unit: int) -> int:
    """How many numbers of an activation are computed with at once.

    Args:
        device: Where.
        unit: Inputs in a latent frame: 1 for a decoder, the hop length for an encoder.
    """
    numbers = _PIECE_NUMBERS.get(device.type)
    if numbers is None:
        return _PIECE_NUMBERS_ELSEWHERE
    return numbers if unit == 1 else numbers * _ENCODED_TIMES


@dataclass(frozen=True, slots=True)
class PictureGrid:
    """The cells of the picture that tiles are shown on.

    Attributes:
        samples_per_frame: Samples of the waveform in a frame of the picture.
        bins: Its height.
    """

    samples_per_frame: int
    bins: int


@dataclass(frozen=True, slots=True)
class WaveformPlan:
    """The plan of a decode or encode, whose result is the untiled network's in any case.

    Attributes:
        chunks: Spans of the network's input; they cover it exactly once.
        results: What each chunk is in the network's output; they cover it exactly once.
        unit: Inputs in the smallest chunk there can be.
        samples: The clip's length in samples.
        peak_bytes: Predicted peak of memory above the network itself, without the result.
        explanation: One line for a person: what was chosen and why.
    """

    chunks: tuple[Span, ...]
    results: tuple[Span, ...]
    unit: int
    samples: int
    peak_bytes: int
    explanation: str

    def event(self, grid: PictureGrid) -> TilePlanned:
        """The plan as tiles of a picture, each as high as it is."""
        samples = self.results if self.results[-1].stop == self.samples else self.chunks
        bins, step = Span(0, grid.bins), grid.samples_per_frame
        edges = [span.start // step for span in samples] + [-(-self.samples // step)]
        tiles = tuple(Region(Span(start, stop), bins) for start, stop in pairwise(edges))
        return TilePlanned(TilingMode.EXACT, tiles, tiles, self.explanation)


@dataclass(frozen=True, slots=True)
class WaveformInput:
    """What is to be decoded or encoded.

    Attributes:
        batch: Clips side by side.
        num_frames: Inputs of the network: latent frames, or samples.
        unit: Inputs in a latent frame: 1, or the hop length.
        dtype: Precision to compute in.
    """

    batch: int
    num_frames: int
    unit: int
    dtype: torch.dtype


def plan_waveform(
    queue: Sequence[Task], given: WaveformInput, budget_bytes: int, chunk_latents: int | None
) -> WaveformPlan:
    """The longest chunks that fit a budget of memory.

    Args:
        queue: All tasks.
        given: The input.
        budget_bytes: Bytes that may be used above the network itself, and beside the result.
        chunk_latents: Latent frames of a chunk; None = planned from the budget.

    Raises:
        DeviceMemoryError: Not even chunks of one latent frame fit.
    """
    latents = LONGEST_CHUNK if chunk_latents is None else chunk_latents
    peak_bytes = waveform_peak_bytes(queue, given, latents)
    while peak_bytes > budget_bytes and latents > 1:
        latents //= 2
        peak_bytes = waveform_peak_bytes(queue, given, latents)
    if peak_bytes > budget_bytes:
        raise DeviceMemoryError(
            f"The VAE needs at least {size_text(peak_bytes)} of memory, whatever the length, and "
            f"{size_text(budget_bytes)} may be used. Allow more, or close other programs."
        )
    return _plan(queue, given, latents, peak_bytes, budget_bytes)


def _plan(
    queue: Sequence[Task], given: WaveformInput, latents: int, peak_bytes: int, budget_bytes: int
) -> WaveformPlan:
    chunks = split(given.num_frames, latents * given.unit, given.unit)
    reaches = reaches_of(queue)
    edges = [length(reaches, chunk.start) for chunk in chunks] + [length(reaches, given.num_frames)]
    count = len(chunks)
    parts = "one chunk" if count == 1 else f"{count} chunks of up to {latents} latent frames"
    return WaveformPlan(
        chunks=chunks,
        results=tuple(Span(start, stop) for start, stop in pairwise(edges)),
        unit=given.unit,
        samples=max(given.num_frames, edges[-1]),
        peak_bytes=peak_bytes,
        explanation=(
            f"Streaming (equal to the untiled network), {parts}: about "
            f"{size_text(peak_bytes)} of the {size_text(budget_bytes)} that may be used."
        ),
    )


def reaches_of(queue: Sequence[Task]) -> list[TimeReach]:
    """The receptive fields of the layers that have one, in order."""
    return [task.own_reach for task in queue if isinstance(task, TimeTask)]


def waveform_peak_bytes(queue: Sequence[Task], given: WaveformInput, latents: int) -> int:
    """Peak of a stream of chunks: kernels, the stages' buffers, and the worst step of a chunk.

    It leaves out the network itself, the result, and what a C library keeps of freed memory.

    Args:
        queue: All tasks.
        given: The input.
        latents: Latent frames of a chunk.
    """
    number = given.batch * given.dtype.itemsize
    layers = [task for task in queue if isinstance(task, TimeTask)]
    device = next(weight.device for task in queue for weight in task.weights)
    most_bytes = piece_numbers(device, given.unit) * given.dtype.itemsize
    frames = min(latents * given.unit, given.num_frames)
    kernels = buffers = worst = waiting = 0
    for task in layers:
        reach, (channels_in, channels_out) = task.own_reach, task.channels
        kernels += task.kernel_numbers(given.dtype) * given.dtype.itemsize
        buffers += (reach.taps * reach.dilation + reach.stride) * channels_in * number
        input_bytes = (frames + waiting) * channels_in * number
        inner_bytes = (frames + waiting) * task.inner_channels * number  # never cut into pieces
        waiting = (waiting + reach.padding) * reach.up // reach.down  # until the last chunk
        frames = frames * reach.up // reach.down
        output_bytes = (frames + waiting) * channels_out * number
        step_bytes = min(input_bytes, most_bytes) * 3 + inner_bytes + min(output_bytes, most_bytes)
        scratch_bytes = task.scratch_numbers(given.dtype) * given.dtype.itemsize
        worst = max(worst, step_bytes + scratch_bytes)
        buffers += min(output_bytes, most_bytes) if reach.up > 1 else 0  # cut into pieces after it
    return kernels + buffers + worst
