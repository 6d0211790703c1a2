"""The menu with all choices of the picture, and its panel of colours and levels."""

from PySide6.QtCore import QSize, Slot
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QMenu,
    QPushButton,
    QWidget,
    QWidgetAction,
)

from app.view_models.picture.colour_scale import (
    HIGHEST_DB,
    NARROWEST_DB,
    ColourMap,
    ColourScaleModel,
)
from app.view_models.picture.picture_model import PictureModel
from app.view_models.picture.waveform_model import WaveformModel
from app.view_models.viewer.level_pyramid import FLOOR_DB
from app.views.spectrogram.colour_map import gradient
from app.views.viewer.picture_fields import LABEL_WIDTH_PX, PictureFields
from app.views.widgets.labels import PlainLabel
from app.views.widgets.number_boxes import CountBox

_GRADIENT_PX = QSize(72, 14)
_LARGE_GRADIENT_PX = QSize(264, 12)


class ColourPanel(QWidget):
    """Shows and changes a ColourScaleModel."""

    def __init__(self, colour_scale: ColourScaleModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colour_scale = colour_scale
        self._map = QComboBox(iconSize=_GRADIENT_PX)
        self._bar = PlainLabel()
        self._bar.setScaledContents(True)
        self._low = _level_box(FLOOR_DB, HIGHEST_DB - NARROWEST_DB)
        self._high = _level_box(FLOOR_DB + NARROWEST_DB, HIGHEST_DB)
        self._automatic = QCheckBox(self.tr("Fit to the sound"))
        self._reset = QPushButton(self.tr("Reset"))
        self._reset.setProperty("role", "quiet")
        self._fill_maps()
        self._explain()
        self._assemble()
        self._map.currentIndexChanged.connect(self._on_map)
        self._low.valueChanged.connect(self._on_range)
        self._high.valueChanged.connect(self._on_range)
        self._automatic.toggled.connect(colour_scale.set_automatic)
        self._reset.clicked.connect(colour_scale.reset_range)
        colour_scale.changed.connect(self._on_changed)
        self._on_changed()

    def _fill_maps(self) -> None:
        names = {
            ColourMap.CIVIDIS: self.tr("Cividis, for all eyes"),
            ColourMap.VIRIDIS: self.tr("Viridis"),
            ColourMap.MAGMA: self.tr("Magma"),
            ColourMap.INFERNO: self.tr("Inferno"),
            ColourMap.GREY: self.tr("Grey"),
        }
        for colour_map, name in names.items():
            self._map.addItem(QIcon(_picture(colour_map, _GRADIENT_PX)), name, colour_map)

    def _explain(self) -> None:
        for widget, name, tip in (
            (self._map, self.tr("Colours"), self.tr("Colours from quiet to loud.")),
            (
                self._low,
                self.tr("Quietest level"),
                self.tr("Everything quieter is drawn as dark as this. Raise it to hide noise."),
            ),
            (
                self._high,
                self.tr("Loudest level"),
                self.tr("Everything louder is drawn as bright as this. Lower it to see more."),
            ),
            (
                self._automatic,
                self.tr("Fit the levels to the sound"),
                self.tr("Span the levels that occur in the sound so far."),
            ),
        ):
            widget.setAccessibleName(name)
            widget.setToolTip(tip)

    def _assemble(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(16, 12, 16, 12)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(0, LABEL_WIDTH_PX)
        for row, (text, field) in enumerate(
            (
                (self.tr("Colours"), self._map),
                (self.tr("Quietest"), self._low),
                (self.tr("Loudest"), self._high),
            )
        ):
            label = PlainLabel(text)
            label.setProperty("role", "field")
            label.setBuddy(field)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1, 1, 2)
        grid.addWidget(self._bar, 3, 0, 1, 3)
        grid.addWidget(self._automatic, 4, 0, 1, 2)
        grid.addWidget(self._reset, 4, 2)

    @Slot()
    def _on_map(self) -> None:
        self._colour_scale.choose_map(ColourMap(self._map.currentData()))

    @Slot()
    def _on_range(self) -> None:
        self._colour_scale.set_range(self._low.value(), self._high.value())

    @Slot()
    def _on_changed(self) -> None:
        """Show the model; the fields' signals are blocked, so that they do not change it."""
        colour_scale = self._colour_scale
        fields = (self._map, self._low, self._high, self._automatic)
        for field in fields:
            field.blockSignals(True)
        self._map.setCurrentIndex(self._map.findData(colour_scale.colour_map))
        self._low.setValue(round(colour_scale.low_db))
        self._high.setValue(round(colour_scale.high_db))
        self._automatic.setChecked(colour_scale.is_automatic)
        for field in fields:
            field.blockSignals(False)
        self._bar.setPixmap(_picture(colour_scale.colour_map, _LARGE_GRADIENT_PX))


class PictureMenu(QMenu):
    """The fields of the picture and of its colours as the menu of a button."""

    def __init__(
        self,
        picture: PictureModel,
        waveform: WaveformModel,
        colour_scale: ColourScaleModel,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        for fields in (PictureFields(picture, waveform, self), ColourPanel(colour_scale, self)):
            action = QWidgetAction(self)
            action.setDefaultWidget(fields)
            self.addAction(action)


def _level_box(low_db: float, high_db: float) -> CountBox:
    box = CountBox(minimum=round(low_db), maximum=round(high_db))
    box.setSuffix(" dB")
    box.setKeyboardTracking(False)
    return box


def _picture(colour_map: ColourMap, size: QSize) -> QPixmap:
    return QPixmap.fromImage(gradient(colour_map, size.width(), size.height()))
