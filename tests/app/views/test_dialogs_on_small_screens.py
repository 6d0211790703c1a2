"""Dialogs on small screens: their buttons are on the screen, and their fields scroll."""

from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton, QWidget

from app.view_models.drafts.export_draft import ExportDraft
from app.views.dialogs.export_dialog import ExportDialog
from app.views.dialogs.variations_dialog import VariationsDialog
from core.api.request import GenerationRequest

FREE = QSize(853, 440)  # 1280x720 at a scale of 1.5, without a panel


@pytest.mark.parametrize("name", ["cheat_sheet", "edit_keys", "preferences", "models", "record"])
def test_the_buttons_of_a_dialog_are_on_the_screen(qtbot, studio, monkeypatch, name):
    monkeypatch.setattr(QWidget, "screen", lambda _: SimpleNamespace(availableSize=lambda: FREE))
    window = studio.window
    window.resize(837, 392)
    actions = window.actions_ if name in ("models", "record") else studio.commands.actions
    getattr(actions, name).trigger()
    qtbot.waitUntil(lambda: any(map(QWidget.isVisible, window.findChildren(QDialog))))
    dialog = next(one for one in window.findChildren(QDialog) if one.isVisible())
    qtbot.wait(50)
    assert_on_screen(dialog)
    dialog.reject()


def test_the_buttons_of_the_export_are_on_the_screen(qtbot, monkeypatch):
    monkeypatch.setattr(QWidget, "screen", lambda _: SimpleNamespace(availableSize=lambda: FREE))
    draft = ExportDraft()
    draft.begin(10.0, 16_000, (2.5, 4.0), np.full(160_000, 2.0, np.float32))  # with a warning
    dialog = ExportDialog(None, draft)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    assert_on_screen(dialog)


def test_the_buttons_of_the_variations_are_on_the_screen(qtbot, monkeypatch):
    monkeypatch.setattr(QWidget, "screen", lambda _: SimpleNamespace(availableSize=lambda: FREE))
    dialog = VariationsDialog(None, GenerationRequest(prompt="rain"), lambda requests: None)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    assert_on_screen(dialog)


def assert_on_screen(dialog: QDialog) -> None:
    assert dialog.height() <= FREE.height()
    assert dialog.width() <= FREE.width()
    boxes = dialog.findChildren(QDialogButtonBox)
    below_fields = dialog.findChildren(
        QPushButton, options=Qt.FindChildOption.FindDirectChildrenOnly
    )
    for button in (*below_fields, *(button for box in boxes for button in box.buttons())):
        if button.isVisible():
            corner = button.mapTo(dialog, QPoint(0, 0))
            assert dialog.rect().contains(button.rect().translated(corner))
