"""Variations in the whole studio: a grid is filled in, queued, and compared take by take."""

import pytest
from PySide6.QtCore import Qt

from app.view_models.takes.list_item import ITEM_ROLE
from app.view_models.takes.take_labels import TakeLabels
from app.view_models.takes.take_record import group_of
from app.view_models.viewer.opened_take import open_take
from app.views.dialogs.variations_dialog import VariationsDialog
from core.api.edit import EditKind
from core.api.request import GenerationRequest, Scheduler
from tests.app.library.takes import make_take


def write(qtbot, field, text):
    field.selectAll()
    qtbot.keyClicks(field, text)


@pytest.fixture
def grid(qtbot, studio, dialogs):
    """Six variations that are made, in the order in which they were queued."""
    document = studio.session.document
    studio.library.open()
    document.transport.set_plays_on_arrival(False)
    document.draft.fill({"prompt": "rain", "duration_s": 4.0, "num_inference_steps": 2})

    def answer(dialog):
        write(qtbot, dialog.prompts, "rain")
        qtbot.keyClick(dialog.prompts, Qt.Key.Key_Return)
        qtbot.keyClicks(dialog.prompts, "wind")
        write(qtbot, dialog.seeds, "7-9")
        assert "6 takes of 4 s each" in dialog.summary.text()
        return True

    dialogs.filled_in = answer
    qtbot.waitUntil(studio.window.isActiveWindow)
    qtbot.keyClick(
        studio.window,
        Qt.Key.Key_G,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    history = document.history
    qtbot.waitUntil(lambda: history.rowCount() == 6)
    first = history.index(5).data(ITEM_ROLE).take_id
    return history.group(first)


def show(qtbot, studio, record):
    studio.library.show(record.take_id)
    qtbot.waitUntil(lambda: studio.session.document.shown.take_id == record.take_id)
    studio.window.viewer_panel.view.setFocus()


def test_a_grid_is_made_as_one_group_in_its_order(grid, engine):
    made = [(one.request.prompt, one.request.seed) for one in grid]
    assert made == [(prompt, seed) for prompt in ("rain", "wind") for seed in (7, 8, 9)]
    assert engine.requests == [one.request for one in grid]
    assert len({group_of(one.take_id) for one in grid}) == 1


def test_one_key_goes_through_the_group_at_the_same_place(qtbot, studio, grid, playback):
    shown = studio.session.document.shown
    show(qtbot, studio, grid[0])
    studio.session.document.transport.play()
    playback.position_s = 2.5
    for record in (*grid[1:], grid[0]):
        qtbot.keyClick(studio.window, Qt.Key.Key_V)
        qtbot.waitUntil(lambda record=record: shown.take_id == record.take_id)
        assert (playback.position_s, playback.is_playing) == (2.5, True)
    assert "Variation 1 of 6: rain" in studio.window.status_line.text
    assert "seed 7" in studio.window.status_line.text
    qtbot.keyClick(studio.window, Qt.Key.Key_V, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: shown.take_id == grid[5].take_id)
    qtbot.keyClick(studio.window, Qt.Key.Key_X)
    qtbot.waitUntil(lambda: shown.take_id == grid[0].take_id)


def test_keys_that_follow_each_other_quickly_are_all_counted(qtbot, studio, grid):
    show(qtbot, studio, grid[0])
    for _ in range(3):
        qtbot.keyClick(studio.window, Qt.Key.Key_V)
    qtbot.waitUntil(lambda: studio.session.document.shown.take_id == grid[3].take_id)


def test_deleted_variations_are_left_out(qtbot, studio, grid):
    history = studio.session.document.history
    history.trash([grid[1].take_id])
    show(qtbot, studio, grid[0])
    qtbot.keyClick(studio.window, Qt.Key.Key_V)
    qtbot.waitUntil(lambda: studio.session.document.shown.take_id == grid[2].take_id)
    history.trash([one.take_id for one in grid[3:]] + [grid[0].take_id])
    assert not studio.window.library_actions.next_variation.isEnabled()


def test_a_take_by_itself_has_no_variations(studio, grid):
    studio.session.viewer.show(open_take("other", make_take()))
    assert not studio.window.library_actions.next_variation.isEnabled()
    assert studio.session.document.history.group("other") == []


def test_groups_are_known_at_the_next_start(studio, grid, memory):
    records = studio.library.library_worker._library.records()
    assert sorted(one.take_id for one in records) == [one.take_id for one in grid]


def make_dialog(qtbot, studio, request, expected_s=lambda requests: None):
    dialog = VariationsDialog(studio.window, request, expected_s)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_what_cannot_be_used_is_said_and_not_queued(qtbot, studio):
    dialog = make_dialog(qtbot, studio, GenerationRequest(prompt="rain"))
    assert [one.seed for one in dialog.requests] == [0, 1, 2, 3]
    write(qtbot, dialog.step_counts, "many")
    assert "whole numbers" in dialog.summary.text()
    assert not dialog._queue.isEnabled()
    write(qtbot, dialog.step_counts, "10, 20")
    assert dialog._queue.isEnabled()
    write(qtbot, dialog.seeds, "1-150")
    assert "300 variations" in dialog.summary.text()
    assert not dialog.num_seeds.isEnabled()


def test_the_time_of_all_takes_is_estimated(qtbot, studio):
    dialog = make_dialog(qtbot, studio, GenerationRequest(), lambda requests: 5.0 * len(requests))
    dialog.num_seeds.setValue(3)
    assert "about 15 s" in dialog.summary.text()


def test_a_draft_that_cannot_be_used_opens_no_dialog(studio, dialogs):
    opened = []
    dialogs.filled_in = lambda dialog: opened.append(dialog) or False
    studio.session.document.draft.fill({"seed": "x"})
    studio.session.document.draft.set_seed_locked(True)
    studio.window.actions_.variations.trigger()
    assert opened == []
    assert studio.session.document.status.error is not None


def test_samplers_and_changes_vary_too(qtbot, studio, dialogs):
    asked = []

    def answer(dialog):
        item = dialog.schedulers.findItems("Euler", Qt.MatchFlag.MatchExactly)[0]
        item.setCheckState(Qt.CheckState.Checked)
        write(qtbot, dialog.strengths, "30, 70")
        write(qtbot, dialog.seeds, "1")
        asked.extend((one.scheduler, one.strength) for one in dialog.requests)
        return False

    dialogs.filled_in = answer
    draft = studio.session.document.draft
    draft.fill({"prompt": "rain", "init_audio": "/sounds/rain.wav"})
    studio.window.actions_.variations.trigger()
    samplers = (Scheduler.DPM_SOLVER, Scheduler.EULER)
    assert asked == [(sampler, change) for sampler in samplers for change in (0.3, 0.7)]


def test_all_that_wait_of_a_group_are_removed_at_once(studio):
    queue = studio.session.document.queue
    queue.set_paused(True)
    group = queue.add([GenerationRequest(prompt="rain")] * 3, is_group=True)
    other = queue.add([GenerationRequest(prompt="wind")])
    menu = studio.window.side_bar.queue_page.item_menu(group[1])
    remove = next(one for one in menu.actions() if "3" in one.text())
    remove.trigger()
    assert [entry.entry_id for entry in queue.entries] == [other[0].entry_id]


def test_an_edited_take_has_the_labels_of_the_take_before(qtbot, studio, grid):
    history, labels = studio.session.document.history, TakeLabels(("storm",), "Film")
    first = grid[0].take_id
    history.label({first: labels})
    show(qtbot, studio, grid[0])
    studio.take_editor.edit_samples(EditKind.GAIN, -6.0)
    qtbot.waitUntil(lambda: history.rowCount() == 7)
    edited = history.index(0).data(ITEM_ROLE)
    assert edited.request.edits
    assert edited.labels == labels
