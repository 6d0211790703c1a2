"""The spectrogram and the waveform, one below the other or one of them, over the same time."""

from PySide6.QtCore import QByteArray, Qt, Slot
from PySide6.QtWidgets import QSplitter

from app.view_models.picture.waveform_model import WaveformModel, WaveformPlace
from app.views.spectrogram.spectrogram_view import SpectrogramView
from app.views.waveform.waveform_view import WaveformView

_SHARES = (7, 3)  # of the height, until somebody drags the border
_LARGE_PX = 1000


class ClipPictures(QSplitter):
    """Shows the two as a WaveformModel says; what is asked for in one is asked for in the other.

    Who asks for a moment or a selection connects to the spectrogram alone: it passes on these
    signals of the waveform, and decides which stretch is on screen even while it is hidden.
    """

    def __init__(
        self, spectrogram: SpectrogramView, waveform_view: WaveformView, waveform: WaveformModel
    ) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self._spectrogram, self._waveform_view = spectrogram, waveform_view
        self._waveform = waveform
        self.setChildrenCollapsible(False)
        for view in (spectrogram, waveform_view):
            self.addWidget(view)
            self.setStretchFactor(self.indexOf(view), 1)
        self.setSizes([_LARGE_PX * share for share in _SHARES])  # Qt fits them to the height
        self.handle(1).setAccessibleName(self.tr("Border between spectrogram and waveform"))
        spectrogram.range_changed.connect(waveform_view.show_range)
        waveform_view.range_changed.connect(spectrogram.show_range)
        for name in (
            "seek_requested",
            "select_requested",
            "extend_requested",
            "scrub_requested",
            "scrub_ended",
            "pointer_left",
        ):
            getattr(waveform_view, name).connect(getattr(spectrogram, name))
        waveform.changed.connect(self._on_changed)
        self._on_changed()

    @property
    def split(self) -> QByteArray:
        """Where the border is, to be kept until the next start."""
        return self.saveState()

    def restore_split(self, state: QByteArray) -> None:
        """Put the border where it was."""
        self.restoreState(state)

    @Slot()
    def _on_changed(self) -> None:
        place, had_focus = self._waveform.place, self._has_focus()
        is_alone = place is WaveformPlace.INSTEAD
        self._spectrogram.setVisible(not is_alone)
        self._waveform_view.setVisible(place is not WaveformPlace.OFF)
        self._waveform_view.show_alone(is_alone)
        # Who gives the focus to the picture of the sound means the one that is seen.
        self._spectrogram.setFocusProxy(self._waveform_view if is_alone else None)
        if had_focus:  # a view that is hidden loses it
            self._spectrogram.setFocus()

    def _has_focus(self) -> bool:
        return any(view.hasFocus() for view in (self._spectrogram, self._waveform_view))
