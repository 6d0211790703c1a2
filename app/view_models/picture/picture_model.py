"""Which picture of the sound is drawn: the model's log-mel, or a measured spectrum."""

from enum import StrEnum

from PySide6.QtCore import QObject, Signal, Slot

from app.view_models.picture.colour_scale import ColourScaleModel
from app.view_models.picture.measured_spectrogram import MeasuredSound, MeasuredSpectrogram
from app.view_models.viewer.shown_take import ShownTakeModel
from app.view_models.viewer.spectrogram import Reading, SpectrogramModel
from core.frequency_scale import (
    FrequencyScale,
    LinearFrequencies,
    LogFrequencies,
    MelFrequencies,
)
from core.stft import FFT_SIZES, USUAL_FFT_SIZE


class Frequencies(StrEnum):
    """The axes of frequencies."""

    MEL = "mel"  # what the model sees
    LINEAR = "linear"  # measured up to half the sample rate, and so is the next one
    LOGARITHMIC = "logarithmic"


class PictureModel(QObject):
    """Draws the sound on show as a person chose, as far as it can be.

    What is being generated has no samples of its own yet, so its picture is the log-mel as it
    comes, and so is that of a take while an edit of it is made.

    Signals:
        changed: Another picture was chosen, or others can be.

    Attributes:
        frequencies: The chosen axis.
        fft_size: The chosen length of the measured spectrum's transform, in samples.
    """

    changed = Signal()

    def __init__(
        self,
        shown: ShownTakeModel,
        spectrogram: SpectrogramModel,
        measured: MeasuredSpectrogram,
        colour_scale: ColourScaleModel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._shown, self._spectrogram = shown, spectrogram
        self._measured, self._colour_scale = measured, colour_scale
        self.frequencies, self.fft_size = Frequencies.MEL, USUAL_FFT_SIZE
        self._was_live = False
        for other in (shown.changed, spectrogram.extended, spectrogram.reset):
            other.connect(self._apply)
        measured.range_known.connect(self._on_range_known)

    @property
    def is_live(self) -> bool:
        """Whether the picture is of something that is being generated."""
        return self._shown.shows_run or self._spectrogram.shows_edit

    @property
    def is_measured(self) -> bool:
        """Whether the picture shown is a measured spectrum."""
        return self._measured.sound is not None

    def choose_frequencies(self, frequencies: Frequencies) -> None:
        """Choose another axis."""
        if frequencies is not self.frequencies:
            self.frequencies = frequencies
            self._apply()
            self.changed.emit()

    def choose_fft_size(self, fft_size: int) -> None:
        """Choose another length of the transform, one of FFT_SIZES."""
        if fft_size in FFT_SIZES and fft_size != self.fft_size:
            self.fft_size = fft_size
            self._apply()
            self.changed.emit()

    def reading(self, time_s: float, place: float) -> Reading:
        """Time, frequency and level at a point of the picture shown."""
        reading = self._spectrogram.reading(time_s, place)
        if self.is_measured:
            return reading.at_level(self._measured.level_db(time_s, reading.hz))
        return reading

    def to_text(self) -> str:
        """Return the choices as a line of text, to be kept until the next start."""
        return f"{self.frequencies} {self.fft_size}"

    def restore(self, text: str) -> None:
        """Restore a line of `to_text`; change nothing if it is damaged."""
        try:
            name, size = text.split()
            frequencies, fft_size = Frequencies(name), int(size)
        except ValueError:
            return
        self.choose_frequencies(frequencies)
        self.choose_fft_size(fft_size)

    @Slot()
    def _apply(self) -> None:
        """Draw what is on show over the axis that was chosen, if it can be measured."""
        sound = self._sound()
        if not _is_same(sound, self._measured.sound):
            self._measured.begin(sound)
            self._colour_scale.show_measured(sound is not None, None)
        self._spectrogram.set_scale(self._scale(sound))
        if self.is_live != self._was_live:
            self._was_live = self.is_live
            self.changed.emit()

    def _sound(self) -> MeasuredSound | None:
        shown = self._shown.take or self._shown.source
        if shown is None or self.is_live or self.frequencies is Frequencies.MEL:
            return None
        return MeasuredSound(shown.waveform, shown.sample_rate, self.fft_size)

    def _scale(self, sound: MeasuredSound | None) -> FrequencyScale:
        if sound is None:
            return MelFrequencies(self._spectrogram.params)
        is_linear = self.frequencies is Frequencies.LINEAR
        return (LinearFrequencies if is_linear else LogFrequencies)(sound.sample_rate / 2)

    @Slot()
    def _on_range_known(self) -> None:
        self._colour_scale.show_measured(True, self._measured.level_range_db)


def _is_same(one: MeasuredSound | None, other: MeasuredSound | None) -> bool:
    """Whether nothing has to be measured again."""
    if one is None or other is None:
        return one is other
    return one.samples is other.samples and one.n_fft == other.n_fft
