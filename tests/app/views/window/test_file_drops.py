"""Files dropped and pasted on the window and its fields: they open, and no path is inserted."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
)
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QPlainTextEdit, QWidget

from app.views.side_bar.side_bar import SideBarPage
from app.views.window.file_drops import DropHint
from core.api.lora import Lora

DOOR = Path("/sounds/door.wav")
COPY, BUTTON = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
NO_KEY, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


def mime(*urls, text=""):
    data = QMimeData()
    if urls:
        data.setUrls([QUrl(url) for url in urls])
    if text:
        data.setText(text)
    return data


def enter(target: QWidget, data: QMimeData) -> bool:
    """Hold something over a widget; whether anything would take it."""
    event = QDragEnterEvent(QPoint(5, 5), COPY, data, BUTTON, NO_KEY)
    QApplication.sendEvent(target, event)
    return event.isAccepted()


def drop(target: QWidget, data: QMimeData) -> bool:
    """Drop something onto a widget; whether anything took it."""
    if not enter(target, data):
        return False
    event = QDropEvent(QPointF(5, 5), COPY, data, BUTTON, NO_KEY)
    QApplication.sendEvent(target, event)
    return event.isAccepted()


@pytest.fixture
def fields(window, session):
    """All text fields, and what of them is dropped on."""
    session.document.draft.set_value("loras", [Lora("/loras/organ")])
    window.side_bar.open(SideBarPage.HISTORY)
    lines = [one for one in window.findChildren(QLineEdit) if one.window() is window]
    texts = window.findChildren(QPlainTextEdit)
    assert len(lines) > 6
    assert len(texts) == 4
    return [(line, line) for line in lines] + [(text, text.viewport()) for text in texts]


def text_of(field):
    return field.text() if isinstance(field, QLineEdit) else field.toPlainText()


def test_a_sound_dropped_on_any_field_opens(qtbot, window, fields):
    for field, target in fields:
        was = text_of(field)
        with qtbot.waitSignal(window.file_offered) as offer:
            assert drop(target, mime(DOOR.as_uri(), text=str(DOOR)))
        assert offer.args == [DOOR]
        assert text_of(field) == was


def test_a_sound_pasted_on_any_field_opens(qtbot, window, fields):
    QGuiApplication.clipboard().setMimeData(mime(DOOR.as_uri(), text=str(DOOR)))
    for field, _ in fields:
        was = text_of(field)
        with qtbot.waitSignal(window.file_offered):
            qtbot.keyClick(field, Qt.Key.Key_V, CTRL)
        assert text_of(field) == was


def test_paste_in_a_fields_menu_opens_a_sound(qtbot, window, fields):
    QGuiApplication.clipboard().setMimeData(mime(DOOR.as_uri(), text=str(DOOR)))
    field, target = fields[-1]
    reason = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(
        field, QContextMenuEvent(reason, QPoint(4, 4), target.mapToGlobal(QPoint(4, 4)))
    )
    menu = next(one for one in field.findChildren(QMenu) if one.isVisible())
    with qtbot.waitSignal(window.file_offered):
        next(one for one in menu.actions() if one.objectName() == "edit-paste").trigger()
    menu.close()


def test_a_text_is_still_dropped_and_pasted_as_text(qtbot, window, fields):
    prompt = window.findChildren(QPlainTextEdit)[0]
    with qtbot.assertNotEmitted(window.file_offered):
        assert drop(prompt.viewport(), mime(text="slow rain"))
        QGuiApplication.clipboard().setText(" at night")
        prompt.moveCursor(prompt.textCursor().MoveOperation.End)
        qtbot.keyClick(prompt, Qt.Key.Key_V, CTRL)
    assert prompt.toPlainText() == "slow rain at night"
    assert not enter(window, mime(text="slow rain"))


def test_of_several_files_the_first_sound_opens(qtbot, window):
    with qtbot.waitSignal(window.file_offered) as offer:
        assert drop(window, mime("file:///a.txt", DOOR.as_uri(), "file:///b.wav"))
    assert offer.args == [DOOR]
    assert window.status_line.text == "Of 3 files this one is opened: door.wav"


def test_an_address_is_answered_with_a_sentence(qtbot, window):
    prompt = window.findChildren(QPlainTextEdit)[0]
    with qtbot.assertNotEmitted(window.file_offered):
        assert drop(prompt.viewport(), mime("https://example.org/a.wav", text="a.wav"))
    assert "download the sound first" in window.status_line.text
    assert prompt.toPlainText() == ""


def test_a_welcome_drop_shows_it(window):
    hint = window.findChild(DropHint)
    assert not hint.isVisible()
    enter(window, mime(DOOR.as_uri()))
    assert hint.isVisible()
    assert hint.geometry() == window.rect()
    assert hint.sentence == "Drop to open door.wav"
    QApplication.sendEvent(window, QDragLeaveEvent())
    assert not hint.isVisible()
    drop(window, mime(DOOR.as_uri()))
    assert not hint.isVisible()


def test_the_hint_goes_where_a_dragging_program_has_ended(window):
    enter(window, mime(DOOR.as_uri()))
    nothing = mime()  # the event does not keep it
    QApplication.sendEvent(window, QDropEvent(QPointF(5, 5), COPY, nothing, BUTTON, NO_KEY))
    assert not window.findChild(DropHint).isVisible()
