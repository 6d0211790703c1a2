"""Questions and long texts, shown by Qt."""

from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QMessageBox, QWidget

from app.views.widgets.message_boxes import LongTextDialog, MessageBoxes


@pytest.mark.parametrize("loses_sounds", [False, True])
def test_enter_agrees_unless_sounds_would_be_lost(qtbot, loses_sounds):
    parent = QWidget()
    qtbot.addWidget(parent)

    def press_enter():
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        qtbot.keyClick(box, Qt.Key.Key_Return)

    QTimer.singleShot(0, press_enter)
    agreed = MessageBoxes().agree(parent, "Close", "Close it?", loses_sounds=loses_sounds)
    assert agreed is not loses_sounds


def test_a_long_text_is_shown_until_it_is_closed(qtbot: Any) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = LongTextDialog(parent, "Licences", "one\n" * 9000)
    dialog.show()

    assert dialog.reader.toPlainText() == "one\n" * 9000
    assert dialog.reader.isReadOnly()
    buttons = dialog.findChild(QDialogButtonBox)
    buttons.button(QDialogButtonBox.StandardButton.Close).click()
    assert not dialog.isVisible()
