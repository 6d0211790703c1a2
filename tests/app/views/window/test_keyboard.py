"""Everything can be reached by the keyboard, in reading order, and has a name to read out."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QMainWindow,
    QMenuBar,
    QPlainTextEdit,
    QWidget,
)

from app.view_models.takes.session_state import SessionState
from app.views.widgets.number_boxes import DurationBox

MOST_STEPS = 200


@pytest.fixture
def studio(qtbot, studio):
    studio.session.document.draft.fill({"num_inference_steps": 2, "duration_s": 2.0})
    studio.session.generate()
    qtbot.waitUntil(lambda: studio.session.document.shown.take is not None)
    return studio


def walk(qtbot, window: QMainWindow) -> list[QWidget]:
    """All stops of the Tab key, from the prompt once around."""
    window.activateWindow()
    window.actions_.edit_prompt.trigger()
    stops = [window.focusWidget()]
    while len(stops) < MOST_STEPS:
        window.focusNextChild()
        if window.focusWidget() is stops[0]:
            return stops
        stops.append(window.focusWidget())
    raise AssertionError(f"Tab never comes back to {stops[0]}")


def takes_focus(widget: QWidget) -> bool:
    has_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return has_tab and widget.focusProxy() is None and widget.isEnabled() and widget.isVisible()


def spoken_name(widget: QWidget) -> str:
    """What a screen reader says."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name).strip() if interface else ""


def test_tab_reaches_everything_that_takes_the_focus(qtbot, studio):
    stops = walk(qtbot, studio.window)
    wanted = {one for one in studio.window.findChildren(QWidget) if takes_focus(one)}
    missed = wanted - set(stops)
    assert {(type(one).__name__, one.accessibleName()) for one in missed} == set()


def test_every_stop_has_a_name(qtbot, studio):
    stops = walk(qtbot, studio.window)
    assert [type(one).__name__ for one in stops if not spoken_name(one)] == []


def test_the_prompt_panel_comes_before_the_viewer(qtbot, studio):
    window = studio.window
    parts = [
        number
        for stop in walk(qtbot, window)
        for number, part in enumerate((window.prompt_panel, window.viewer_panel))
        if part.isAncestorOf(stop)
    ]
    assert parts == sorted(parts)


def test_every_menu_opens_by_a_letter_of_its_own(studio):
    bar = studio.window.findChild(QMenuBar)
    letters = [action.text().partition("&")[2][:1].lower() for action in bar.actions()]
    assert all(letters)
    assert len(set(letters)) == len(letters)


def test_a_duration_is_typed_as_a_clock_shows_it(qtbot, window, session):
    duration = next(box for box in window.findChildren(DurationBox) if box.accessibleName())
    duration.setFocus()
    duration.selectAll()
    qtbot.keyClicks(duration.lineEdit(), "1:00")
    assert session.document.draft.value("duration_s") == 60.0  # also before the field is left
    qtbot.keyClick(duration.lineEdit(), Qt.Key.Key_Tab)
    assert (duration.text(), session.document.draft.value("duration_s")) == ("1:00", 60.0)


def test_esc_leaves_each_text_field(qtbot, window):
    fields = [*window.findChildren(QLineEdit), *window.findChildren(QPlainTextEdit)]
    shown = [one for one in fields if one.isVisible()]
    assert len(shown) > 4
    for field in shown:
        field.setFocus()
        assert field.hasFocus() or field.parentWidget().hasFocus()
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
        assert not field.hasFocus()
        assert not field.parentWidget().hasFocus()


def test_esc_in_a_field_cancels_no_run(qtbot, window, session, gated):
    session.document.draft.fill({"num_inference_steps": 2, "duration_s": 4.0})
    qtbot.mouseClick(window.prompt_panel.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(window.viewer_panel.view.isVisible)
    window.prompt_panel.focus_prompt()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert session.state is SessionState.RUNNING
    assert window.viewer_panel.view.hasFocus()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: session.state is SessionState.IDLE)


def test_tab_goes_from_a_changed_field_to_the_next(qtbot, window):
    boxes = window.prompt_panel.fields.boxes
    duration = window.prompt_panel.findChild(DurationBox)
    duration.setFocus()
    duration.selectAll()
    qtbot.keyClicks(duration.lineEdit(), "7")
    qtbot.keyClick(duration, Qt.Key.Key_Tab)
    assert boxes["takes"].isAncestorOf(QApplication.focusWidget())
