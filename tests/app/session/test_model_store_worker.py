"""The shelf's threads: looking, fetching, removing."""

import threading

import pytest

from app.session.model_store_worker import ModelStoreWorker
from app.view_models.drafts.model_list import ModelListModel
from app.view_models.drafts.request_draft import RequestDraft
from core.api.errors import ModelLoadError
from core.api.model_card import Place
from tests.app.fake_shelf import HUB_MODEL, TOTAL_BYTES, FakeShelf


@pytest.fixture
def fake():
    return FakeShelf()


@pytest.fixture
def shelf(qapp, fake):
    shelf = ModelListModel(RequestDraft())
    keeper = ModelStoreWorker(shelf, lambda: fake)
    yield shelf
    keeper.join()


def look(qtbot, shelf):
    with qtbot.waitSignal(shelf.changed):
        shelf.look()


def test_a_look_finds_everything(qtbot, shelf):
    shelf.folders = ["/models/own"]
    look(qtbot, shelf)
    assert [model.source for model in shelf.models] == ["bundled", "/models/own", HUB_MODEL]


def test_the_chosen_model_s_usual_settings_become_the_usual_ones(qtbot, shelf):
    with qtbot.waitSignal(shelf.current_changed):
        shelf.describe_current()
    assert shelf.current.source == "bundled"
    assert shelf._draft.value("guidance_scale") == 2.5


def test_a_download_tells_how_far_it_is_and_arrives(qtbot, shelf):
    look(qtbot, shelf)
    shelf.download(HUB_MODEL)
    qtbot.waitUntil(
        lambda: not shelf.downloading and shelf.find(HUB_MODEL).place is Place.DOWNLOADED
    )
    assert (shelf.received_bytes, shelf.total_bytes) == (TOTAL_BYTES, TOTAL_BYTES)
    assert shelf.disk_bytes == 30_000_000


def test_a_download_goes_on_beside_looks_and_can_be_broken_off(qtbot, shelf, fake):
    fake.gate = threading.Event()
    shelf.download(HUB_MODEL)
    qtbot.waitUntil(lambda: shelf.received_bytes == TOTAL_BYTES // 2)
    look(qtbot, shelf)
    assert shelf.downloading == HUB_MODEL
    shelf.cancel_download()
    qtbot.waitUntil(lambda: not shelf.downloading)
    assert (fake.has_arrived, shelf.problem) == (False, "")


def test_a_download_that_fails_says_why(qtbot, shelf, fake):
    fake.error = ModelLoadError(HUB_MODEL, "the hub cannot be reached.")
    shelf.download(HUB_MODEL)
    qtbot.waitUntil(lambda: shelf.problem == f"{HUB_MODEL}: the hub cannot be reached.")


def test_a_fault_of_ours_ends_no_thread(qtbot, shelf, fake, expect_log):
    expect_log("the shelf failed")
    fake.error = ZeroDivisionError("odd")
    shelf.download(HUB_MODEL)
    qtbot.waitUntil(lambda: "odd" in shelf.problem)
    look(qtbot, shelf)


def test_what_is_removed_is_no_longer_the_chosen_one(qtbot, shelf, fake):
    fake.has_arrived = True
    shelf.choose(HUB_MODEL)
    shelf.remove(HUB_MODEL)
    qtbot.waitUntil(lambda: fake.removed == [HUB_MODEL])
    assert shelf._draft.value("model") == "bundled"
