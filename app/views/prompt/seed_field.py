"""The seed: fresh for every take, or locked to repeat one."""

from PySide6.QtCore import QRegularExpression, Signal, Slot
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QWidget

from app.views.widgets.icons import icon
from app.views.widgets.theme import Theme


class SeedField(QWidget):
    """A number of up to 64 bits, more than a spin box holds, with a lock beside it.

    Signals:
        edited: The seed as typed; typing one also locks it.
        lock_toggled: The lock was turned.
    """

    edited = Signal(str)
    lock_toggled = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._line = QLineEdit()
        self._line.setAccessibleName(self.tr("Seed"))
        digits = QRegularExpression(r"\d{0,20}")
        self._line.setValidator(QRegularExpressionValidator(digits, self))
        self._line.textEdited.connect(self.edited)
        self._lock = QToolButton()
        self._lock.setCheckable(True)
        self._lock.setAccessibleName(self.tr("Keep this seed"))
        self._lock.toggled.connect(self._on_toggled)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._line)
        row.addWidget(self._lock)
        self.setFocusProxy(self._line)
        self.show_seed("0", locked=False)

    def show_seed(self, text: str, *, locked: bool) -> None:
        """Show a seed and whether it is kept."""
        if self._line.text() != text:
            self._line.setText(text)
        if self._lock.isChecked() != locked:
            self._lock.setChecked(locked)
        self._show_lock()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self._show_lock()

    def _show_lock(self) -> None:
        locked = self._lock.isChecked()
        colour = self._theme.accent if locked else self._theme.muted
        self._lock.setIcon(icon("lock" if locked else "unlock", colour))
        self._lock.setToolTip(
            self.tr("The next take uses this seed again")
            if locked
            else self.tr("The next take draws a fresh seed; lock to repeat this one")
        )

    @Slot(bool)
    def _on_toggled(self, locked: bool) -> None:
        self._show_lock()
        self.lock_toggled.emit(locked)
