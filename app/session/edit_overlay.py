"""The overlay of an edit while it is made, drawn over a copy of the take's picture."""

from PySide6.QtCore import QObject, Signal

from app.view_models.viewer.level_pyramid import LevelPyramid
from app.view_models.viewer.selection import Selection
from app.view_models.viewer.spectrogram import SpectrogramModel
from core.api.edit import Edit, EditKind
from core.api.region import Region
from core.mel_scale import MelParams


class EditOverlay(QObject):
    """Changes what a spectrogram shows, and puts the picture of the take back at the end.

    Signals:
        placed: Where the edit is seen, from and to in seconds of the clip.
    """

    placed = Signal(float, float)

    def __init__(self, spectrogram: SpectrogramModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._spectrogram = spectrogram
        self._original: LevelPyramid | None = None

    @property
    def levels(self) -> LevelPyramid:
        """The picture of the take itself, whatever is drawn over it."""
        return self._original or self._spectrogram.levels

    def begin(self, edit: Edit) -> bool:
        """Make room for an edit in the picture; False where it cannot be shown in its place.

        Samples are edited at once. A sound that begins earlier moves all that follows, and is shown
        when it is done: until then play head, selection and export use the times of the take, and
        so does the picture.
        """
        if edit.kind is EditKind.CONTINUE_LEFT or edit.kind.is_of_samples:
            return False
        original, duration_s = self._spectrogram.levels, self._spectrogram.duration_s
        start_s, stop_s = edit.start_s, edit.stop_s
        working = original.longer(original.num_frames)
        if edit.kind is EditKind.CONTINUE_RIGHT:
            start_s, stop_s = duration_s, duration_s + edit.added_s
            params = self._spectrogram.params
            working = original.longer(round(stop_s * params.frames_per_second))
        elif edit.kind is EditKind.REGENERATE:
            for part in edit.parts:
                working = working.without(_region(part, self._spectrogram.params))
        self._original = original
        self._spectrogram.continue_on(working, is_edit=True)
        if edit.kind is not EditKind.LOOP:
            self.placed.emit(start_s, stop_s)
        return True

    def end(self) -> None:
        """Show the take as it is."""
        if self._original is not None:
            original, self._original = self._original, None
            self._spectrogram.continue_on(original, is_edit=False)

    def forget(self) -> None:
        """Drop the picture of the take: another one is shown."""
        self._original = None


def _region(edit: Edit, params: MelParams) -> Region:
    """The cells of the picture that are generated again."""
    high_hz = params.fmax if edit.high_hz is None else min(edit.high_hz, params.fmax)
    return Selection(edit.start_s, edit.stop_s, (edit.low_hz, high_hz)).region(params)
