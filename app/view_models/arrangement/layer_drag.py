"""Drags of a layer: of its body, its edges and its fades. Pure functions of whole samples."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from app.view_models.arrangement.snapping import Magnets
from core.arrangement.arrangement import Arrangement
from core.arrangement.layer import Layer


class Handle(StrEnum):
    """The part of a layer that is dragged."""

    BODY = "body"
    START = "start"
    STOP = "stop"
    FADE_IN = "fade in"
    FADE_OUT = "fade out"


@dataclass(frozen=True, slots=True)
class LayerDrag:
    """A drag that began at a layer.

    Law: a drag back to where it began gives the arrangement that it began with.

    Attributes:
        arrangement: As it was when the drag began.
        layer_ids: The layers that move along with the body.
        layer_id: The layer under the pointer.
        handle: Its part under the pointer.
        from_place: Where the drag began, in samples of the time axis.
        from_row: The row of tracks where it began, from the top.
        magnets: What attracts edges.
    """

    arrangement: Arrangement
    layer_ids: frozenset[int]
    layer_id: int
    handle: Handle
    from_place: int
    from_row: int
    magnets: Magnets = field(default_factory=Magnets)

    def without_magnets(self) -> "LayerDrag":
        """The same drag, attracted by nothing."""
        return replace(self, magnets=Magnets())

    def to(self, place: int, row: int) -> Arrangement:
        """The arrangement after a drag to a place and a row; below the last one is a new track."""
        by = place - self.from_place
        layer = self.arrangement.layer(self.layer_id)
        match self.handle:
            case Handle.BODY:
                return self._moved(layer, by, row - self.from_row)
            case Handle.START:
                return self._with(layer.with_start_trimmed(self._edge(layer.start, by)))
            case Handle.STOP:
                return self._with(layer.with_stop_trimmed(self._edge(layer.stop, by)))
            case Handle.FADE_IN:
                end = self._edge(layer.start + layer.fade_in, by)
                return self._with(layer.with_fade_in(end - layer.start))
        begin = self._edge(layer.stop - layer.fade_out, by)
        return self._with(layer.with_fade_out(layer.stop - begin))

    def _edge(self, edge: int, by: int) -> int:
        """Where an edge comes to lie; one that was not dragged is not attracted."""
        return self.magnets.attracted(edge + by) if by else edge

    def _with(self, layer: Layer) -> Arrangement:
        return self.arrangement.with_layer(layer)

    def _moved(self, layer: Layer, by: int, rows: int) -> Arrangement:
        if by:
            by += self.magnets.correction([layer.start + by, layer.stop + by])
        moved = self.arrangement.move_layers(self.layer_ids, by) if by else self.arrangement
        return moved_by_rows(moved, self.layer_ids, rows) if rows else moved


def moved_by_rows(arrangement: Arrangement, layer_ids: frozenset[int], rows: int) -> Arrangement:
    """Layers moved so many tracks down, all by the same number of them, or up below zero.

    Below the last track a new one is added; above the first there is nothing.
    """
    tracks = [one.track_id for one in arrangement.tracks]
    places = {
        one.layer_id: tracks.index(one.track_id)
        for one in arrangement.layers
        if one.layer_id in layer_ids
    }
    if not places:
        return arrangement
    rows = max(-min(places.values()), min(rows, len(tracks) - max(places.values())))
    if max(places.values()) + rows == len(tracks):
        arrangement = arrangement.add_track()
        tracks.append(arrangement.tracks[-1].track_id)
    for layer_id, place in places.items():
        arrangement = arrangement.move_to_track({layer_id}, tracks[place + rows])
    return arrangement
