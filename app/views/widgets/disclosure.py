"""A section of a panel that opens and closes by its title."""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.views.widgets.accessibility import DisclosureButton
from app.views.widgets.icons import icon
from app.views.widgets.theme import Theme


class Disclosure(QWidget):
    """A title that shows or hides its content; closed at first.

    Args:
        title: What the content is about.
        content: The content.
        theme: Colours.

    Signals:
        toggled: It was opened or closed.
    """

    toggled = Signal(bool)

    def __init__(self, title: str, content: QWidget, theme: Theme) -> None:
        super().__init__()
        self._content = content
        self._theme = theme
        self._head = DisclosureButton()
        self._head.setText(title)
        self._head.setProperty("role", "disclosure")
        self._head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._head.setIconSize(QSize(16, 16))
        self._head.setAccessibleName(title)
        self._head.toggled.connect(self._on_toggled)
        content.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._head)
        column.addWidget(content)
        self.set_theme(theme)

    @property
    def is_open(self) -> bool:
        """Whether the content is shown."""
        return self._head.isChecked()

    def set_open(self, is_open: bool) -> None:
        """Show or hide the content."""
        self._head.setChecked(is_open)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        name = "unfolded" if self.is_open else "folded"
        self._head.setIcon(icon(name, theme.muted))

    @Slot(bool)
    def _on_toggled(self, is_open: bool) -> None:
        self._content.setVisible(is_open)
        self.set_theme(self._theme)
        self.toggled.emit(is_open)
