"""One model in the list: its name, and below where it is."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.views.elided_label import ElidedLabel


class ModelRow(QWidget):
    """Two lines of text.

    Args:
        name: The upper one.
        caption: The lower one.
    """

    def __init__(self, name: str, caption: str) -> None:
        super().__init__()
        upper, lower = ElidedLabel(), ElidedLabel()
        upper.show_text(name)
        lower.show_text(caption)
        lower.setProperty("role", "caption")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(2)
        column.addWidget(upper)
        column.addWidget(lower)
