"""Takes of the history in the whole studio: arrow keys play them, and their folders are shown."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices

from app.view_models.takes.list_item import ITEM_ROLE
from app.view_models.viewer.opened_take import open_take
from app.views.side_bar.side_bar import SideBarPage
from core.api.request import GenerationRequest
from tests.app.library.takes import make_take


@pytest.fixture
def takes(qtbot, studio):
    """Three takes that are kept, the history open beside them, and nothing on show that plays."""
    studio.library.open()
    history = studio.session.document.history
    studio.session.document.transport.set_plays_on_arrival(False)
    studio.session.document.queue.add(
        GenerationRequest(prompt=prompt, duration_s=2.0, num_inference_steps=2)
        for prompt in ("rain", "wind", "sea")
    )
    qtbot.waitUntil(lambda: history.rowCount() == 3)
    studio.window.side_bar.open(SideBarPage.HISTORY)
    return [history.index(row).data(ITEM_ROLE) for row in range(3)]


@pytest.fixture
def page(studio, takes):
    page = studio.window.side_bar.history_page
    page.list.setFocus()
    page.list.setCurrentIndex(page.list.model().index(0, 0))
    return page


@pytest.fixture
def opened(monkeypatch):
    """Folders that the system is asked to show."""
    opened = []
    monkeypatch.setattr(
        QDesktopServices, "openUrl", lambda url: opened.append(Path(url.toLocalFile())) or True
    )
    return opened


def is_heard(studio, playback, take):
    return studio.session.document.shown.take_id == take.take_id and playback.is_playing


def test_an_arrow_key_shows_and_plays_the_take(qtbot, studio, playback, page, takes):
    for key, take in ((Qt.Key.Key_Down, takes[1]), (Qt.Key.Key_Down, takes[2])):
        qtbot.keyClick(page.list, key)
        qtbot.waitUntil(lambda take=take: is_heard(studio, playback, take))
    playback.position_s = 1.0
    qtbot.keyClick(page.list, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: is_heard(studio, playback, takes[1]))
    assert playback.position_s == 0.0


def test_takes_that_are_passed_quickly_are_not_read(qtbot, studio, playback, page, takes):
    asked = []
    page.audition_chosen.connect(asked.append)
    qtbot.keyClick(page.list, Qt.Key.Key_Down)
    qtbot.keyClick(page.list, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: is_heard(studio, playback, takes[2]))
    assert asked == [takes[2].take_id]


def test_a_selection_of_several_takes_is_silent(qtbot, studio, page):
    with qtbot.assertNotEmitted(page.audition_chosen, wait=300):
        qtbot.keyClick(page.list, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert len(page.chosen_ids) == 2


def test_arrow_keys_only_choose_where_a_person_wants_it_so(qtbot, studio, page, memory):
    studio.window.library_actions.auditions.trigger()
    with qtbot.assertNotEmitted(page.audition_chosen, wait=300):
        qtbot.keyClick(page.list, Qt.Key.Key_Down)
    studio.window._remember()
    assert memory.flag("audition", default=True) is False


def test_keys_of_the_window_go_from_take_to_take(qtbot, studio, playback, takes):
    window, view = studio.window, studio.window.viewer_panel.view
    studio.session.viewer.show(open_take(takes[0].take_id, make_take()))
    view.setFocus()
    for key, take in ((Qt.Key.Key_N, takes[1]), (Qt.Key.Key_N, takes[2]), (Qt.Key.Key_P, takes[1])):
        qtbot.keyClick(window, key)
        qtbot.waitUntil(lambda take=take: is_heard(studio, playback, take))


def test_the_folder_of_the_take_on_show_is_shown(qtbot, studio, takes, opened, tmp_path):
    studio.session.viewer.show(open_take(takes[1].take_id, make_take()))
    studio.window.viewer_panel.view.setFocus()
    studio.window.library_actions.show_in_folder.trigger()
    assert opened == [tmp_path / "library" / "takes" / takes[1].take_id]
    assert (opened[0] / "audio.flac").is_file()


def test_the_menu_of_a_take_shows_its_folder(qtbot, page, takes, opened):
    menu = page.item_menu(takes[2])
    next(one for one in menu.actions() if one.text() == "Show in folder").trigger()
    assert [folder.name for folder in opened] == [takes[2].take_id]


def test_a_folder_that_cannot_be_shown_is_named(studio, page, opened):
    page.folder_chosen.emit("nowhere")
    assert opened == []
    assert "nowhere" in studio.window.status_line.text


def test_a_take_that_is_not_stored_has_no_folder(studio, takes):
    studio.session.viewer.show(open_take("other", make_take()))
    studio.window.viewer_panel.view.setFocus()
    assert not studio.window.library_actions.show_in_folder.isEnabled()
