"""The menu of files that were opened or written last."""

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QMenu, QWidget

from app.view_models.recent_files import RecentFiles
from app.views.widgets.labels import button_text, tool_tip

_LONGEST_NAME = 48


class RecentMenu(QMenu):
    """Shows a RecentFiles.

    Signals:
        chosen: A file was chosen.
    """

    chosen = Signal(Path)

    def __init__(self, recent: RecentFiles, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("&Recent files"))
        self.setProperty("passing", True)  # its entries change: they are no commands
        self.setToolTipsVisible(True)
        self._recent = recent
        recent.changed.connect(self._fill)
        self._fill()

    @Slot()
    def _fill(self) -> None:
        self.clear()
        for number, path in enumerate(self._recent.paths, start=1):
            action = self.addAction(_label(number, path))
            action.setToolTip(tool_tip(str(path)))
            action.triggered.connect(lambda _checked=False, path=path: self.chosen.emit(path))
        if self._recent.paths:
            self.addSeparator()
            self.addAction(self.tr("&Forget all")).triggered.connect(self._recent.clear)
        self.setEnabled(bool(self._recent.paths))


def _label(number: int, path: Path) -> str:
    """`&1  organ.wav`; long names keep their end, where takes differ."""
    name = path.name if len(path.name) <= _LONGEST_NAME else f"…{path.name[1 - _LONGEST_NAME :]}"
    mnemonic = f"&{number}" if number < 10 else str(number)
    return f"{mnemonic}  {button_text(name)}"
