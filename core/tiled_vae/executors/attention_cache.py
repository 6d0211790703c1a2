"""Attention's keys and values of all tiles, kept in the activation store."""

from collections.abc import Iterable, Iterator, Sequence

import torch
from torch import Tensor

from core.tiled_vae.executors.activation_store import ActivationStore, Key, Slot
from core.tiled_vae.graph.barriers import KeysValues


class AttentionCache:
    """Keys and values of one attention layer.

    Args:
        store: Where they are stored. A store that parks nothing gets them concatenated once,
            which is faster; else they are read tile by tile.
        segment: Index of the segment that computed them.
        joint: Whether each tile attends to all tiles, or only to itself.
    """

    @classmethod
    def empty(cls) -> "AttentionCache":
        """A cache without keys and values, for the time before the first attention."""
        return cls(ActivationStore(torch.device("cpu")), 0, joint=True)

    def __init__(self, store: ActivationStore, segment: int, *, joint: bool) -> None:
        self._store = store
        self._segment = segment
        self._joint = joint
        self._tiles: list[int] = []
        self._joined: set[Slot] = set()

    def add(self, tile: int, keys_values: KeysValues) -> None:
        """Store the keys and values of a tile."""
        self._tiles.append(tile)
        for slot, values in ((Slot.KEYS, keys_values.keys), (Slot.VALUES, keys_values.values)):
            self._store.put(Key(slot, self._segment, tile), values)

    def own_parts(self, tiles: Iterable[int]) -> list[Tensor]:
        """Keys and values of some tiles, in turn: what another rank fetches with `add_parts`."""
        read = [self._read(tile) for tile in tiles]
        return [tensor for part in read for tensor in (part.keys, part.values)]

    def add_parts(self, tiles: Sequence[int], parts: Sequence[Tensor]) -> None:
        """Store what `own_parts` gave for these tiles of another rank."""
        device = self._store.device
        for tile, keys, values in zip(tiles, parts[::2], parts[1::2], strict=True):
            self.add(tile, KeysValues(keys.to(device), values.to(device)))

    def arrange(self, tiles: Iterable[int]) -> None:
        """Attend to the tiles in this order: sums then do not depend on who computed what."""
        self._tiles = list(tiles)

    def keys_values_for(self, tile: int) -> Iterable[KeysValues]:
        """What `tile` attends to; can be iterated several times."""
        if not self._joint:
            return [self._read(tile)]
        if self._store.park is None and len(self._tiles) > 1:
            self._concatenate_parts()
        if len(self._tiles) == 1:
            return [self._read(self._tiles[0])]
        return _StoredParts(self)

    def close(self) -> None:
        """Drop everything from the store."""
        for tile in self._tiles:
            for slot in (Slot.KEYS, Slot.VALUES):
                self._store.drop(Key(slot, self._segment, tile))
        self._tiles.clear()

    def parts(self) -> Iterator[KeysValues]:
        """Keys and values of one tile after the other."""
        yield from map(self._read, self._tiles)

    def _read(self, tile: int) -> KeysValues:
        keys, values = (
            self._store.get(Key(slot, self._segment, tile)) for slot in (Slot.KEYS, Slot.VALUES)
        )
        return KeysValues(keys, values)

    def _concatenate_parts(self) -> None:
        """Concatenate the tiles' parts: first keys, then values, so that fewer are held twice.

        Where memory runs out between the two, the next call goes on with the values.
        """
        for slot in (Slot.KEYS, Slot.VALUES):
            if slot in self._joined:
                continue
            keys = [Key(slot, self._segment, tile) for tile in self._tiles]
            joined = torch.cat([self._store.get(key) for key in keys], dim=2)
            for key in keys:
                self._store.drop(key)
            self._store.put(keys[0], joined)
            self._joined.add(slot)
        del self._tiles[1:]


class _StoredParts(Iterable[KeysValues]):
    """The parts of a cache, read from the store at every iteration."""

    def __init__(self, cache: AttentionCache) -> None:
        self._cache = cache

    def __iter__(self) -> Iterator[KeysValues]:
        return self._cache.parts()
