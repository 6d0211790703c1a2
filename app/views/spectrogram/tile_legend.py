"""The legend of the tile grid: each state's pattern, name and number of tiles."""

from PySide6.QtCore import QRectF, QSize, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.view_models.viewer.tile_grid import TileGridModel
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


class TileLegend(QWidget):
    """Shows a swatch, name and count of each state, and the group-norm barrier.

    Where there is too little room for that, only swatches and counts, with the rest in its tip.
    """

    def __init__(self, tiles: TileGridModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tiles = tiles
        self._swatches = {state: TileSwatch(state, theme) for state in TileState}
        self._labels = {state: _caption() for state in TileState}
        self._barrier = _caption()
        self._full_px = 0
        self._names = TileTexts(self).states
        self._assemble()
        tiles.changed.connect(self._on_changed)
        self._on_changed()

    def _assemble(self) -> None:
        row = QHBoxLayout(self)
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
        for swatch in self._swatches.values():
            swatch.set_theme(theme)

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
        is_full = self.width() >= self._full_px
        for state, label in self._labels.items():
            label.setText(self._text(state) if is_full else str(self._tiles.count(state)))
        self._barrier.setVisible(is_full)

    def _text(self, state: TileState) -> str:
        return f"{self._tiles.count(state)} {self._names[state]}"

    @Slot()
    def _on_changed(self) -> None:
        self._barrier.setText(self._barrier_text())
        texts = [*map(self._text, TileState), self._barrier.text()]
        counts = ", ".join(filter(None, texts))
        self.setAccessibleName(self.tr("Tiles: {counts}").format(counts=counts))
        self.setToolTip(self.accessibleName())
        metrics = self._barrier.fontMetrics()
        texts_px = sum(metrics.horizontalAdvance(text) for text in texts)
        self._full_px = texts_px + len(texts) * (_SWATCH.width() + 2 * _SPACING_PX)
        self.updateGeometry()
        self._show_texts()

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
