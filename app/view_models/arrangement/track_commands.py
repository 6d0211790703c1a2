"""Commands on the tracks of an arrangement."""

from dataclasses import replace

from app.view_models.arrangement.arrangement_model import ArrangementModel
from core.arrangement.track import Track


class TrackCommands:
    """Edits tracks of an ArrangementModel; of a track that is gone nothing happens.

    Args:
        model: What is edited.
    """

    def __init__(self, model: ArrangementModel) -> None:
        self._model = model

    def add(self) -> None:
        """Add a track below the others, and choose it."""
        self._model.edit(self._model.settled.add_track())
        self._model.choose([])
        self._model.choose_track(self._model.settled.tracks[-1].track_id)

    def remove(self, track_id: int) -> None:
        """Remove a track and its layers."""
        if self._track(track_id) is not None:
            self._model.edit(self._model.settled.remove_track(track_id))

    def move(self, track_id: int, rows: int) -> None:
        """Move a track down; below zero, up."""
        ids = [one.track_id for one in self._model.settled.tracks]
        if track_id in ids:
            at = max(0, ids.index(track_id) + rows)
            self._model.edit(self._model.settled.move_track(track_id, at))

    def mute(self, track_id: int) -> None:
        """Mute a track, or let it be heard again."""
        if (track := self._track(track_id)) is not None:
            self._put(replace(track, is_muted=not track.is_muted))

    def solo(self, track_id: int) -> None:
        """Let a track be heard alone, with others that are; or not any more."""
        if (track := self._track(track_id)) is not None:
            self._put(replace(track, is_soloed=not track.is_soloed))

    def set_gain(self, track_id: int, gain_db: float) -> None:
        """Give a track a gain."""
        if (track := self._track(track_id)) is not None:
            self._put(track.with_gain(gain_db), f"gain of track {track_id}")

    def rename(self, track_id: int, name: str) -> None:
        """Call a track something."""
        if (track := self._track(track_id)) is not None:
            self._put(replace(track, name=name))

    def _track(self, track_id: int) -> Track | None:
        tracks = {one.track_id: one for one in self._model.settled.tracks}
        return tracks.get(track_id)

    def _put(self, track: Track, name: str = "") -> None:
        self._model.edit(self._model.settled.with_track(track), name)
