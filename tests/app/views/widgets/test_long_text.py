from typing import Any

from PySide6.QtWidgets import QDialogButtonBox, QWidget

from app.views.widgets.message_boxes import LongTextDialog


def test_the_whole_text_is_there_to_read_and_the_button_closes(qtbot: Any) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = LongTextDialog(parent, "Licences", "one\n" * 9000)
    dialog.show()

    assert dialog.reader.toPlainText() == "one\n" * 9000
    assert dialog.reader.isReadOnly()
    buttons = dialog.findChild(QDialogButtonBox)
    buttons.button(QDialogButtonBox.StandardButton.Close).click()
    assert not dialog.isVisible()
