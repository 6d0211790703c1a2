"""Small screens: nothing makes the window grow, and all of it can be reached."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QSlider, QWidget

from app.view_models.viewer.selection import Selection
from app.views.prompt.lora_field import LoraRow
from app.views.side_bar.side_bar import SideBarPage
from app.views.widgets.theme import DARK
from app.views.window.main_window import MainWindow
from core.api.errors import InvalidRequestError
from core.api.lora import MAX_LORAS, Lora
from tests.app.frequency_bands import mel_band

# What is left of 1280x720 at a scale of 1.5, and of 1280x720 at 200%, under the frame of a window.
SIZES = [QSize(1008, 592), QSize(840, 432), QSize(640, 330)]


def make_take(qtbot, window, session):
    session.document.draft.fill({"num_inference_steps": 2, "duration_s": 12.0})
    qtbot.mouseClick(window.prompt_panel.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.document.shown.take is not None)


def is_in_sight(widget: QWidget, window: MainWindow) -> bool:
    corner = widget.mapTo(window, QPoint(0, 0))
    return window.rect().contains(widget.rect().translated(corner))


def is_seen(widget: QWidget) -> bool:
    """Whether no scroll area cuts off any of it."""
    return widget.visibleRegion().boundingRect() == widget.rect()


def scroll_to(widget: QWidget) -> None:
    """Scroll each area around a widget, as a person does, until the widget is in it."""
    around = widget.parentWidget()
    while around is not None:
        if isinstance(around, QAbstractScrollArea) and hasattr(around, "ensureWidgetVisible"):
            around.ensureWidgetVisible(widget, 0, 0)
        around = around.parentWidget()


def settled(qtbot, measure):
    """What is measured once the layout has not changed for a while."""
    found, steady = measure(), 0
    while steady < 5:
        qtbot.wait(20)
        steady = steady + 1 if measure() == found else 0
        found = measure()
    return found


def controls_of(window: MainWindow) -> list[QWidget]:
    found = [*window.findChildren(QAbstractButton), *window.findChildren(QSlider)]
    return [control for control in found if control.isVisibleTo(window)]


@pytest.mark.parametrize("size", SIZES)
def test_every_control_can_be_reached(qtbot, window, session, size):
    make_take(qtbot, window, session)
    window.side_bar.open(SideBarPage.HISTORY)
    session.document.selection.select(Selection(5.0, 10.0, mel_band(10, 40)))
    window.resize(size)
    settled(qtbot, window.viewer_panel.geometry)
    assert is_in_sight(window.prompt_panel.button, window)
    for control in controls_of(window):
        scroll_to(control)
        assert is_in_sight(control, window), control.accessibleName() or control.objectName()


def test_all_loras_can_be_reached(qtbot, window, session):
    session.document.draft.set_value("loras", [Lora(f"/loras/{'long name ' * 9}")] * MAX_LORAS)
    window.resize(SIZES[-1])
    settled(qtbot, window.prompt_panel.geometry)
    assert window.size() == SIZES[-1]
    for row in window.prompt_panel.findChildren(LoraRow):
        for control in (row.weight, row.remove):
            scroll_to(control)
            assert is_in_sight(control, window)
        assert is_seen(row.remove)


def test_a_laptop_shows_everything_without_scrolling(qtbot, window, session):
    make_take(qtbot, window, session)
    window.side_bar.open(SideBarPage.HISTORY)
    window.resize(1024, 600)
    qtbot.waitUntil(lambda: window.width() == 1024)
    for control in controls_of(window.viewer_panel):
        assert is_in_sight(control, window), control.accessibleName()


@pytest.mark.parametrize("page", [SideBarPage.NONE, SideBarPage.HISTORY])
@pytest.mark.parametrize("width", [840, 1024, 1280, 1600])
def test_nothing_moves_while_a_selection_is_dragged(qtbot, window, session, page, width):
    make_take(qtbot, window, session)
    window.side_bar.open(page)
    window.resize(width, 700)
    qtbot.waitUntil(lambda: window.width() == width)
    view, bar = window.viewer_panel.view, window.viewer_panel.transport_bar

    def places():
        shown = (view, *bar.findChildren(QAbstractButton))
        return [(w.mapTo(window, QPoint(0, 0)), w.size()) for w in shown], window.size()

    before = settled(qtbot, places)
    for stop_s in (5.1, 7.0, 10.0):
        session.document.selection.select(Selection(5.0, stop_s, mel_band(10, 40)))
        view.pointed_at.emit(stop_s, 30.0)
        qtbot.wait(1)  # a layout that would change does so now
        assert places() == before


def test_the_least_size_does_not_depend_on_what_is_shown(qtbot, window, session):
    least = window.minimumSizeHint()
    assert least.width() <= 400
    make_take(qtbot, window, session)
    window.side_bar.open(SideBarPage.HISTORY)
    session.document.selection.select(Selection(5.0, 10.0, mel_band(10, 40)))
    session.document.status.note_failure(ValueError("no such thing " * 20))
    qtbot.wait(1)
    assert window.minimumSizeHint().width() <= 400
    assert window.minimumSizeHint().height() <= 330


def test_larger_letters_only_make_it_scroll(qtbot, qapp, window, session):
    sheet = qapp.styleSheet()
    qapp.setStyleSheet(sheet.replace("font-size: 1", "font-size: 2"))  # 13 px becomes 23
    try:
        make_take(qtbot, window, session)
        session.document.selection.select(Selection(5.0, 10.0, mel_band(10, 40)))
        window.resize(840, 480)
        assert window.minimumSizeHint().width() <= 500
        assert window.minimumSizeHint().height() <= 480
    finally:
        qapp.setStyleSheet(sheet)


def test_a_first_start_fits_the_screen(qapp, session, memory, dialogs, monkeypatch):
    screen = SimpleNamespace(availableSize=lambda: QSize(1024, 560))
    monkeypatch.setattr(MainWindow, "screen", lambda _: screen)
    window = MainWindow(session.document, memory, dialogs, DARK)
    assert window.width() <= 1024
    assert window.height() + 30 <= 560  # with a title above it
    window.deleteLater()


def test_a_key_brings_the_prompt_into_sight(qtbot, window):
    window.resize(1008, 592)
    window.prompt_panel.engine_section.set_open(True)
    qtbot.waitUntil(lambda: not is_seen(window.prompt_panel.fields.boxes["prompt"]))
    window.viewer_panel.view.setFocus()
    window.actions_.edit_prompt.trigger()
    qtbot.waitUntil(lambda: is_seen(window.focusWidget()))
    assert window.focusWidget().accessibleName() == "Prompt"


def test_an_error_brings_its_field_into_sight(qtbot, window):
    window.resize(840, 432)
    settled(qtbot, window.viewer_panel.geometry)
    window.prompt_panel.show_error(InvalidRequestError("model", "No such model."))
    qtbot.waitUntil(lambda: is_seen(window.prompt_panel.fields.boxes["model"]))  # with its sentence


def test_a_start_with_the_engine_open_shows_the_prompt(qtbot, session, memory, dialogs, window):
    window.prompt_panel.engine_section.set_open(True)
    memory.keep("engine_open", True)
    second = MainWindow(session.document, memory, dialogs, DARK)
    second.resize(1008, 592)
    qtbot.addWidget(second)
    second.show()
    qtbot.waitExposed(second)
    settled(qtbot, second.viewer_panel.geometry)
    assert second.prompt_panel.engine_section.is_open
    assert is_seen(second.prompt_panel.fields.boxes["prompt"])
    second.hide()
