"""What attention sees: the keys and values that tiles handed in, kept in the store."""

from collections.abc import Iterable, Iterator

import torch

from core.tiled_vae.executors.activation_store import ActivationStore, Key, Slot
from core.tiled_vae.graph.barriers import KeysValues


class AttentionCache:
    """Keys and values of one attention layer.

    Args:
        store: Where they rest. Where it parks nothing they are put together once, which is
            faster; else they are read part by part.
        segment: The segment that wrote them.
        joint: Whether each tile sees all tiles, or only itself.
    """

    @classmethod
    def nothing(cls) -> "AttentionCache":
        """Before the first attention."""
        return cls(ActivationStore(torch.device("cpu")), 0, joint=True)

    def __init__(self, store: ActivationStore, segment: int, *, joint: bool) -> None:
        self._store = store
        self._segment = segment
        self._joint = joint
        self._tiles: list[int] = []

    def add(self, tile: int, seen: KeysValues) -> None:
        """Keep what a tile handed in."""
        self._tiles.append(tile)
        for slot, values in ((Slot.KEYS, seen.keys), (Slot.VALUES, seen.values)):
            self._store.put(Key(slot, self._segment, tile), values)

    def of(self, tile: int) -> Iterable[KeysValues]:
        """What `tile` sees; may be read many times."""
        if not self._joint:
            return [self._read(tile)]
        if self._store.park is None and len(self._tiles) > 1:
            self._put_together()
        if len(self._tiles) == 1:
            return [self._read(self._tiles[0])]
        return _Parts(self)

    def close(self) -> None:
        """Forget everything."""
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

    def _put_together(self) -> None:
        """Join the tiles' parts, first all keys, then all values, to hold few of them twice."""
        for slot in (Slot.KEYS, Slot.VALUES):
            keys = [Key(slot, self._segment, tile) for tile in self._tiles]
            joined = torch.cat([self._store.get(key) for key in keys], dim=2)
            for key in keys:
                self._store.drop(key)
            self._store.put(keys[0], joined)
        del self._tiles[1:]


class _Parts(Iterable[KeysValues]):
    """The parts of a sight, read anew at every look."""

    def __init__(self, sight: AttentionCache) -> None:
        self._sight = sight

    def __iter__(self) -> Iterator[KeysValues]:
        return self._sight.parts()
