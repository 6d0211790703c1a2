"""The actions that choose the picture of the sound: frequencies, FFT size, waveform."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from app.view_models.picture.picture_model import Frequencies, PictureModel
from app.view_models.picture.waveform_model import WaveformModel, WaveformPlace
from app.views.commands.commands import make_command
from app.views.texts.picture_texts import PictureTexts
from app.views.widgets.labels import tool_tip
from core.stft import FFT_SIZES


class PictureActions(QObject):
    """Actions of a PictureModel and a WaveformModel.

    Attributes:
        frequencies, fft_sizes, waveforms: One of each is chosen.
    """

    def __init__(self, picture: PictureModel, waveform: WaveformModel, parent: QObject) -> None:
        super().__init__(parent)
        self._picture, self._waveform = picture, waveform
        self._texts = PictureTexts(self)
        self.frequencies = self._make_frequencies()
        self.fft_sizes = self._make_fft_sizes()
        self.waveforms = self._make_waveforms()
        self.frequencies.triggered.connect(self._on_frequencies)
        self.fft_sizes.triggered.connect(self._on_fft_size)
        self.waveforms.triggered.connect(self._on_waveform)
        picture.changed.connect(self._on_changed)
        waveform.changed.connect(self._on_changed)
        self._on_changed()

    def _make_frequencies(self) -> QActionGroup:
        group = QActionGroup(self)
        names = {
            Frequencies.MEL: (self.tr("&Mel, as the model sees it"), "Alt+1"),
            Frequencies.LINEAR: (self.tr("&Linear, measured"), "Alt+2"),
            Frequencies.LOGARITHMIC: (self.tr("L&ogarithmic, measured"), "Alt+3"),
        }
        for frequencies, (name, key) in names.items():
            command_id = f"view.frequencies.{frequencies}"
            action = make_command(self, command_id, name, key, checkable=True)
            action.setData(frequencies)
            group.addAction(action)
        return group

    def _make_fft_sizes(self) -> QActionGroup:
        group = QActionGroup(self)
        for size in FFT_SIZES:
            name = self.tr("{size} samples").format(size=size)
            action = make_command(self, f"view.fft_size.{size}", name, checkable=True)
            action.setData(size)
            group.addAction(action)
        return group

    def _make_waveforms(self) -> QActionGroup:
        group = QActionGroup(self)
        tip = self._texts.about_waveform()
        names = {
            WaveformPlace.OFF: (self.tr("O&ff"), "Alt+4"),
            WaveformPlace.BELOW: (self.tr("&Below the spectrogram"), "Alt+5"),
            WaveformPlace.INSTEAD: (self.tr("&Instead of the spectrogram"), "Alt+6"),
        }
        for place, (name, key) in names.items():
            action = make_command(self, f"view.waveform.{place}", name, key, checkable=True)
            action.setData(place)
            action.setToolTip(tool_tip(tip))
            group.addAction(action)
        return group

    def fill_menu(self, menu: QMenu) -> None:
        """Append the actions to the menu."""
        for title, group in (
            (self.tr("Fre&quencies"), self.frequencies),
            (self.tr("FFT si&ze"), self.fft_sizes),
            (self.tr("&Waveform"), self.waveforms),
        ):
            inner = menu.addMenu(title)
            inner.setToolTipsVisible(True)
            inner.addActions(group.actions())

    @Slot(QAction)
    def _on_frequencies(self, action: QAction) -> None:
        self._picture.choose_frequencies(Frequencies(action.data()))

    @Slot(QAction)
    def _on_fft_size(self, action: QAction) -> None:
        self._picture.choose_fft_size(action.data())

    @Slot(QAction)
    def _on_waveform(self, action: QAction) -> None:
        self._waveform.choose_place(WaveformPlace(action.data()))

    @Slot()
    def _on_changed(self) -> None:
        picture = self._picture
        for action in self.waveforms.actions():
            action.setChecked(action.data() == self._waveform.place)
        is_measured = picture.frequencies is not Frequencies.MEL
        for group, chosen, can_choose, about in (
            (
                self.frequencies,
                picture.frequencies,
                not picture.is_live,
                self._texts.about_frequencies(picture),
            ),
            (
                self.fft_sizes,
                picture.fft_size,
                is_measured and not picture.is_live,
                self._texts.about_fft_size(picture),
            ),
        ):
            for action in group.actions():
                action.setChecked(action.data() == chosen)
                action.setEnabled(can_choose)
                action.setToolTip(tool_tip(about))
