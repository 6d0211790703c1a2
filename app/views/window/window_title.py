"""Shows the run's progress in the window's title, and so in the task bar.

Qt 6 cannot draw progress in the task bar, but every desktop shows the title there, and marks a
window that asks for attention.
"""

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication, QWidget

from app.view_models.takes.run_status import Outcome, RunStatusModel

_NAME = "Tessera"


class WindowTitle(QObject):
    """Puts the run's progress before the name, and asks for attention when the run has ended.

    Args:
        window: Whose title it is.
        status: The run.
    """

    def __init__(self, window: QWidget, status: RunStatusModel) -> None:
        super().__init__(window)
        self._window, self._status = window, status
        self._was_running = False
        status.changed.connect(self._on_changed)

    @Slot()
    def _on_changed(self) -> None:
        is_running = self._status.stage is not None
        self._window.setWindowTitle(self._running_title() if is_running else _NAME)
        if self._was_running and not is_running and self._status.outcome is not Outcome.CANCELLED:
            QApplication.alert(self._window)  # has no effect while the window is active
        self._was_running = is_running

    def _running_title(self) -> str:
        fraction = self._status.run_fraction
        if fraction is None:
            return self.tr("Generating – {name}").format(name=_NAME)
        return self.tr("{percent} % – {name}").format(percent=round(100 * fraction), name=_NAME)
