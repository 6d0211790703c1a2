"""The bar above the status line that shows a long export and can cancel it."""

from pathlib import Path

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton

from app.views.widgets.labels import ElidedLabel

_STEPS = 1000
_SHOWN_AFTER_MS = 400  # short exports are done by then


class ExportProgress(QFrame):
    """Shows the progress of a file that is written.

    Signals:
        cancel_requested: The export should be cancelled.
    """

    cancel_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("exportProgress")
        self._sentence = ElidedLabel()
        self._progress = QProgressBar(maximum=_STEPS, textVisible=False)
        self._progress.setAccessibleName(self.tr("Progress of the export"))
        self._progress.setFixedWidth(240)
        self._cancel = QPushButton(self.tr("Cancel the export"))
        self._cancel.setProperty("role", "quiet")
        self._cancel.setToolTip(self.tr("Nothing is left of the file then"))
        self._cancel.clicked.connect(self.cancel_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 6, 24, 6)
        row.setSpacing(16)
        row.addWidget(self._sentence, stretch=1)
        row.addWidget(self._progress)
        row.addWidget(self._cancel)
        self._show_timer = QTimer(self, singleShot=True, interval=_SHOWN_AFTER_MS)
        self._show_timer.timeout.connect(self.show)
        self.hide()

    @Slot(Path)
    def begin(self, path: Path) -> None:
        """Show the export of a file, unless it ends within a moment."""
        self._sentence.show_text(self.tr("Writing {name}").format(name=path.name))
        self._progress.setValue(0)
        self._show_timer.start()

    @Slot(float)
    def show_fraction(self, fraction: float) -> None:
        """Show how much is done, 0 to 1."""
        self._progress.setValue(round(fraction * _STEPS))

    @Slot()
    def end(self) -> None:
        """Hide: the export has ended."""
        self._show_timer.stop()
        self.hide()
