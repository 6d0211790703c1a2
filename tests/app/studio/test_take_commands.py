"""Takes of the history in the whole studio: arrow keys, folders, tags and projects."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices

from app.view_models.takes.history_filter import HistoryFilter
from app.view_models.takes.list_item import ITEM_ROLE
from app.view_models.takes.take_labels import LabelEdit, TakeLabels
from app.view_models.viewer.opened_take import open_take
from app.views.dialogs.labels_dialog import LabelsDialog
from app.views.side_bar.side_bar import SideBarPage
from app.views.texts.take_texts import TakeTexts
from app.views.widgets.choices import ChoiceBox
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
    studio.window._settings.remember()
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


def fill_in(qtbot, **texts):
    """Answer the dialog with keys: what its fields hold is written over."""

    def answer(dialog):
        for name, text in texts.items():
            field = getattr(dialog, name)
            field.selectAll()
            qtbot.keyClicks(field, text)
        return True

    return answer


def labels_of(studio, takes):
    return [studio.session.document.history.record(take.take_id).labels for take in takes]


def test_tags_and_project_of_several_takes(qtbot, studio, page, takes, dialogs):
    dialogs.filled_in = fill_in(qtbot, tags="drums, dark", project="Film")
    qtbot.keyClick(page.list, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(page.list, Qt.Key.Key_T)
    both = TakeLabels(("drums", "dark"), "Film")
    assert labels_of(studio, takes) == [both, both, TakeLabels()]
    stored = studio.library.library_worker.take_folder(takes[1].take_id) / "remarks.json"
    qtbot.waitUntil(lambda: stored.exists() and "Film" in stored.read_text())
    studio.commands.actions.undo.trigger()
    assert labels_of(studio, takes) == [TakeLabels()] * 3
    qtbot.waitUntil(lambda: "Film" not in stored.read_text())
    studio.commands.actions.redo.trigger()
    assert labels_of(studio, takes) == [both, both, TakeLabels()]


def test_what_the_takes_do_not_have_in_common_stays(qtbot, studio, page, takes, dialogs):
    history = studio.session.document.history
    history.label(
        {
            takes[0].take_id: TakeLabels(("drums", "dark"), "Film"),
            takes[1].take_id: TakeLabels(("drums",), "Game"),
        }
    )
    dialogs.filled_in = fill_in(qtbot, tags="loud")
    page.list.setCurrentIndex(history.index(0))
    qtbot.keyClick(page.list, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    next(one for one in page.item_menu(takes[0]).actions() if "Tags" in one.text()).trigger()
    wanted = [TakeLabels(("dark", "loud"), "Film"), TakeLabels(("loud",), "Game"), TakeLabels()]
    assert labels_of(studio, takes) == wanted


def test_a_tag_is_completed_behind_others(qtbot, studio):
    dialog = LabelsDialog(studio.window, LabelEdit({"a": TakeLabels()}), ["drums", "dark"], [])
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.keyClicks(dialog.tags, "loud, dr")
    completer = dialog.tags.completer()
    assert completer.currentCompletion() == "loud, drums"
    assert dialog.labels == {"a": TakeLabels(("loud", "dr"))}


def test_lists_above_the_history_filter_it(qtbot, studio, page, takes):
    history, filters = studio.session.document.history, page._filters
    assert not filters.isVisible()
    history.label(
        {
            takes[0].take_id: TakeLabels(("drums",), "Film"),
            takes[1].take_id: TakeLabels(("drums",)),
        }
    )
    assert filters.isVisible()
    qtbot.keyClick(filters.tag, Qt.Key.Key_Down)
    assert history.rowCount() == 2
    qtbot.keyClick(filters.project, Qt.Key.Key_Down)
    assert [history.index(0).data(ITEM_ROLE).take_id] == [takes[0].take_id]
    assert history.rowCount() == 1
    history.label({takes[0].take_id: TakeLabels()})  # nothing is left of the project
    assert (filters.project.isVisible(), history.filter.project) == (False, "")
    assert [history.rowCount(), history.filter.tag] == [1, "drums"]


def test_a_new_take_goes_into_the_project_that_is_shown(qtbot, studio, page, takes):
    history = studio.session.document.history
    history.label({takes[0].take_id: TakeLabels((), "Film")})
    history.set_filter(HistoryFilter(project="Film"))
    studio.session.document.queue.add(
        [GenerationRequest(prompt="bell", duration_s=1.0, num_inference_steps=2)]
    )
    qtbot.waitUntil(lambda: history.rowCount() == 2)
    new = history.index(0).data(ITEM_ROLE)
    assert (new.request.prompt, new.labels.project) == ("bell", "Film")
    stored = studio.library.library_worker.take_folder(new.take_id) / "remarks.json"
    qtbot.waitUntil(lambda: stored.exists() and "Film" in stored.read_text())


def test_labels_are_shown_below_the_list_and_read_out(studio, page, takes):
    history = studio.session.document.history
    history.label({takes[0].take_id: TakeLabels(("drums", "dark"), "Film")})
    assert page._details._labels.text() == "Film · drums, dark"
    assert "Film · drums, dark" in history.index(0).data()


def test_shift_m_makes_a_draft_in_full_from_the_same_seed(qtbot, studio):
    window, document = studio.window, studio.session.document
    document.transport.set_plays_on_arrival(False)
    boxes = window.prompt_panel.fields.boxes
    choice = boxes["draft"].findChild(ChoiceBox)
    choice.setFocus()
    qtbot.keyClick(choice, Qt.Key.Key_Down)
    studio.session.generate()
    qtbot.waitUntil(lambda: document.shown.take is not None)
    draft = document.shown.request
    assert draft.draft
    assert "draft" in TakeTexts().settings(draft)
    assert window.actions_.make_in_full.isEnabled()
    window.viewer_panel.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_M, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: document.shown.take is not None and not document.shown.request.draft)
    assert document.shown.request == replace(draft, draft=False)
    assert not window.actions_.make_in_full.isEnabled()
