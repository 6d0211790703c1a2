"""Asks for one value: a length, a gain, or a name."""

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.views.texts.guide_page import GuidePage, set_guide_page
from app.views.widgets.labels import PlainLabel


class AmountDialog(QDialog):
    """A field with a sentence above it.

    Args:
        parent: The window.
        title: What the value is.
        sentence: How it is written.
        field: Takes it, and holds what is usual.

    Attributes:
        field: The field.
    """

    def __init__(
        self, parent: QWidget, title: str, sentence: str, field: QDoubleSpinBox | QLineEdit
    ) -> None:
        super().__init__(parent)
        set_guide_page(self, GuidePage.EDIT)
        self.setWindowTitle(title)
        self.field = field
        field.selectAll()
        field.setAccessibleName(title)
        label = PlainLabel(sentence)
        label.setProperty("role", "field")
        label.setBuddy(field)
        ok, cancel = QDialogButtonBox.StandardButton.Ok, QDialogButtonBox.StandardButton.Cancel
        buttons = QDialogButtonBox(ok | cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(8)
        column.addWidget(label)
        column.addWidget(field)
        column.addSpacing(8)
        column.addWidget(buttons)
