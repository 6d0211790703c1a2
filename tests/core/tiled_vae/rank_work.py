"""What the ranks of these tests do: decode and encode the same input together."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from core.api.errors import Cancelled, DeviceMemoryError, TesseraError
from core.api.events import BarrierPassed, TileAdvanced, TilePlanned, TileState
from core.api.progress import Progress
from core.api.region import Span
from core.peers.peers import Peers
from core.tiled_vae import TiledVAE, TilingConfig
from core.tiled_vae.executors.activation_store import ActivationStore
from core.tiled_vae.executors.tile_runner import TileRunner
from core.tiled_vae.planning import rank_tiling, statistics_sample
from tests.core.tiled_vae.networks import TWO_LEVELS, tiny_vae

Shape = Mapping[str, object]


def tiled(peers: Peers, shape: Shape, config: Mapping[str, Any]) -> TiledVAE:
    """The engine of one rank; some networks do better with float64."""
    return TiledVAE(tiny_vae(dict(shape)), TilingConfig(**config), peers)


def decode(peers: Peers, shape: Shape, config: Mapping[str, Any], latents: Tensor) -> Tensor:
    with torch.inference_mode():
        return tiled(peers, shape, config).decode(latents)


def encode(peers: Peers, shape: Shape, config: Mapping[str, Any], mel: Tensor) -> Tensor:
    with torch.inference_mode():
        return tiled(peers, shape, config).encode(mel).parameters


def decode_in_ring(
    peers: Peers, shape: Shape, config: Mapping[str, Any], latents: Tensor
) -> Tensor:
    """Decode with keys and values that pass round, as where memory is short."""
    plan = TiledVAE._plan
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TiledVAE, "_plan", lambda *args: replace(plan(*args), ring=True))
        return tiled(peers, shape, config).decode(latents)


def decode_long(
    peers: Peers, shape: Shape, config: Mapping[str, Any], latents: Tensor
) -> tuple[Tensor, set[int]]:
    """Decode where a clip of a few windows is long; with the tiles that this rank has run."""
    events: list[object] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(statistics_sample, "NUM_WINDOWS", 12)
        patch.setattr(rank_tiling, "LONGEST_STRETCH_BLOCKS", 1)
        mel = tiled(peers, shape, config).decode(latents, Progress(events.append))
    ran = {e.tile for e in events if isinstance(e, TileAdvanced) and e.state is TileState.RUNNING}
    return mel, ran


class MeasuredSource:
    """Latents that note which of their frames were read."""

    def __init__(self, latents: Tensor) -> None:
        self.shape = tuple(latents.shape)
        self.spans: list[Span] = []
        self._latents = latents

    def read(self, span: Span) -> Tensor:
        self.spans.append(span)
        return self._latents[:, :, span.slice].clone()


def read_and_held(
    peers: Peers, shape: Shape, config: Mapping[str, Any], latents: Tensor
) -> tuple[list[Span], int, int]:
    """What a rank reads of the latents, most bytes of its store, and how many tiles it yields."""
    held: list[int] = []
    put = ActivationStore.put

    def put_and_count(self: ActivationStore, *args: Any) -> None:
        put(self, *args)
        held.append(self.resident_bytes)

    source = MeasuredSource(latents)
    ActivationStore.put = put_and_count  # type: ignore[method-assign]
    try:
        with peers.leaving_together():
            tiles = list(tiled(peers, shape, config).decode_tiles(source))
    finally:
        ActivationStore.put = put  # type: ignore[method-assign]
    return source.spans, max(held), len(tiles)


def events_of(
    peers: Peers, shape: Shape, config: Mapping[str, Any], latents: Tensor
) -> tuple[TilePlanned, list[tuple[int, str, str]]]:
    """The plan, and tile, state and device of every change of a tile, as this rank reports it."""
    events: list[object] = []
    tiled(peers, shape, config).decode(latents, Progress(events.append))
    plan = next(event for event in events if isinstance(event, TilePlanned))
    changes = [event for event in events if isinstance(event, TileAdvanced)]
    return plan, [(change.tile, str(change.state), change.device) for change in changes]


def fail_in_decoding(
    peers: Peers, config: Mapping[str, Any], latents: Tensor, failing: int, how: str
) -> tuple[str, Tensor]:
    """One rank fails in the middle; then all decode once more."""
    engine, progress = tiled(peers, TWO_LEVELS, config), Progress()
    original = TileRunner.run_segment
    if peers.rank == failing and how == "cancelled":
        progress = Progress(lambda event: _cancel_at_barrier(progress, event))
    if peers.rank == failing and how != "cancelled":
        TileRunner.run_segment = _failing(original, how)  # type: ignore[method-assign]
    try:
        engine.decode(latents, progress)
        text = "nothing was raised"
    except (TesseraError, Cancelled) as error:
        text = f"{type(error).__name__}: {error}"
    finally:
        TileRunner.run_segment = original  # type: ignore[method-assign]
    return text, engine.decode(latents)


def _cancel_at_barrier(progress: Progress, event: object) -> None:
    if isinstance(event, BarrierPassed) and event.barrier == 3:
        progress.cancel()


def _failing(run_segment: Any, how: str) -> Any:
    def fail(self: TileRunner, segment: Any, tile: Any) -> Any:
        is_last = segment.ends_at is None
        if is_last if how == "at the end" else segment.index == 5:
            raise DeviceMemoryError("The memory is too small.")
        return run_segment(self, segment, tile)

    return fail


def user_stops(peers: Peers, config: Mapping[str, Any], latents: Tensor) -> str:
    """The first rank's user of the tiles fails after the first one."""
    try:
        with peers.leaving_together():
            for _ in tiled(peers, TWO_LEVELS, config).decode_tiles(latents):
                _vocode()
    except TesseraError as error:
        return str(error)
    return "nothing was raised"


def _vocode() -> None:
    raise TesseraError("the vocoder is broken.")
