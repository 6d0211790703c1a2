"""The legend of the tile grid: states by pattern, devices by colour, and their tiles counted."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.view_models.viewer.tile_grid import TileGridModel
from app.views.spectrogram.device_bands import device_colour
from app.views.spectrogram.tile_overlay import paint_tile
from app.views.texts.tile_texts import TileTexts
from app.views.widgets.labels import PlainLabel
from app.views.widgets.theme import Theme
from core.api.events import TileState

_SWATCH = QSize(24, 14)
_SPACING_PX = 6


class TileSwatch(QWidget):
    """A small tile in one state."""

    def __init__(self, state: TileState, theme: Theme) -> None:
        super().__init__()
        self._state = state
        self._theme = theme
        self.setFixedSize(_SWATCH)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the tile as the grid does, over a piece of canvas."""
        painter = QPainter(self)
        rect = QRectF(self.rect())
        painter.fillRect(rect, "#1d3c63" if self._state is TileState.DONE else self._theme.canvas)
        paint_tile(painter, rect, self._state, self._theme, fraction=0.6)


class DeviceSwatch(QWidget):
    """The colour of one of the devices that share the tiles."""

    def __init__(self, rank: int, theme: Theme) -> None:
        super().__init__()
        self._rank = rank
        self._theme = theme
        self.setFixedSize(_SWATCH)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self.update()

    @property
    def colour(self) -> QColor:
        """The colour, as in the grid."""
        return device_colour(self._rank, self._theme)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Fill all of it."""
        QPainter(self).fillRect(self.rect(), self.colour)


class TileLegend(QWidget):
    """Shows a swatch, name and count of each state, the group-norm barrier, and devices.

    Where there is too little room for that, only swatches and counts, with the rest in its tip;
    devices come last, since their bands over the tiles have names too.
    """

    def __init__(self, tiles: TileGridModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tiles = tiles
        self._swatches = {state: TileSwatch(state, theme) for state in TileState}
        self._labels = {state: _caption() for state in TileState}
        self._barrier = _caption()
        self._devices: list[tuple[DeviceSwatch, PlainLabel]] = []
        self._theme = theme
        self._full_px = self._states_px = 0
        self._names = TileTexts(self).states
        self._assemble()
        tiles.changed.connect(self._on_changed)
        self._on_changed()

    def _assemble(self) -> None:
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_SPACING_PX)
        for state in TileState:
            row.addWidget(self._swatches[state])
            row.addWidget(self._labels[state])
        row.addWidget(self._barrier)
        row.addStretch()
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        policy.setHorizontalPolicy(QSizePolicy.Policy.Maximum)
        policy.setVerticalPolicy(QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        for swatch in self._swatches.values():
            swatch.set_theme(theme)
        for device, _ in self._devices:
            device.set_theme(theme)

    def tile_text(self, frame: int, mel_bin: int) -> str:
        """Describe the tile of a cell: its number, state and device; empty outside the plan."""
        found = self._tiles.tile_at(frame, mel_bin)
        if found is None:
            return ""
        index, tile = found
        number = self.tr("tile {n}").format(n=index + 1)
        return " · ".join(filter(None, (number, self._names[tile.state], tile.device)))

    def sizeHint(self) -> QSize:
        """Room for all names."""
        return QSize(self._full_px, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Room for the counts."""
        figures = "".join(str(self._tiles.count(state)) for state in TileState)
        figures_px = self._barrier.fontMetrics().horizontalAdvance(figures)
        swatches_px = len(TileState) * (_SWATCH.width() + 2 * _SPACING_PX)
        return QSize(swatches_px + figures_px, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the names, or only the counts."""
        self._show_texts()

    def _show_texts(self) -> None:
        is_full = self.width() >= self._states_px
        for state, label in self._labels.items():
            label.setText(self._text(state) if is_full else str(self._tiles.count(state)))
        self._barrier.setVisible(is_full)
        for parts in self._devices:
            for part in parts:
                part.setVisible(self.width() >= self._full_px)

    def _text(self, state: TileState) -> str:
        return f"{self._tiles.count(state)} {self._names[state]}"

    @Slot()
    def _on_changed(self) -> None:
        self._barrier.setText(self._barrier_text())
        self._show_devices()
        states = [*map(self._text, TileState), self._barrier.text()]
        devices = self._device_texts()
        counts = ", ".join(filter(None, (*states, *devices)))
        self.setAccessibleName(self.tr("Tiles: {counts}").format(counts=counts))
        self.setToolTip(self.accessibleName())
        self._states_px = self._width_px(states)
        self._full_px = self._states_px + self._width_px(devices)
        self.updateGeometry()
        self._show_texts()

    def _width_px(self, texts: Sequence[str]) -> int:
        """The width of texts with a swatch before each."""
        texts_px = sum(map(self._barrier.fontMetrics().horizontalAdvance, texts))
        return texts_px + len(texts) * (_SWATCH.width() + 2 * _SPACING_PX)

    def _show_devices(self) -> None:
        """Have a swatch and a label for each of the devices that share the tiles."""
        texts = self._device_texts()
        while len(self._devices) > len(texts):
            for part in self._devices.pop():
                part.deleteLater()
        while len(self._devices) < len(texts):
            parts = DeviceSwatch(len(self._devices), self._theme), _caption()
            for part in parts:
                self._row.insertWidget(self._row.count() - 1, part)  # before the stretch
            self._devices.append(parts)
        for (_, label), text in zip(self._devices, texts, strict=True):
            label.setText(text)

    def _device_texts(self) -> list[str]:
        """Each device with how many of its tiles are done."""
        tiles = self._tiles.tiles
        found = []
        for rank, name in enumerate(self._tiles.devices):
            own = [tile.state is TileState.DONE for tile in tiles if tile.rank == rank]
            text = self.tr("{device}: {done} of {all}")
            found.append(text.format(device=name, done=sum(own), all=len(own)))
        return found

    def _barrier_text(self) -> str:
        if not self._tiles.num_barriers:
            return ""
        return self.tr("group norm {done} of {all}").format(
            done=self._tiles.barrier, all=self._tiles.num_barriers
        )


def _caption() -> PlainLabel:
    label = PlainLabel()
    label.setProperty("role", "caption")
    return label
