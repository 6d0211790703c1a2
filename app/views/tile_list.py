"""A window with the tile grid in words, to be read and walked through by keyboard."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHeaderView,
    QLabel,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.models.spectrogram import SpectrogramModel
from app.models.tile_grid import TileGridModel
from app.views.tile_table import TileTable


class TileList(QDialog):
    """Shows the tiles of a run while it goes on; it may stay open beside the window.

    Signals:
        tile_chosen: Enter or a double-click on a tile; its first moment and its last, in seconds.
    """

    tile_chosen = Signal(float, float)

    def __init__(
        self, tiles: TileGridModel, spectrogram: SpectrogramModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._tiles, self._spectrogram = tiles, spectrogram
        self.setWindowTitle(self.tr("Tiles"))
        self.resize(640, 440)
        self._summary = QLabel(wordWrap=True)
        self._summary.setProperty("role", "caption")
        self._table = QTableView()
        self._table.setModel(TileTable(tiles, spectrogram, self))
        self._dress_table()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self._summary)
        column.addWidget(self._table)
        self._table.activated.connect(self._on_activated)
        tiles.changed.connect(self._on_changed)

    def _dress_table(self) -> None:
        table = self._table
        table.setAccessibleName(self.tr("Tiles"))
        table.setToolTip(self.tr("Enter shows a tile in the spectrogram."))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with the table, so that arrow keys work at once."""
        self._on_changed()
        self._table.setFocus()
        super().showEvent(event)

    @Slot()
    def _on_changed(self) -> None:
        if not self.isVisible():
            return
        tiles = self._tiles
        parts = [tiles.explanation or self.tr("No tiles: nothing is being decoded.")]
        if tiles.num_barriers:
            barrier = self.tr("group norm {done} of {all}")
            parts.append(barrier.format(done=tiles.barrier, all=tiles.num_barriers))
        self._summary.setText(" · ".join(parts))

    @Slot(object)
    def _on_activated(self, index: object) -> None:
        time = self._tiles.tiles[index.row()].region.time
        rate = self._spectrogram.params.frames_per_second
        self.tile_chosen.emit(time.start / rate, time.stop / rate)
