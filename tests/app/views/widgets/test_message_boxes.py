"""Questions as Qt asks them."""

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from app.views.widgets.message_boxes import MessageBoxes


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
