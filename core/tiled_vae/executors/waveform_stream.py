"""The executor of waveform autoencoders: pushes a clip through once, chunk by chunk, exactly.

Their layers are convolutions along time, or attention in a band of it, without statistics of the
whole clip and without noise. So each stage keeps the few frames that its next outputs read, and the
result is the untiled network's for any chunks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from core.api.events import TileAdvanced, TileState
from core.api.progress import Progress
from core.api.region import Region, Span
from core.runtime.precision import full_float32
from core.tiled_vae.executors.stream import Converted, Stream
from core.tiled_vae.executors.stream_stages import (
    ActivationStage,
    AddStage,
    LayerStage,
    StoreStage,
    StreamStage,
)
from core.tiled_vae.graph.patch import Patch
from core.tiled_vae.graph.tasks import AddResidual, Layer, StoreResidual, Task
from core.tiled_vae.graph.waveform_tasks import SAME_PLACE, TimeLayer
from core.tiled_vae.inputs import WaveformSource
from core.tiled_vae.planning.waveform_planner import WaveformPlan, piece_numbers

_ONE_BIN = Span(0, 1)


@dataclass
class WaveformStream:
    """One run of a queue over a clip.

    Attributes:
        network: The queue with the network's own weights.
        source: The network's input (B, C, T).
        plan: The chunks.
        device: Where to compute.
        dtype: Precision to compute in.
        progress: Where events go and cancelling comes from.
        converted: The queue by precision, kept for the next run.
    """

    network: Sequence[Task]
    source: Tensor | WaveformSource
    plan: WaveformPlan
    device: torch.device
    dtype: torch.dtype
    progress: Progress
    converted: Converted = field(default_factory=dict)

    def run(self) -> Iterator[tuple[Span, Tensor]]:
        """Yield the output (B, C, n) of each span, in the order of time, without gaps.

        Raises:
            Cancelled: Before any chunk.
            NonFiniteError: There are infinities or NaNs in float32 too.
            DeviceMemoryError: Memory runs out even for the smallest chunk.
        """
        stream, chunks = self._make_stream(), self.plan.chunks
        for index in range(len(chunks)):
            self._report(index, TileState.WAITING)
        num_done = 0
        for index, chunk in enumerate(chunks):
            self.progress.check_cancelled()
            self._report(index, TileState.RUNNING)
            with full_float32(self.device):  # not while the caller works with a result
                outputs = list(stream.push(index, Region(chunk, _ONE_BIN)))
            self._report(index, TileState.PARKED)
            while outputs:
                output = outputs.pop(0)
                while (
                    num_done < len(chunks)
                    and self.plan.results[num_done].stop <= output.region.time.stop
                ):
                    self._report(num_done, TileState.DONE)
                    num_done += 1
                yield output.region.time, output.values[..., 0]

    def _make_stream(self) -> Stream:
        return Stream(
            network=self.network,
            stages=_make_stages(self.network),
            read=self._read,
            extent=Region(Span(0, self.source.shape[2]), _ONE_BIN),
            unit=self.plan.unit,
            device=self.device,
            dtype=self.dtype,
            progress=self.progress,
            num_pieces=self._num_pieces,
            converted=self.converted,
        )

    def _num_pieces(self, task: Task, patch: Patch) -> int:
        """Into how many pieces an input, or its larger output, has to be cut."""
        numbers = patch.values.numel()
        if isinstance(task, TimeLayer):
            reach, channels = task.own_reach, task.channels
            numbers = max(numbers, numbers // channels[0] * channels[1] * reach.up // reach.down)
        return -(-numbers // piece_numbers(self.device, self.plan.unit))

    def _read(self, region: Region) -> Tensor:
        """The input (B, C, T, 1) of a region."""
        span = region.time
        if isinstance(self.source, Tensor):
            return self.source[:, :, span.slice].unsqueeze(3)
        return self.source.read(span).unsqueeze(3)

    def _report(self, tile: int, state: TileState) -> None:
        total = len(self.network)
        at = 0 if state in (TileState.WAITING, TileState.RUNNING) else total
        layer = self.network[min(at, total - 1)].name
        self.progress.emit(TileAdvanced(tile, state, at, total, layer, str(self.device)))


def _make_stages(network: Sequence[Task]) -> list[StreamStage]:
    stages: list[StreamStage] = []
    start: StoreStage | None = None
    for task in network:
        match task:
            case StoreResidual():
                start = StoreStage(task)
                stages.append(start)
            case AddResidual() if start is not None:
                stages.append(AddStage(task, start))
            case Layer() if task.reach == SAME_PLACE:
                stages.append(ActivationStage(task))
            case Layer():
                stages.append(LayerStage(task))
    return stages
