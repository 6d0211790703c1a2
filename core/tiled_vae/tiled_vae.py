"""Decodes and encodes log-mel spectrograms of any length with any `diffusers.AutoencoderKL`.

Speed comes from channels-last order, in-place and fused steps, Winograd's convolutions and small
working sets. `torch.compile` is not used, since it gains nothing on a processor: it needs a C++
compiler on the user's machine, took 23 s of processor time for AudioLDM's last decoder block in
float32, and the compiled block then took 1.1 times as long as the eager one.
"""

import platform
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

import numpy as np
import torch
from diffusers.models.autoencoders.vae import DiagonalGaussianDistribution
from torch import Tensor, nn

from core.api.config import TilingConfig
from core.api.events import TileAdvanced, TileDecoded, TilePlanned, TileState
from core.api.progress import InnerProgress, Progress
from core.api.region import Region, Span
from core.peers.alone import ALONE
from core.peers.peers import Peers
from core.peers.sharing import ends_turn
from core.runtime.device import available_bytes
from core.runtime.device_errors import memory_errors_as
from core.tiled_vae.executors.job import TilingJob
from core.tiled_vae.graph.graph_builder import decoder_queue, encoder_queue
from core.tiled_vae.graph.segments import total_scale
from core.tiled_vae.graph.tasks import Task
from core.tiled_vae.inputs import LatentSource, check_input, read_span
from core.tiled_vae.planning.context_windows import crossfade_windows
from core.tiled_vae.planning.plan import Plan
from core.tiled_vae.planning.planner import plan_decode, plan_encode
from core.tiled_vae.planning.rank_tiling import Ranks


class TiledVAE:
    """A VAE that works tile by tile. It keeps no state between calls and never changes the network.

    Args:
        vae: Any `diffusers.AutoencoderKL`, on the device to compute on.
        config: How to tile. `context` is for decoding; encoding always normalises the whole clip.
        peers: The ranks that decode and encode together; each has the same network and config, and
            all make the same calls with the same inputs. What one of them cannot do, they all end
            with, and raise.

    Raises:
        ModelLoadError: The network has a layer of an unsupported kind.
    """

    def __init__(
        self, vae: nn.Module, config: TilingConfig | None = None, peers: Peers = ALONE
    ) -> None:
        self.vae = vae
        self.config = config or TilingConfig()
        self._peers = peers
        self._decoder = decoder_queue(vae)
        self._encoder = encoder_queue(vae)

    def plan_decode(self, latents_shape: Sequence[int], num_ranks: int | None = None) -> Plan:
        """What `decode` would do with latents of this shape (B, C, T, F).

        Args:
            latents_shape: The shape.
            num_ranks: Over so many equal ranks; None = over those that there are.

        Raises:
            InvalidRequestError: A tile size does not fit the network's scale.
            DeviceMemoryError: Nothing fits in the memory budget.
        """
        speeds = self._peers.speeds if num_ranks is None else (1.0,) * num_ranks
        return plan_decode(self._decoder, tuple(latents_shape), self.config, Ranks(speeds))

    def plan_encode(self, mel_shape: Sequence[int]) -> Plan:
        """What `encode` would do with a log-mel of this shape (B, 1, T, F); see `plan_decode`."""
        ranks = Ranks(self._peers.speeds)
        return plan_encode(self._encoder, tuple(mel_shape), self.config, ranks)

    def decode(self, latents: Tensor, progress: Progress | None = None) -> Tensor:
        """Latents (B, C, T, F), unscaled, to log-mel (B, 1, T * scale, F * scale).

        Of several ranks the first gets it; the others get an empty tensor.

        Raises:
            InvalidRequestError: The latents do not fit the network; raised before any work.
            DeviceMemoryError: Nothing fits the memory budget; raised before any work.
            NonFiniteError: The network's output has infinities or NaNs, in float32 too.
            Cancelled: The run was cancelled; the engine can be used again.
            RankError: One of several ranks failed; they all raise it.
        """
        with self._memory_errors(), self._peers.leaving_together():
            tiles = self.decode_tiles(latents, progress)  # checks the shape, which is read below
            factor = total_scale(self._decoder).up
            size = (latents.shape[2] * factor, latents.shape[3] * factor)
            return _assemble(tiles, size, latents.device)

    def decode_tiles(
        self,
        latents: Tensor | LatentSource,
        progress: Progress | None = None,
        between_turns: Callable[[], None] = lambda: None,
    ) -> Iterator[tuple[Region, Tensor]]:
        """Yield tiles of the log-mel (B, 1, t, f) in the order of time, as they become final.

        In exact and padded mode they come one by one after the last barrier; in streaming mode
        each comes a little after its input. Raises as `decode` does, except that memory that runs
        out beside the tiles stays the device's own error: the caller knows what it was for. A
        `LatentSource` is checked window by window.

        Of several ranks the first yields all tiles, the others yield none, but have to iterate too:
        that is their work. All do so inside `Peers.leaving_together`. A rank reads only its part of
        a `LatentSource`, but for streaming. Where stretches are dealt out in turn, all call
        `between_turns` after each turn but the last: rank 0 once it has yielded the tiles of the
        turn, the others once they have given theirs. There they may work together on other things.
        """
        if not isinstance(latents, LatentSource):
            check_input("latents", latents, self._decoder)
        progress = progress or Progress()
        plan = self._plan(plan_decode, self._decoder, latents.shape)
        return self._decode_with_events(latents, plan, progress, between_turns)

    def encode(self, mel: Tensor, progress: Progress | None = None) -> DiagonalGaussianDistribution:
        """Log-mel (B, 1, T, F) to the posterior over latents, as `AutoencoderKL.encode` gives it.

        Every rank gets it. Raises as `decode` does.
        """
        progress = progress or Progress()
        with self._memory_errors(), self._peers.leaving_together():
            check_input("mel", mel, self._encoder)
            plan = self._plan(plan_encode, self._encoder, mel.shape)
            progress.emit(self._plan_event(plan))
            tiles = self._run_queue(self._encoder, mel, plan, progress)
            last = plan.results[-1]
            size = (last.time.stop, last.bins.stop)
            (parameters,) = self._peers.spread([_assemble(tiles, size, mel.device)])
            return DiagonalGaussianDistribution(parameters.to(mel.device))

    def _decode_with_events(
        self,
        latents: Tensor | LatentSource,
        plan: Plan,
        progress: Progress,
        between_turns: Callable[[], None],
    ) -> Iterator[tuple[Region, Tensor]]:
        """Decode with events: the plan first, each tile when it is done."""
        progress.emit(self._plan_event(plan))
        tiles = self._decode_plan(latents, plan, progress, between_turns)
        for index, (region, values) in enumerate(tiles):
            picture = np.array(values[0, 0].float().cpu().numpy())
            progress.emit(TileDecoded(index, region, picture))
            yield region, values

    def _plan_event(self, plan: Plan) -> TilePlanned:
        """The plan for those who listen; over ranks with who computes what."""
        event = TilePlanned(plan.mode, plan.tiles, plan.padded, plan.explanation)
        if self._peers.size == 1:
            return event
        return replace(event, ranks=plan.owners, devices=self._peers.devices)

    def _plan(self, plan: Callable[..., Plan], queue: Sequence[Task], shape: Sequence[int]) -> Plan:
        """The plan, the same on all ranks; raises as `plan_decode` does."""
        budgets_bytes = None if self._peers.size == 1 else self._budgets_bytes()
        return plan(queue, tuple(shape), self.config, Ranks(self._peers.speeds, budgets_bytes))

    def _budgets_bytes(self) -> tuple[int, ...]:
        """What each rank may use: what was asked for, or its part of what is free on its device."""
        device = next(self.vae.parameters()).device
        place = f"{platform.node()} {device}"
        asked = self.config.memory_budget or 0
        found = self._peers.gather([asked, available_bytes(device), place])
        places = [place for _, _, place in found]
        return tuple(asked or free // places.count(place) for asked, free, place in found)

    def _memory_errors(self) -> AbstractContextManager[None]:
        """Says what to do where memory runs out outside the tiles, which are made smaller."""
        return memory_errors_as(
            f"The memory of {self.vae.device} ran out beside the tiles of the VAE. Close other "
            "programs, use streaming, or choose the processor as the device."
        )

    def _decode_plan(
        self,
        latents: Tensor | LatentSource,
        plan: Plan,
        progress: Progress,
        between_turns: Callable[[], None],
    ) -> Iterator[tuple[Region, Tensor]]:
        if len(plan.windows) > 1:
            return self._decode_in_windows(latents, plan, progress, between_turns)
        span = plan.source_span(self._decoder, self._peers.rank)
        part = read_span(latents, span)
        return self._run_queue(
            self._decoder,
            part,
            plan,
            progress,
            source_start=span.start,
            between_turns=between_turns,
        )

    def _decode_in_windows(
        self,
        latents: Tensor | LatentSource,
        plan: Plan,
        progress: Progress,
        between_turns: Callable[[], None],
    ) -> Iterator[tuple[Region, Tensor]]:
        """Decode each context window by itself; in events a window is a tile.

        Of several ranks each decodes some windows alone, and the first one cross-fades them.
        """
        bins, owners, rank = plan.tiles[0].bins, plan.owners, self._peers.rank
        own_device = next(self.vae.parameters()).device
        quiet, count = InnerProgress(progress), len(plan.windows)
        window_vae = TiledVAE(self.vae, replace(self.config, context="clip"))

        def decode(number: int, span: Span) -> Tensor:
            is_own = owners[number] == rank
            device = str(own_device) if is_own else self._peers.devices[owners[number]]
            place = (count, "decoder", device)
            progress.check_cancelled()
            self._peers.check()
            window = read_span(latents, span) if is_own else None  # it may have to be made first
            progress.emit(TileAdvanced(number, TileState.RUNNING, number, *place))
            if window is not None:
                mel = window_vae.decode(window, quiet)
            else:
                mel = self._peers.receive(owners[number])[0].to(own_device)
            progress.emit(TileAdvanced(number, TileState.DONE, number + 1, *place))
            return mel

        with self._peers.leaving_together():
            if self._peers.is_first:
                windows = crossfade_windows(plan.windows, decode, plan.scale)
                for number, (time, mel) in enumerate(windows):
                    yield Region(time, bins), mel
                    if ends_turn(owners, number):
                        between_turns()
                return
            for number, window in enumerate(plan.windows):
                if owners[number] == rank:
                    self._peers.post([decode(number, window.read)])
                if ends_turn(owners, number):
                    between_turns()

    @torch.no_grad()  # not inference_mode: callers may change the tensors they get
    def _run_queue(
        self,
        queue: Sequence[Task],
        source: Tensor,
        plan: Plan,
        progress: Progress,
        *,
        source_start: int = 0,
        between_turns: Callable[[], None] = lambda: None,
    ) -> Iterator[tuple[Region, Tensor]]:
        """Run a queue; yields the results in the network's own precision."""
        parameter = next(self.vae.parameters())
        dtype = getattr(torch, self.config.compute_dtype or "", parameter.dtype)
        job = TilingJob(
            queue,
            source,
            plan,
            self.config,
            progress,
            parameter.device,
            dtype,
            self._peers,
            source_start,
            between_turns,
        )
        for tile, values in job.run():
            yield plan.results[tile.index], values.to(parameter.device, parameter.dtype)


def _assemble(
    tiles: Iterable[tuple[Region, Tensor]], size: tuple[int, int], device: torch.device
) -> Tensor:
    """Assemble the tiles in host memory, then move the whole to `device`.

    The result is allocated once, when the shape of the first tile is known: tiles kept one by one
    would lie between temporary activations, whose memory could then not be returned.

    Args:
        tiles: All tiles; none where another rank has the results.
        size: Frames and bins of the whole.
        device: Where the whole is wanted.
    """
    result: Tensor | None = None
    for region, values in tiles:
        if result is None:
            result = torch.empty((*values.shape[:2], *size), dtype=values.dtype)
        result[(..., *region.slices)] = values.cpu()
    return torch.empty(0) if result is None else result.to(device)
