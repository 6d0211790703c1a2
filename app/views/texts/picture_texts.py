"""Texts about the pictures of a sound, and why one cannot be chosen."""

from PySide6.QtCore import QObject

from app.view_models.picture.picture_model import Frequencies, PictureModel
from app.view_models.picture.waveform_model import WaveformPlace


class PictureTexts(QObject):
    """Makes the texts of the menu and of the panel."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.frequencies = {
            Frequencies.MEL: self.tr("Mel, as the model sees it"),
            Frequencies.LINEAR: self.tr("Linear, measured"),
            Frequencies.LOGARITHMIC: self.tr("Logarithmic, measured"),
        }

        self.waveforms = {
            WaveformPlace.OFF: self.tr("Off"),
            WaveformPlace.BELOW: self.tr("Below the spectrogram"),
            WaveformPlace.INSTEAD: self.tr("Instead of the spectrogram"),
        }

    def about_waveform(self) -> str:
        """What it shows."""
        return self.tr("One lane for each channel, over the same time; drags select in it, too.")

    def about_frequencies(self, picture: PictureModel) -> str:
        """What the axes are, or why none can be chosen now."""
        if picture.is_live:
            return self.live_reason()
        return self.tr(
            "Mel is the picture that the model works with, up to 8 kHz. The others are measured "
            "from the samples at their own rate, with all channels averaged."
        )

    def about_fft_size(self, picture: PictureModel) -> str:
        """What the size does, or why none can be chosen now."""
        if picture.is_live:
            return self.live_reason()
        if picture.frequencies is Frequencies.MEL:
            return self.tr("For the measured pictures; that of the model has a size of its own.")
        return self.tr("Long ones tell near frequencies apart, short ones near moments.")

    def live_reason(self) -> str:
        """Why only the model's picture can be shown."""
        return self.tr(
            "While a sound is being made there is only the model's own picture of it. "
            "The others come back when it is done."
        )
