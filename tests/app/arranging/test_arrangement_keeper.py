"""The arrangement is in the library after every edit, and there again after a restart."""

import shutil

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from app.studio.application import Studio
from core.api.region import Span
from core.arrangement.arrangement_folder import DESCRIPTION, read_arrangement
from tests.app.arranging.conftest import RAIN, WIND
from tests.app.fake_engine import FakeEngine
from tests.app.fake_playback import FakePlayback


@pytest.fixture
def restart(qtbot, arranged, memory, dialogs):
    """Closes the studio, and starts another one over the same library and settings."""
    started = []

    def start_again():
        arranged.window.hide()
        arranged.join()
        arranged.join = lambda: None
        studio = Studio(QApplication.instance(), FakeEngine, FakePlayback(), memory, dialogs)
        started.append(studio)
        studio.library.open()
        return studio

    yield start_again
    for studio in started:
        studio.window.hide()
        studio.join()
        studio.window.deleteLater()


def stored(studio):
    """The arrangement on the disk."""
    folder = studio.library.library_worker.arrangements_folder
    name = studio.session.document.arrangement.arrangement_id
    return read_arrangement(folder / name)[0] if (folder / name / DESCRIPTION).exists() else None


def test_nothing_is_written_of_an_empty_arrangement(qtbot, arranged):
    arranged.arrangement_keeper.keep()
    arranged.arrangement_keeper.close()
    assert list(arranged.library.library_worker.arrangements_folder.iterdir()) == []


def test_an_edit_is_on_the_disk_soon(qtbot, arranged, add):
    model = arranged.session.document.arrangement
    add(RAIN)
    qtbot.waitUntil(lambda: stored(arranged) == model.arrangement)
    arranged.window.viewer_panel.arrangement.layer_commands.move(4800)
    qtbot.waitUntil(lambda: stored(arranged) == model.arrangement)


def test_a_drag_that_rests_before_it_ends_is_written_when_it_ends(qtbot, arranged, add):
    model = arranged.session.document.arrangement
    add(RAIN)
    before = model.arrangement
    qtbot.waitUntil(lambda: stored(arranged) == before)
    model.drag(before.move_layers(model.chosen, 4800))
    qtbot.wait(600)
    assert stored(arranged) == before
    model.edit(model.arrangement)
    qtbot.waitUntil(lambda: stored(arranged) == model.arrangement)


def test_it_is_there_again_after_a_restart_with_sounds_of_purged_takes(
    qtbot, arranged, add, restart
):
    add(RAIN, WIND)
    before = arranged.session.document.arrangement.arrangement
    arranged.library.library_worker.trash([RAIN, WIND])
    arranged.library.library_worker.clean_up()
    studio = restart()  # at once: closing writes what is not written
    model = studio.session.document.arrangement
    qtbot.waitUntil(lambda: model.arrangement == before)
    qtbot.waitUntil(lambda: studio.arranger.mix.num_samples > 0)
    np.testing.assert_allclose(studio.arranger.mix.read(Span(9000, 9100)), 0.5, atol=1e-3)


def test_another_one_is_begun_and_the_former_stays_in_the_library(qtbot, arranged, add):
    model, keeper = arranged.session.document.arrangement, arranged.arrangement_keeper
    add(RAIN)
    first, first_id = model.arrangement, model.arrangement_id
    keeper.begin()
    assert model.arrangement.layers == ()
    add(WIND)
    keeper.open_kept(first_id)
    qtbot.waitUntil(lambda: model.arrangement == first)
    assert model.arrangement_id == first_id


def test_the_menu_offers_all_that_are_kept(qtbot, arranged, add):
    model, menu = arranged.session.document.arrangement, arranged.arrangement.actions.kept
    add(RAIN)
    first = model.arrangement
    qtbot.waitUntil(lambda: len(menu.actions()) == 1)
    assert menu.actions()[0].text() == "rain · just now"
    arranged.arrangement_keeper.begin()
    add(WIND)
    model.rename("Sea & storm")
    qtbot.waitUntil(lambda: len(menu.actions()) == 2)
    qtbot.waitUntil(lambda: menu.actions()[0].text() == "Sea && storm · just now")
    menu.actions()[1].trigger()
    qtbot.waitUntil(lambda: model.arrangement == first)
    assert arranged.arranger.is_shown


def test_an_arrangement_is_deleted_once_a_person_agrees(qtbot, arranged, add, dialogs):
    model, delete = arranged.session.document.arrangement, arranged.arrangement.actions.delete
    add(RAIN)
    before = model.arrangement
    qtbot.waitUntil(lambda: stored(arranged) == before)
    folder = arranged.library.library_worker.arrangements_folder / model.arrangement_id
    dialogs.agreed = False
    delete.trigger()
    assert model.arrangement == before
    dialogs.agreed = True
    delete.trigger()
    assert model.arrangement.layers == ()
    qtbot.waitUntil(lambda: not folder.exists())
    qtbot.waitUntil(lambda: not arranged.arrangement.actions.kept.isEnabled())
    assert arranged.session.document.history.record(RAIN) is not None


def test_undo_does_not_reach_into_another_arrangement(qtbot, arranged, add):
    model = arranged.session.document.arrangement
    add(RAIN)
    arranged.arrangement_keeper.begin()
    empty = model.arrangement
    arranged.session.undo.undo()
    assert model.arrangement == empty


def test_a_folder_is_opened_as_one_of_the_library_and_stays_as_it_is(
    qtbot, arranged, add, tmp_path
):
    model, keeper = arranged.session.document.arrangement, arranged.arrangement_keeper
    add(RAIN)
    qtbot.waitUntil(lambda: stored(arranged) == model.arrangement)
    before, former_id = model.arrangement, model.arrangement_id
    kept = arranged.library.library_worker.arrangements_folder / former_id
    shutil.copytree(kept, tmp_path / "gift")
    keeper.begin()
    keeper.open_folder(tmp_path / "gift")
    qtbot.waitUntil(lambda: model.arrangement == before)
    assert model.arrangement_id != former_id
    shutil.rmtree(tmp_path / "gift")
    qtbot.waitUntil(lambda: stored(arranged) == before)


def test_a_folder_without_an_arrangement_is_refused_in_a_sentence(qtbot, arranged, tmp_path):
    with qtbot.waitSignal(arranged.arrangement_keeper.failed) as failed:
        arranged.arrangement_keeper.open_folder(tmp_path)
    assert "there is no arrangement here" in str(failed.args[0])
