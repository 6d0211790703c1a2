"""Queue and history in the real window, driven by mouse and keyboard."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QPushButton

from app.view_models.takes.list_item import ITEM_ROLE
from app.view_models.takes.queue_entry import EntryState
from app.view_models.takes.session_state import SessionState
from app.view_models.takes.take_record import TakePlace, TakeRecord
from app.view_models.viewer.opened_take import open_take
from app.views.side_bar.list_delegate import button_rect, wrapped_lines
from app.views.side_bar.side_bar import SideBarPage
from app.views.widgets.theme import DARK, LIGHT
from app.views.window.main_window import MainWindow
from core.api.request import GenerationRequest
from core.api.take import Take
from tests.app.fake_engine import FakeEngine


def record(name, minutes=0, **values):
    request = GenerationRequest(prompt=name, seed=7, guidance_scale=4.5, num_inference_steps=11)
    created_at = datetime.now(UTC) - timedelta(minutes=minutes)
    values = {"duration_s": 10.0} | values
    return TakeRecord(take_id=name, request=request, created_at=created_at, **values)


@pytest.fixture
def history_page(window, session):
    session.document.history.fill([record("rain", 1), record("wind", 90), record("sea", 3000)])
    window.side_bar.open(SideBarPage.HISTORY)
    return window.side_bar.history_page


@pytest.fixture
def queue_page(window, session, engine):
    engine.shut_gate()
    session.document.queue.add(
        GenerationRequest(prompt=prompt, num_inference_steps=2) for prompt in ("a", "b", "c", "d")
    )
    window.side_bar.open(SideBarPage.QUEUE)
    return window.side_bar.queue_page


def shown(page):
    return [page.list.model().index(row, 0).data() for row in range(page.list.model().rowCount())]


def press_button(qtbot, page, row):
    index = page.list.model().index(row, 0)
    place = button_rect(page.list.visualRect(index)).center()
    qtbot.mouseClick(page.list.viewport(), Qt.MouseButton.LeftButton, pos=place)


def text_of(page):
    return " ".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def test_the_bar_is_folded_away_and_opened_by_key_and_button(qtbot, window):
    bar = window.side_bar
    assert bar.page is SideBarPage.NONE
    width = bar.width()
    qtbot.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert bar.page is SideBarPage.HISTORY
    qtbot.waitUntil(lambda: bar.width() > width + 200)
    qtbot.mouseClick(bar._buttons[SideBarPage.QUEUE], Qt.MouseButton.LeftButton)
    assert bar.page is SideBarPage.QUEUE
    assert not bar._buttons[SideBarPage.HISTORY].isChecked()
    qtbot.mouseClick(bar._buttons[SideBarPage.QUEUE], Qt.MouseButton.LeftButton)
    assert bar.page is SideBarPage.NONE


def test_the_open_page_is_remembered(qtbot, window, session, memory, dialogs):
    window.side_bar.open(SideBarPage.QUEUE)
    with qtbot.waitSignal(session.stopped):
        window.close()
    again = MainWindow(session.document, memory, dialogs, LIGHT)
    qtbot.addWidget(again)
    assert again.side_bar.page is SideBarPage.QUEUE


def test_the_window_fits_a_small_screen_with_the_bar_open(window, history_page):
    assert window.minimumSizeHint().width() <= 1280
    assert window.minimumSizeHint().height() <= 800


def test_an_empty_page_says_what_will_be_here(window):
    window.side_bar.open(SideBarPage.HISTORY)
    assert "kept here" in text_of(window.side_bar.history_page)
    window.side_bar.open(SideBarPage.QUEUE)
    assert "Nothing waits" in text_of(window.side_bar.queue_page)


def test_what_is_typed_is_searched(qtbot, window, session, history_page):
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(history_page.search, "win")
    assert [text.split(",")[0] for text in shown(history_page)] == ["wind"]
    qtbot.keyClicks(history_page.search, "ter")
    assert "Nothing is called that" in text_of(history_page)


def test_enter_opens_the_chosen_take(qtbot, window, history_page):
    history_page.list.setFocus()
    history_page.list.setCurrentIndex(history_page.list.model().index(1, 0))
    with qtbot.waitSignal(window.take_requested) as wanted:
        qtbot.keyClick(history_page.list, Qt.Key.Key_Return)
    assert wanted.args == ["wind"]


def test_a_take_whose_files_are_gone_is_not_opened(qtbot, window, session, history_page):
    session.document.history.fill([record("lost", place=TakePlace.MISSING)])
    history_page.list.setCurrentIndex(history_page.list.model().index(0, 0))
    with qtbot.assertNotEmitted(window.take_requested):
        qtbot.keyClick(history_page.list, Qt.Key.Key_Return)
    assert "gone" in shown(history_page)[0]


def test_a_click_on_the_star_and_the_key_give_and_take_it(qtbot, window, session, history_page):
    press_button(qtbot, history_page, 1)
    assert session.document.history.record("wind").is_starred
    history_page.list.setFocus()
    history_page.list.setCurrentIndex(history_page.list.model().index(1, 0))
    qtbot.keyClick(history_page.list, Qt.Key.Key_S)
    assert not session.document.history.record("wind").is_starred


def test_delete_and_undo(qtbot, window, session, history_page):
    history_page.list.setFocus()
    history_page.list.setCurrentIndex(history_page.list.model().index(0, 0))
    qtbot.keyClick(history_page.list, Qt.Key.Key_Delete)
    assert [text.split(",")[0] for text in shown(history_page)] == ["wind", "sea"]
    assert history_page.chosen.take_id == "wind"
    assert "Deleted “rain”" in text_of(history_page)
    undo = next(b for b in history_page.findChildren(QPushButton) if b.text() == "Undo")
    qtbot.mouseClick(undo, Qt.MouseButton.LeftButton)
    assert [text.split(",")[0] for text in shown(history_page)] == ["rain", "wind", "sea"]
    assert not undo.isVisible()


def test_notes_are_written_and_kept(qtbot, session, history_page):
    history_page.list.setCurrentIndex(history_page.list.model().index(2, 0))
    history_page._details.focus_notes()
    qtbot.keyClicks(history_page._details._notes, "for the intro")
    qtbot.keyClick(history_page._details._notes, Qt.Key.Key_Return)
    assert session.document.history.record("sea").notes == "for the intro"


def test_the_settings_of_a_take_fill_the_panel_and_lock_its_seed(qtbot, session, history_page):
    history_page.list.setFocus()
    history_page.list.setCurrentIndex(history_page.list.model().index(1, 0))
    qtbot.keyClick(history_page.list, Qt.Key.Key_U)
    draft = session.document.draft
    assert draft.to_request() == record("wind").request
    assert draft.seed_locked


def test_space_plays_while_the_list_has_the_focus(qtbot, window, session, history_page, playback):
    engine = FakeEngine()
    take = Take(
        request=GenerationRequest(),
        sample_rate=16_000,
        waveform=engine.waveform(16_000),
        mel=engine.mel(100),
    )
    session.viewer.show(open_take("rain", take), quietly=True)
    history_page.list.setFocus()
    qtbot.keyClick(history_page.list, Qt.Key.Key_Space)
    assert playback.is_playing


def test_x_changes_between_two_takes_which_are_marked(qtbot, window, session, history_page):
    engine = FakeEngine()
    for name in ("rain", "wind"):
        take = Take(
            request=GenerationRequest(prompt=name),
            sample_rate=16_000,
            waveform=engine.waveform(16_000),
            mel=engine.mel(100),
        )
        session.viewer.show(open_take(name, take), quietly=True)
    badge = history_page._delegate._badge
    assert [badge(name) for name in ("rain", "wind", "sea")] == ["B", "A", ""]
    qtbot.keyClick(window, Qt.Key.Key_X)
    assert session.document.shown.take_id == "rain"
    assert [badge(name) for name in ("rain", "wind", "sea")] == ["A", "B", ""]


def test_thumbnails_are_asked_for_when_seen_and_drawn_in_colours(
    qtbot, window, session, history_page
):
    window.resize(1280, 800)  # else the history is beyond the edge
    session.document.thumbnails.forget("rain")
    with qtbot.waitSignal(session.document.thumbnails.wanted) as wanted:
        history_page.list.viewport().repaint()
    assert wanted.args == ["rain"]
    levels = QImage(
        np.full((64, 100), 230, np.uint8).data, 100, 64, 100, QImage.Format.Format_Grayscale8
    )
    before = history_page.list.viewport().grab().toImage().pixelColor(40, 34)
    session.document.thumbnails.put("rain", levels.copy())
    after = history_page.list.viewport().grab().toImage().pixelColor(40, 34)
    assert after != before
    assert after.red() > after.blue()  # loud is gold


def test_a_running_request_shows_what_waits_behind_it(qtbot, window, session, queue_page):
    assert "3 waiting" in text_of(queue_page)
    assert [text.split(",")[0] for text in shown(queue_page)] == ["a", "b", "c", "d"]
    assert window.side_bar._buttons[SideBarPage.QUEUE]._count == 3
    assert window.prompt_panel.button.text().strip() == "Add to queue"


def test_a_waiting_request_is_removed_by_button_and_delete(qtbot, session, queue_page):
    press_button(qtbot, queue_page, 1)
    queue_page.list.setCurrentIndex(session.document.queue.index(2))
    qtbot.keyClick(queue_page.list, Qt.Key.Key_Delete)
    assert [entry.request.prompt for entry in session.document.queue.entries] == ["a", "c"]


def test_a_running_request_is_cancelled_and_retried(qtbot, session, queue_page, engine):
    session.document.queue.set_paused(True)
    press_button(qtbot, queue_page, 0)
    qtbot.waitUntil(lambda: session.state is SessionState.IDLE)
    assert [entry.request.prompt for entry in session.document.queue.entries] == [
        "b",
        "c",
        "d",
        "a",
    ]
    assert session.document.queue.entries[-1].state is EntryState.CANCELLED
    press_button(qtbot, queue_page, 3)
    assert session.document.queue.entries[-1].state is EntryState.WAITING


def test_the_menu_of_a_request_moves_it(session, queue_page):
    entry = session.document.queue.entries[3]
    actions = {action.text(): action for action in queue_page.item_menu(entry).actions()}
    actions["Move up"].trigger()
    assert [one.request.prompt for one in session.document.queue.entries] == ["a", "b", "d", "c"]
    actions["Move to the front"].trigger()
    assert [one.request.prompt for one in session.document.queue.entries] == ["a", "d", "b", "c"]
    actions["Move down"].trigger()
    assert [one.request.prompt for one in session.document.queue.entries] == ["a", "b", "d", "c"]


def test_alt_arrow_moves_a_request_and_keeps_the_focus(qtbot, session, queue_page):
    alt = Qt.KeyboardModifier.AltModifier
    queue_page.list.setFocus()
    queue_page.list.setCurrentIndex(session.document.queue.index(3))
    qtbot.keyClick(queue_page.list, Qt.Key.Key_Up, alt)
    qtbot.keyClick(queue_page.list, Qt.Key.Key_Up, alt)
    assert [entry.request.prompt for entry in session.document.queue.entries] == [
        "a",
        "d",
        "b",
        "c",
    ]
    qtbot.keyClick(queue_page.list, Qt.Key.Key_Down, alt)
    assert queue_page.chosen.request.prompt == "d"
    assert [entry.request.prompt for entry in session.document.queue.entries] == [
        "a",
        "b",
        "d",
        "c",
    ]


def test_pausing_is_said_and_offered_back(qtbot, session, queue_page):
    qtbot.mouseClick(queue_page._pause, Qt.MouseButton.LeftButton)
    assert session.document.queue.is_paused
    assert "paused" in text_of(queue_page)
    assert queue_page._pause.accessibleName() == "Go on with the queue"


def test_both_pages_can_be_drawn_in_both_themes(window, history_page, queue_page):
    for page in (queue_page, history_page):
        drawn = []
        for theme in (LIGHT, DARK):
            window.set_theme(theme)
            drawn.append(page.list.grab().toImage())
        assert drawn[0] != drawn[1]


def test_a_thousand_takes_are_scrolled_within_a_frame_each(qtbot, window, session, history_page):
    import time

    session.document.history.fill(record(f"sound {n}", n) for n in range(1000))
    view, times_s = history_page.list, []
    for step in range(100):
        view.verticalScrollBar().setValue(step * 600)
        start_s = time.process_time()
        view.viewport().repaint()
        times_s.append(time.process_time() - start_s)
    assert float(np.percentile(times_s, 95)) < 0.033


def test_a_long_title_takes_two_lines_and_ends_in_an_ellipsis(qapp):
    font = qapp.font()
    assert wrapped_lines("rain", font, 150) == ["rain"]
    first, second = wrapped_lines(
        "slow chords of a church organ in a large stone hall at night", font, 150
    )
    assert first.startswith("slow chords")
    assert second.endswith("…")


def test_the_history_is_reachable_by_tab_from_the_search(qtbot, window, history_page):
    history_page.search.setFocus()
    qtbot.keyClick(history_page.search, Qt.Key.Key_Tab)
    assert window.focusWidget() is history_page.list
    qtbot.keyClick(history_page.list, Qt.Key.Key_Down)
    qtbot.keyClick(history_page.list, Qt.Key.Key_Down)
    assert history_page.list.currentIndex().data(ITEM_ROLE) is not None


def test_the_menu_names_how_many_takes_are_deleted(session, history_page):
    history_page.list.selectAll()
    menu = history_page.item_menu(session.document.history.record("rain"))
    assert "Delete 3 takes" in [action.text() for action in menu.actions()]
