"""The fields that choose the picture: its axis of frequencies, and the size of its transform."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QGridLayout, QWidget

from app.view_models.picture.picture_model import Frequencies, PictureModel
from app.views.texts.picture_texts import PictureTexts
from app.views.widgets.choices import ChoiceBox
from app.views.widgets.labels import PlainLabel, set_tool_tip
from core.stft import FFT_SIZES

LABEL_WIDTH_PX = 88


class PictureFields(QWidget):
    """Shows and changes a PictureModel."""

    def __init__(self, picture: PictureModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture, self._texts = picture, PictureTexts(self)
        self.frequencies, self.fft_size = ChoiceBox(), ChoiceBox()
        self.frequencies.offer(self._texts.frequencies)
        self.fft_size.offer({size: str(size) for size in FFT_SIZES})
        grid = QGridLayout(self)
        grid.setContentsMargins(16, 12, 16, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(0, LABEL_WIDTH_PX)
        grid.setColumnStretch(1, 1)
        for row, (name, box) in enumerate(
            ((self.tr("Frequencies"), self.frequencies), (self.tr("FFT size"), self.fft_size))
        ):
            label = PlainLabel(name)
            label.setProperty("role", "field")
            label.setBuddy(box)
            box.setAccessibleName(name)
            grid.addWidget(label, row, 0)
            grid.addWidget(box, row, 1)
        self.frequencies.chosen.connect(picture.choose_frequencies)
        self.fft_size.chosen.connect(picture.choose_fft_size)
        picture.changed.connect(self._on_changed)
        self._on_changed()

    @Slot()
    def _on_changed(self) -> None:
        picture = self._picture
        self.frequencies.show_value(picture.frequencies)
        self.fft_size.show_value(picture.fft_size)
        self.frequencies.setEnabled(not picture.is_live)
        is_measured = picture.frequencies is not Frequencies.MEL
        self.fft_size.setEnabled(is_measured and not picture.is_live)
        set_tool_tip(self.frequencies, self._texts.about_frequencies(picture))
        set_tool_tip(self.fft_size, self._texts.about_fft_size(picture))
