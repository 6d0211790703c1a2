"""An arrangement: tracks of layers over one time axis, and its edits.

An arrangement never changes; an edit returns another one, which shares what stays. So undo is a
stack of arrangements, and two of them are compared quickly.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from core.api.errors import InvalidRequestError
from core.api.field_checks import check_prompt, check_whole
from core.arrangement.layer import MOST_IDS, MOST_SAMPLES, Layer
from core.arrangement.track import Track

MIN_RATE, MAX_RATE = 8_000, 192_000
MOST_TRACKS, MOST_LAYERS = 500, 10_000  # each track's stem is an open file when all are written


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """Tracks of layers. Valid by construction.

    Edits of one layer or track are methods of `Layer` and `Track`; `with_layer` and `with_track`
    put the result back. Numbers of layers and tracks are never used twice: what an edit adds has
    the `next_id` of the arrangement before it.

    Attributes:
        sample_rate: Samples a second of the time axis and of the mix.
        num_channels: Channels of the mix: 1 or 2.
        tracks: The tracks, from top to bottom.
        layers: The layers, in the order in which they were added.
        name: What a person calls it.
        next_id: The number that the next layer or track gets.
    """

    sample_rate: int = 48_000
    num_channels: int = 2
    tracks: tuple[Track, ...] = ()
    layers: tuple[Layer, ...] = ()
    name: str = ""
    next_id: int = 1

    def __post_init__(self) -> None:
        check_whole("sample_rate", "The sample rate", self.sample_rate, MIN_RATE, MAX_RATE)
        check_whole("num_channels", "The number of channels", self.num_channels, 1, 2)
        check_prompt("name", self.name)
        check_whole("next_id", "The next number", self.next_id, 1, MOST_IDS)
        check_whole("tracks", "The number of tracks", len(self.tracks), 0, MOST_TRACKS)
        check_whole("layers", "The number of layers", len(self.layers), 0, MOST_LAYERS)
        track_ids = {one.track_id for one in self.tracks}
        ids = [one.track_id for one in self.tracks] + [one.layer_id for one in self.layers]
        if len(set(ids)) < len(ids) or not all(0 < one < self.next_id for one in ids):
            raise InvalidRequestError("layers", "Layers and tracks need numbers of their own.")
        if not all(one.track_id in track_ids for one in self.layers):
            raise InvalidRequestError("layers", "A layer is on a track that does not exist.")

    @property
    def num_samples(self) -> int:
        """Where the last layer ends, heard or not."""
        return max((layer.stop for layer in self.layers), default=0)

    @property
    def duration_s(self) -> float:
        """Its length in seconds."""
        return self.num_samples / self.sample_rate

    @property
    def sound_ids(self) -> tuple[str, ...]:
        """The sounds that it plays, each once, in the order of the layers."""
        return tuple(dict.fromkeys(layer.sound_id for layer in self.layers))

    def layer(self, layer_id: int) -> Layer:
        """The layer of that number.

        Raises:
            KeyError: There is none.
        """
        for layer in self.layers:
            if layer.layer_id == layer_id:
                return layer
        raise KeyError(layer_id)

    def track(self, track_id: int) -> Track:
        """The track of that number.

        Raises:
            KeyError: There is none.
        """
        for track in self.tracks:
            if track.track_id == track_id:
                return track
        raise KeyError(track_id)

    def layers_on(self, track_id: int) -> tuple[Layer, ...]:
        """The layers of a track."""
        return tuple(one for one in self.layers if one.track_id == track_id)

    @property
    def heard_tracks(self) -> tuple[Track, ...]:
        """The tracks that are heard: those soloed, or all where none is, without those muted."""
        soloed = tuple(one for one in self.tracks if one.is_soloed)
        return tuple(one for one in soloed or self.tracks if not one.is_muted)

    @property
    def heard_layers(self) -> tuple[Layer, ...]:
        """The layers that are heard: on heard tracks, without those muted."""
        heard = {one.track_id for one in self.heard_tracks}
        return tuple(one for one in self.layers if one.track_id in heard and not one.is_muted)

    def add_track(self, track: Track | None = None, index: int | None = None) -> "Arrangement":
        """With another track, which gets `next_id`, at an index; None = at the bottom."""
        added = replace(track or Track(), track_id=self.next_id)
        tracks = list(self.tracks)
        tracks.insert(len(tracks) if index is None else max(0, index), added)
        return replace(self, tracks=tuple(tracks), next_id=self.next_id + 1)

    def remove_track(self, track_id: int) -> "Arrangement":
        """Without a track and its layers."""
        return replace(
            self,
            tracks=tuple(one for one in self.tracks if one.track_id != track_id),
            layers=tuple(one for one in self.layers if one.track_id != track_id),
        )

    def move_track(self, track_id: int, index: int) -> "Arrangement":
        """With a track at another index, as near to it as there are tracks."""
        moved = self.track(track_id)
        rest = [one for one in self.tracks if one is not moved]
        rest.insert(max(0, index), moved)
        return replace(self, tracks=tuple(rest))

    def with_track(self, track: Track) -> "Arrangement":
        """With another form of the track of the same number.

        Raises:
            KeyError: There is none.
        """
        self.track(track.track_id)
        tracks = (track if one.track_id == track.track_id else one for one in self.tracks)
        return replace(self, tracks=tuple(tracks))

    def add_layer(self, layer: Layer) -> "Arrangement":
        """With another layer, which gets `next_id`."""
        added = replace(layer, layer_id=self.next_id)
        return replace(self, layers=(*self.layers, added), next_id=self.next_id + 1)

    def remove_layers(self, layer_ids: Collection[int]) -> "Arrangement":
        """Without some layers."""
        kept = tuple(one for one in self.layers if one.layer_id not in layer_ids)
        return replace(self, layers=kept)

    def with_layer(self, layer: Layer) -> "Arrangement":
        """With another form of the layer of the same number.

        Raises:
            KeyError: There is none.
        """
        self.layer(layer.layer_id)
        layers = (layer if one.layer_id == layer.layer_id else one for one in self.layers)
        return replace(self, layers=tuple(layers))

    def move_layers(self, layer_ids: Collection[int], by: int) -> "Arrangement":
        """With some layers moved by so many samples, all by as many as the time axis allows."""
        moved = [one for one in self.layers if one.layer_id in layer_ids]
        earliest = min((one.start for one in moved), default=0)
        latest = max((one.stop for one in moved), default=0)
        by = max(-earliest, min(by, MOST_SAMPLES - latest))
        layers = (
            one.moved(one.start + by) if one.layer_id in layer_ids else one for one in self.layers
        )
        return replace(self, layers=tuple(layers))

    def move_to_track(self, layer_ids: Collection[int], track_id: int) -> "Arrangement":
        """With some layers on another track."""
        layers = (
            replace(one, track_id=track_id) if one.layer_id in layer_ids else one
            for one in self.layers
        )
        return replace(self, layers=tuple(layers))

    def split_layer(self, layer_id: int, place: int) -> "Arrangement":
        """With a layer split at a place of the time axis; as it is where that is not inside.

        The part before the place keeps its number, that behind it gets `next_id`.
        """
        layer = self.layer(layer_id)
        if not layer.start < place < layer.stop:
            return self
        first, second = layer.split(place)
        return self.with_layer(first).add_layer(second)

    def duplicate_layer(self, layer_id: int, start: int | None = None) -> "Arrangement":
        """With a copy of a layer at a place, or right behind it; the copy gets `next_id`."""
        layer = self.layer(layer_id)
        return self.add_layer(layer.moved(layer.stop if start is None else start))

    def replace_sound(self, old_id: str, new_id: str, new_length: int) -> "Arrangement":
        """With another sound in all layers that play an old one.

        Args:
            old_id: The old sound.
            new_id: The other one.
            new_length: Its samples at the arrangement's rate.
        """
        layers = (
            one.with_sound(new_id, new_length) if one.sound_id == old_id else one
            for one in self.layers
        )
        return replace(self, layers=tuple(layers))
