"""The prompt lane in the window: edited by pointer and by keyboard, in step with the panel."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.view_models.takes.session_state import SessionState
from app.views.widgets.theme import DARK, LIGHT
from tests.app.view_models.drafts.test_prompt_lane import lay
from tests.app.views.contrast import TEXT, contrast

LEFT, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier
CTRL_SHIFT = SHIFT | Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def lane(window, session):
    session.document.draft.fill({"prompt": "rain", "duration_s": 20.0, "num_inference_steps": 2})
    return session.document.prompt_lane


@pytest.fixture
def view(window, lane):
    return window.viewer_panel.prompt_lane


def at(view, time_s):
    return QPoint(round(view.layout_.scale.x_of(time_s)), view.height() // 2)


def double_click(view, time_s):
    QTest.mouseClick(view, LEFT, pos=at(view, time_s))
    QTest.mouseDClick(view, LEFT, pos=at(view, time_s))


def write(view, text):
    QTest.keyClicks(view.editor, text)
    QTest.keyClick(view.editor, Qt.Key.Key_Return)


def shown(lane):
    return [(block.start_s, block.prompt) for block in lane.blocks]


def test_a_double_click_begins_another_prompt_there(view, lane):
    double_click(view, 12.0)
    assert view.editor.isVisible()
    write(view, "thunder")
    assert not view.editor.isVisible()
    assert [prompt for _, prompt in shown(lane)] == ["rain", "thunder"]
    assert lane.blocks[1].start_s == pytest.approx(12.0, abs=0.06)


def test_esc_takes_a_new_prompt_back_and_cancels_no_run(view, lane, session):
    double_click(view, 12.0)
    QTest.keyClick(view.editor, Qt.Key.Key_Escape)
    assert shown(lane) == [(0.0, "rain")]
    assert session.state is SessionState.IDLE


def test_a_click_on_a_text_changes_it_in_place(view, lane, window):
    lay(lane, (10.0, "thunder"))
    QTest.mouseClick(view, LEFT, pos=view.layout_.boxes[0].prompt_rect.center().toPoint())
    assert view.editor.text() == "rain"
    write(view, "sea")
    assert shown(lane) == [(0.0, "sea"), (10.0, "thunder")]
    assert window.prompt_panel.fields._editors["prompt"].toPlainText() == "sea"


def test_what_is_typed_into_the_panel_stands_on_the_lane(view, lane, window):
    lay(lane, (10.0, "thunder"))
    window.prompt_panel.fields._editors["prompt"].setPlainText("wind")
    assert view.layout_.boxes[0].prompt == "wind"
    lane.choose(0)
    assert view.accessibleDescription() == "1 of 2, from 0:00 to 0:10: wind"


def test_a_dragged_border_is_applied_on_release(view, lane, session):
    lay(lane, (10.0, "thunder"))
    QTest.mousePress(view, LEFT, pos=at(view, 10.0))
    QTest.mouseMove(view, at(view, 14.0))
    assert lane.blocks[1].start_s == pytest.approx(14.0, abs=0.06)
    assert session.document.draft.value("segments")[1].start_s == 10.0
    QTest.mouseRelease(view, LEFT, pos=at(view, 14.0))
    assert session.document.draft.value("segments")[1].start_s == lane.blocks[1].start_s


def test_esc_lets_a_dragged_border_spring_back(view, lane):
    lay(lane, (10.0, "thunder"))
    QTest.mousePress(view, LEFT, pos=at(view, 10.0))
    QTest.mouseMove(view, at(view, 14.0))
    QTest.keyClick(view, Qt.Key.Key_Escape)
    QTest.mouseRelease(view, LEFT, pos=at(view, 14.0))
    assert lane.blocks[1].start_s == 10.0


def test_everything_can_be_done_by_keyboard(view, lane):
    QTest.keyClick(view, Qt.Key.Key_Insert)
    write(view, "thunder")
    assert shown(lane) == [(0.0, "rain"), (10.0, "thunder")]
    QTest.keyClick(view, Qt.Key.Key_Right, SHIFT)
    QTest.keyClick(view, Qt.Key.Key_Left, CTRL_SHIFT)
    assert lane.blocks[1].start_s == pytest.approx(9.1)
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert "1 of 2" in view.accessibleDescription()
    QTest.keyClick(view, Qt.Key.Key_Return)
    write(view, "sea")
    assert lane.blocks[0].prompt == "sea"
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert shown(lane) == [(0.0, "thunder")]


def test_the_menu_offers_the_same(view, lane):
    lay(lane, (10.0, "thunder"))
    place = at(view, 15.0)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, view.mapToGlobal(place))
    QApplication.sendEvent(view, event)
    menu = QApplication.activePopupWidget()
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts == ["Change the text", "Another prompt from 0:15 on", "Take the prompt out"]
    menu.actions()[-1].trigger()
    menu.close()
    assert shown(lane) == [(0.0, "rain")]


def test_the_button_and_the_menu_bar_begin_one_too(view, lane, window):
    window.viewer_panel._add_prompt.click()
    write(view, "thunder")
    window.actions_.another_prompt.trigger()
    write(view, "wind")
    assert len(lane.blocks) == 3


def test_two_prompts_are_made_into_one_take(qtbot, lane, session, engine, window):
    lay(lane, (10.0, "thunder"))
    session.generate()
    qtbot.waitUntil(lambda: session.document.shown.take is not None)
    assert [one.prompt for one in engine.requests[0].segments] == ["rain", "thunder"]
    assert window.viewer_panel.header._title.text() == "rain → thunder"


def test_fades_and_texts_keep_out_of_each_others_way(view, lane, session):
    lay(lane, (5.0, "thunder"), (5.5, "wind"), (12.0, "a very long prompt about the sea " * 5))
    layout = view.layout_
    for box in layout.boxes:
        assert box.prompt_rect.right() <= box.rect.right() + 1 or not box.prompt
        assert box.clock_rect.right() <= box.prompt_rect.left()
    assert layout.boxes[2].prompt == "wind"
    assert layout.boxes[1].clock == ""


def test_the_lane_draws_prompts_and_those_beyond_the_end(view, lane, session):
    pictures = [view.grab().toImage()]
    lay(lane, (10.0, "thunder"))
    pictures.append(view.grab().toImage())
    session.document.draft.set_value("duration_s", 8.0)
    pictures.append(view.grab().toImage())
    assert len({bytes(picture.constBits()) for picture in pictures}) == 3
    assert view._texts.next_take() == "Next take, to 0:08; 1 after it"


def test_another_length_looks_like_a_draft(qtbot, view, lane, session, window):
    session.generate()
    qtbot.waitUntil(lambda: session.document.shown.take is not None)
    assert view._texts.next_take() == ""
    same = view.grab().toImage()
    box = window.prompt_panel.fields._duration
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "30")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert view._texts.next_take() == "Next take, to 0:30"
    assert view.accessibleDescription().startswith("Next take, to 0:30. ")
    assert view.grab().toImage() != same


def test_a_length_typed_too_short_takes_prompts_out(view, lane, session, window):
    lay(lane, (10.0, "thunder"))
    box = window.prompt_panel.fields._duration
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "1")
    assert lane.num_beyond == 1
    QTest.keyClicks(box, "5")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert len(lane.blocks) == 2
    box.selectAll()
    QTest.keyClicks(box, "8")
    QTest.keyClick(box, Qt.Key.Key_Tab)
    session.document.draft.set_value("duration_s", 20.0)
    assert shown(lane) == [(0.0, "rain")]


def test_the_wheel_zooms_where_the_clip_has_the_same_axis(qtbot, view, lane, session, window):
    session.generate()
    qtbot.waitUntil(lambda: session.document.shown.take is not None)
    assert lane.visible_s == pytest.approx((0.0, 20.0))
    view.zoom_requested.emit(2.0, 10.0)
    assert lane.visible_s == pytest.approx((5.0, 15.0))


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_the_hint_can_be_read(view, lane, window, *, theme):
    window.resize(1280, 800)
    view.set_theme(theme)
    image = view.grab().toImage()
    right = [
        image.pixelColor(x, y)
        for x in range(image.width() - 100, image.width() - 4)
        for y in range(4, image.height() - 4)
    ]
    ground = image.pixelColor(image.width() - 4, 4)
    assert max(contrast(colour, ground) for colour in right) >= TEXT
