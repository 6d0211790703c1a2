"""The fields that choose the picture: axis of frequencies, size of the transform, waveform."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QGridLayout, QWidget

from app.view_models.picture.picture_model import Frequencies, PictureModel
from app.view_models.picture.waveform_model import WaveformModel
from app.views.texts.picture_texts import PictureTexts
from app.views.widgets.choices import ChoiceBox
from app.views.widgets.labels import PlainLabel, set_tool_tip
from core.stft import FFT_SIZES

LABEL_WIDTH_PX = 88


class PictureFields(QWidget):
    """Shows and changes a PictureModel and a WaveformModel."""

    def __init__(
        self, picture: PictureModel, waveform: WaveformModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._picture, self._waveform, self._texts = picture, waveform, PictureTexts(self)
        self.frequencies, self.fft_size, self.waveform = ChoiceBox(), ChoiceBox(), ChoiceBox()
        self.frequencies.offer(self._texts.frequencies)
        self.fft_size.offer({size: str(size) for size in FFT_SIZES})
        self.waveform.offer(self._texts.waveforms)
        set_tool_tip(self.waveform, self._texts.about_waveform())
        self._assemble()
        self.frequencies.chosen.connect(picture.choose_frequencies)
        self.fft_size.chosen.connect(picture.choose_fft_size)
        self.waveform.chosen.connect(waveform.choose_place)
        picture.changed.connect(self._on_changed)
        waveform.changed.connect(self._on_changed)
        self._on_changed()

    def _assemble(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(16, 12, 16, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(0, LABEL_WIDTH_PX)
        grid.setColumnStretch(1, 1)
        for row, (name, box) in enumerate(
            (
                (self.tr("Frequencies"), self.frequencies),
                (self.tr("FFT size"), self.fft_size),
                (self.tr("Waveform"), self.waveform),
            )
        ):
            label = PlainLabel(name)
            label.setProperty("role", "field")
            label.setBuddy(box)
            box.setAccessibleName(name)
            grid.addWidget(label, row, 0)
            grid.addWidget(box, row, 1)

    @Slot()
    def _on_changed(self) -> None:
        picture = self._picture
        self.frequencies.show_value(picture.frequencies)
        self.fft_size.show_value(picture.fft_size)
        self.waveform.show_value(self._waveform.place)
        self.frequencies.setEnabled(not picture.is_live)
        is_measured = picture.frequencies is not Frequencies.MEL
        self.fft_size.setEnabled(is_measured and not picture.is_live)
        set_tool_tip(self.frequencies, self._texts.about_frequencies(picture))
        set_tool_tip(self.fft_size, self._texts.about_fft_size(picture))
