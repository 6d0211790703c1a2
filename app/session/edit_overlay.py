"""An edit while it is made: laid over a copy of the take's picture, which comes back at its end."""

from PySide6.QtCore import QObject, Signal

from app.view_models.viewer.level_pyramid import LevelPyramid
from app.view_models.viewer.selection import Selection
from app.view_models.viewer.spectrogram import SpectrogramModel
from core.api.edit import Edit, EditKind
from core.api.region import Region, Span
from core.mel_scale import MelParams, hz_to_bin


class EditOverlay(QObject):
    """Works on what a spectrogram shows.

    Signals:
        placed: Where the edit is seen, from and to in seconds of the clip.
    """

    placed = Signal(float, float)

    def __init__(self, spectrogram: SpectrogramModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._spectrogram = spectrogram
        self._kept: LevelPyramid | None = None

    @property
    def levels(self) -> LevelPyramid:
        """The picture of the take itself, whatever is being laid over it."""
        return self._kept or self._spectrogram.levels

    def begin(self, edit: Edit) -> bool:
        """Make room for an edit in the picture; False where it cannot be shown in its place.

        What begins earlier moves all that follows, which is seen when it is done: until then
        play head, selection and export tell the times of the take, and so does the picture.
        """
        if edit.kind is EditKind.CONTINUE_LEFT:
            return False
        kept, duration_s = self._spectrogram.levels, self._spectrogram.duration_s
        start_s, stop_s = edit.start_s, edit.stop_s
        working = kept.longer(kept.num_frames)
        if edit.kind is EditKind.CONTINUE_RIGHT:
            start_s, stop_s = duration_s, duration_s + edit.added_s
            params = self._spectrogram.params
            working = kept.longer(round(stop_s * params.frames_per_second))
        elif edit.kind is EditKind.REGENERATE:
            working = kept.without(_region(edit, self._spectrogram.params))
        self._kept = kept
        self._spectrogram.continue_on(working)
        if edit.kind is not EditKind.LOOP:
            self.placed.emit(start_s, stop_s)
        return True

    def end(self) -> None:
        """Show the take as it is."""
        if self._kept is not None:
            kept, self._kept = self._kept, None
            self._spectrogram.continue_on(kept)

    def forget(self) -> None:
        """Another picture comes on show in any case."""
        self._kept = None


def _region(edit: Edit, params: MelParams) -> Region:
    """The cells of the picture that are made anew."""
    high_hz = params.fmax if edit.high_hz is None else min(edit.high_hz, params.fmax)
    low, high = (round(hz_to_bin(hz, params) + 0.5) for hz in (edit.low_hz, high_hz))
    bins = Span(max(0, low), min(max(low, high), params.n_mels))
    return Selection(edit.start_s, edit.stop_s, bins).region(params)
