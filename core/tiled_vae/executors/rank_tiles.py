"""The tiles of one rank, and what they need of the tiles of other ranks.

Each rank keeps the activations of its own tiles only. Between two segments it fetches the rims of
its neighbours' tiles, one frame for a 3x3 convolution, and gives the rims of its own. All ranks
know the same plan, so each knows what another one reads, and nobody has to ask. Summaries at a
barrier are merged in the order in which one rank alone would merge them: with equal tiles and
devices the result is the same to the bit, however many ranks there are.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

import torch
from torch import Tensor

from core.api.region import Region, Span
from core.peers.peers import Peers
from core.peers.sharing import ends_turn
from core.tiled_vae.executors.activation_store import Key, Slot
from core.tiled_vae.executors.attention_cache import AttentionCache
from core.tiled_vae.executors.tile_runner import TileRunner
from core.tiled_vae.graph.barriers import Attended, KeysValues
from core.tiled_vae.graph.norm_moments import Moments
from core.tiled_vae.graph.patch import Patch
from core.tiled_vae.graph.segments import Segment
from core.tiled_vae.graph.tiling import Tile


class RankTiles:
    """All tiles of a tiling, and which rank has which.

    Args:
        peers: The ranks.
        runner: Runs this rank's tiles; gets the rims.
        owners: The rank of each tile.
        ring: Whether keys and values pass round, so that no rank holds all of them.
    """

    def __init__(
        self, peers: Peers, runner: TileRunner, owners: Sequence[int], *, ring: bool = False
    ) -> None:
        self.peers = peers
        self.ring = ring
        self._runner = runner
        self.owners = owners

    @cached_property
    def own(self) -> tuple[Tile, ...]:
        """This rank's tiles, in the order of time."""
        return self._tiles_of(self.peers.rank)

    @cached_property
    def foreign(self) -> tuple[Tile, ...]:
        """The other ranks' tiles, in the order of time."""
        tiles = self._runner.tiling.tiles
        return tuple(tile for tile in tiles if self.owners[tile.index] != self.peers.rank)

    def device_of(self, tile: Tile) -> str:
        """Name of the device that computes a tile."""
        if self.owners[tile.index] == self.peers.rank:
            return str(self._runner.device)
        return self.peers.devices[self.owners[tile.index]]

    def merge_moments(
        self, segment: Segment, found: Mapping[int, Moments], order: Iterable[int]
    ) -> Moments:
        """The moments of all tiles, from those of this rank's by tile; and rims are exchanged.

        Args:
            segment: The segment that comes next.
            found: The moments of this rank's tiles.
            order: The order of all tiles in which they are merged.
        """
        if self.peers.size == 1:
            return Moments.merge(found.values())
        own = [tensor for tile in self.own for tensor in _packed(found[tile.index])]
        everyone: dict[int, Moments] = {}
        for rank, tensors in enumerate(self._meet(segment, own)):
            for tile, *parts in zip(
                self._tiles_of(rank), tensors[::3], tensors[1::3], tensors[2::3], strict=True
            ):
                everyone[tile.index] = _unpacked(parts)
        return Moments.merge(everyone[index] for index in order)

    def complete_keys_values(
        self, segment: Segment, cache: AttentionCache, order: Iterable[int]
    ) -> None:
        """Let this rank's tiles attend to all tiles' keys and values; and rims are exchanged.

        Either all ranks get all keys and values, or these pass round, and what each position
        attends to is computed ahead.
        """
        if self._is_alone:
            return
        if self.ring:
            self._meet(segment, None)
            self._attend_in_ring(segment, cache)
            return
        own = cache.own_parts(tile.index for tile in self.own)
        for rank, parts in enumerate(self._meet(segment, own)):
            if rank != self.peers.rank:
                cache.add_parts([tile.index for tile in self._tiles_of(rank)], parts)
        cache.arrange(order)

    def _attend_in_ring(self, segment: Segment, cache: AttentionCache) -> None:
        """Attend to the keys and values of one rank after the other, while they pass round.

        As in Liu, Zaharia and Abbeel, "Ring attention with blockwise transformers for near-infinite
        context" (2023), but without computing while they travel.
        """
        runner, parts = self._runner, cache.own_parts(tile.index for tile in self.own)
        begun = {}
        for tile in self.own:
            task, patch = runner.attention_input(segment, tile)
            begun[tile.index] = (patch.region, task.begin(patch))
        for step in range(self.peers.size):
            if step:
                parts = self.peers.pass_round(parts)
            for keys, values in zip(parts[::2], parts[1::2], strict=True):
                part = KeysValues(keys.to(runner.device), values.to(runner.device))
                for _, chunks in begun.values():
                    for chunk in chunks:
                        chunk.add(part)
        cache.close()
        runner.attended = {
            index: Attended(region, torch.cat([chunk.result() for chunk in chunks], dim=2))
            for index, (region, chunks) in begun.items()
        }

    def fetch_rims(self, segment: Segment) -> None:
        """Exchange what the tiles read of each other's stored activations in a segment."""
        if not self._is_alone:
            self._meet(segment, None)

    def results(self, own: Iterator[tuple[Tile, Tensor]]) -> Iterator[tuple[Tile, Tensor]]:
        """At rank 0 the results of all tiles in the order of time; at the others none.

        Args:
            own: Computes the results of this rank's tiles, in the order of time.
        """
        return in_order(self.peers, self._runner.tiling.tiles, self.owners, own)

    @property
    def _is_alone(self) -> bool:
        """Whether this rank's tiles read nothing of others."""
        return self.peers.size == 1 or not self._runner.tiling.shared

    def _meet(self, segment: Segment, summary: Sequence[Tensor] | None) -> list[list[Tensor]]:
        """Exchange rims and summaries, both in one message, which saves half the waiting.

        Args:
            segment: The segment that comes next, which reads the rims.
            summary: What this rank tells all others; None = no rank tells anything.

        Returns:
            The summary of each rank, in their order.
        """
        rank, shared = self.peers.rank, self._runner.tiling.shared
        ranks = range(self.peers.size)
        wanted = [self._rims_of(other, segment) if shared else {} for other in ranks]
        outgoing: dict[int, list[Tensor]] = {}
        for other in self.peers.others:
            own = {key: at for key, at in wanted[other].items() if self.owners[key.tile] == rank}
            rims = [self._runner.stored(key, at, segment.scale_in) for key, at in own.items()]
            if rims or summary is not None:
                outgoing[other] = [*rims, *(summary or ())]
        owners = [self.owners[key.tile] for key in wanted[rank]]
        sources = self.peers.others if summary is not None else sorted(set(owners))
        found = self.peers.exchange(outgoing, sources)
        self._runner.rims = {
            key: self._rim(found[self.owners[key.tile]].pop(0), region, segment)
            for key, region in wanted[rank].items()
        }
        return [found.get(other, list(summary or ())) for other in ranks]

    def _tiles_of(self, rank: int) -> tuple[Tile, ...]:
        tiles = self._runner.tiling.tiles
        return tuple(tile for tile in tiles if self.owners[tile.index] == rank)

    def _rims_of(self, rank: int, segment: Segment) -> dict[Key, Region]:
        """What a rank reads of others' stored activations, the same on every rank."""
        found: dict[Key, Region] = {}
        for tile in self._tiles_of(rank):
            for slot, written, window in self._reads(segment, tile):
                if not _is_inside(window, segment.scale_in.resize(tile.padded)):
                    for other, region in self._runner.tiling.overlapping(
                        tile, window, segment.scale_in
                    ):
                        if self.owners[other.index] != rank:
                            key = Key(slot, written, other.index)
                            found[key] = _hull(found.get(key, region), region)
        return found

    def _reads(self, segment: Segment, tile: Tile) -> Iterator[tuple[Slot, int, Region]]:
        """What a segment reads of the store for a tile: slot, the segment that wrote it, window."""
        yield Slot.HIDDEN, segment.index - 1, segment.input_region(tile)
        residual = segment.residual_region(tile)
        if residual is not None:
            yield Slot.RESIDUAL, self._runner.residual_from, residual

    def _rim(self, values: Tensor, region: Region, segment: Segment) -> Patch:
        extent = segment.scale_in.resize(self._runner.tiling.tiles[0].extent)
        return Patch(values.to(self._runner.device), region, extent)


def in_order(
    peers: Peers,
    tiles: Sequence[Tile],
    owners: Sequence[int],
    own: Iterator[tuple[Tile, Tensor]],
    between_turns: Callable[[], None] = lambda: None,
) -> Iterator[tuple[Tile, Tensor]]:
    """At rank 0 the results of all tiles in the order of time; at the others none.

    Args:
        peers: The ranks.
        tiles: All tiles.
        owners: The rank of each tile.
        own: Computes the results of this rank's tiles, in the order of time.
        between_turns: See `TiledVAE.decode_tiles`.
    """
    if peers.size == 1:
        yield from own
        return
    for tile in tiles:
        owner = owners[tile.index]
        if peers.is_first:
            yield next(own) if owner == 0 else (tile, peers.receive(owner)[0])
        elif owner == peers.rank:
            peers.post([next(own)[1]])
        if ends_turn(owners, tile.index):
            between_turns()
    yield from own  # nothing is left, but its end frees what the last tile read


def _packed(moments: Moments) -> tuple[Tensor, Tensor, Tensor]:
    return torch.tensor(moments.count), moments.mean, moments.m2


def _unpacked(parts: Sequence[Tensor]) -> Moments:
    count, mean, m2 = parts
    return Moments(int(count), mean, m2)


def _is_inside(window: Region, area: Region) -> bool:
    return window == Region(window.time.intersect(area.time), window.bins.intersect(area.bins))


def _hull(one: Region, other: Region) -> Region:
    """The smallest region that holds both."""
    time = Span(min(one.time.start, other.time.start), max(one.time.stop, other.time.stop))
    bins = Span(min(one.bins.start, other.bins.start), max(one.bins.stop, other.bins.stop))
    return Region(time, bins)
