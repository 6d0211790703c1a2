"""The actions that choose the picture of the sound: its axis of frequencies, its FFT size."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from app.view_models.picture.picture_model import Frequencies, PictureModel
from app.views.commands.commands import make_command
from app.views.texts.picture_texts import PictureTexts
from app.views.widgets.labels import tool_tip
from core.stft import FFT_SIZES


class PictureActions(QObject):
    """Actions of a PictureModel.

    Attributes:
        frequencies, fft_sizes: One of each is chosen.
    """

    def __init__(self, picture: PictureModel, parent: QObject) -> None:
        super().__init__(parent)
        self._picture, self._texts = picture, PictureTexts(self)
        self.frequencies = QActionGroup(self)
        names = {
            Frequencies.MEL: (self.tr("&Mel, as the model sees it"), "Alt+1"),
            Frequencies.LINEAR: (self.tr("&Linear, measured"), "Alt+2"),
            Frequencies.LOGARITHMIC: (self.tr("L&ogarithmic, measured"), "Alt+3"),
        }
        for frequencies, (name, key) in names.items():
            command_id = f"view.frequencies.{frequencies}"
            action = make_command(self, command_id, name, key, checkable=True)
            action.setData(frequencies)
            self.frequencies.addAction(action)
        self.fft_sizes = QActionGroup(self)
        for size in FFT_SIZES:
            name = self.tr("{size} samples").format(size=size)
            action = make_command(self, f"view.fft_size.{size}", name, checkable=True)
            action.setData(size)
            self.fft_sizes.addAction(action)
        self.frequencies.triggered.connect(self._on_frequencies)
        self.fft_sizes.triggered.connect(self._on_fft_size)
        picture.changed.connect(self._on_changed)
        self._on_changed()

    def fill_menu(self, menu: QMenu) -> None:
        """Append the actions to the menu."""
        for title, group in (
            (self.tr("Fre&quencies"), self.frequencies),
            (self.tr("FFT si&ze"), self.fft_sizes),
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

    @Slot()
    def _on_changed(self) -> None:
        picture = self._picture
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
