"""A window that lists the tiles as a table, for the keyboard and for screen readers."""

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.view_models.viewer.spectrogram import SpectrogramModel
from app.view_models.viewer.tile_grid import TileGridModel
from app.views.texts.tile_texts import TileTexts
from app.views.widgets.labels import PlainLabel
from app.views.widgets.screen_fit import fit_to_screen

_REFRESH_MS = 250  # nobody reads faster
Index = QModelIndex | QPersistentModelIndex


class TileList(QDialog):
    """Shows the tiles of a run as it progresses; it may stay open beside the window.

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
        fit_to_screen(self, QSize(640, 440))
        self._summary = PlainLabel(word_wrap=True)
        self._summary.setProperty("role", "caption")
        self._table = QTableView()
        self._table.setModel(TileTable(tiles, spectrogram, self))
        self._style_table()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self._summary)
        column.addWidget(self._table)
        self._table.activated.connect(self._on_activated)
        tiles.changed.connect(self._on_changed)

    def _style_table(self) -> None:
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
        """Focus the table, so that arrow keys work at once."""
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

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        time = self._tiles.tiles[index.row()].region.time
        rate = self._spectrogram.params.frames_per_second
        self.tile_chosen.emit(time.start / rate, time.stop / rate)


class TileTable(QAbstractTableModel):
    """A row for each tile of a TileGridModel, brought up to date four times a second."""

    def __init__(
        self,
        tiles: TileGridModel,
        spectrogram: SpectrogramModel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._tiles, self._spectrogram = tiles, spectrogram
        self._texts = TileTexts(self)
        self._rows: list[tuple[str, ...]] = []
        self._headings = (
            self.tr("Tile"),
            self.tr("From"),
            self.tr("To"),
            self.tr("State"),
            self.tr("Done"),
            self.tr("Device"),
            self.tr("Time taken"),
        )
        self._timer = QTimer(self, singleShot=True, interval=_REFRESH_MS)
        self._timer.timeout.connect(self._refresh)
        tiles.changed.connect(self._on_changed)
        self._refresh()

    def rowCount(self, parent: Index | None = None) -> int:
        """As many as there are tiles."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """As many as there are headings."""
        return len(self._headings)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The text of a cell; for a screen reader, with the name of its column."""
        if not index.isValid():
            return None
        text = self._rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self._headings[index.column()]}: {text}"
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """The headings of the columns; rows need none, since they begin with their number."""
        is_text = role == Qt.ItemDataRole.DisplayRole
        is_heading = orientation is Qt.Orientation.Horizontal
        return self._headings[section] if is_heading and is_text else None

    @Slot()
    def _on_changed(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _refresh(self) -> None:
        """Report only rows that changed, so that a screen reader keeps its place."""
        rows = [self._row(index) for index in range(len(self._tiles.tiles))]
        if len(rows) != len(self._rows):
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
            return
        old, self._rows = self._rows, rows
        last = self.columnCount() - 1
        for row, (before, after) in enumerate(zip(old, rows, strict=True)):
            if before != after:
                self.dataChanged.emit(self.index(row, 0), self.index(row, last))

    def _row(self, index: int) -> tuple[str, ...]:
        tile, texts = self._tiles.tiles[index], self._texts
        start, stop = texts.span(tile, self._spectrogram.params)
        done = f"{tile.fraction:.0%}"
        state = texts.states[tile.state]
        return str(index + 1), start, stop, state, done, tile.device, texts.took(tile)
