"""The threads of the model store: listing, downloading, removing."""

import threading

import pytest

from app.session.model_store_worker import ModelStoreWorker
from app.view_models.drafts.model_list import ModelListModel
from app.view_models.drafts.request_draft import RequestDraft
from core.api.errors import ModelLoadError
from core.api.model_card import Place
from tests.app.fake_model_store import HUB_MODEL, TOTAL_BYTES, FakeShelf


@pytest.fixture
def fake():
    return FakeShelf()


@pytest.fixture
def model_list(qapp, fake):
    model_list = ModelListModel(RequestDraft())
    worker = ModelStoreWorker(model_list, lambda: fake)
    yield model_list
    worker.join()


def look(qtbot, model_list):
    with qtbot.waitSignal(model_list.changed):
        model_list.search()


def test_a_look_finds_everything(qtbot, model_list):
    model_list.folders = ["/models/own"]
    look(qtbot, model_list)
    assert [model.source for model in model_list.models] == ["bundled", "/models/own", HUB_MODEL]


def test_the_chosen_model_s_usual_settings_become_the_usual_ones(qtbot, model_list):
    with qtbot.waitSignal(model_list.current_changed):
        model_list.describe_current()
    assert model_list.current.source == "bundled"
    assert model_list._draft.value("guidance_scale") == 2.5


def test_a_folder_whose_name_is_no_text_is_described(qtbot, model_list):
    model_list.choose("/models/\udcff")
    qtbot.waitUntil(lambda: model_list.current is not None)
    assert model_list.current.source == "/models/\udcff"


def test_a_download_reports_how_far_it_is_and_arrives(qtbot, model_list):
    look(qtbot, model_list)
    model_list.download(HUB_MODEL)
    qtbot.waitUntil(
        lambda: not model_list.downloading and model_list.find(HUB_MODEL).place is Place.DOWNLOADED
    )
    assert (model_list.received_bytes, model_list.total_bytes) == (TOTAL_BYTES, TOTAL_BYTES)
    assert model_list.disk_bytes == 30_000_000


def test_a_download_goes_on_beside_looks_and_can_be_broken_off(qtbot, model_list, fake):
    fake.gate = threading.Event()
    model_list.download(HUB_MODEL)
    qtbot.waitUntil(lambda: model_list.received_bytes == TOTAL_BYTES // 2)
    look(qtbot, model_list)
    assert model_list.downloading == HUB_MODEL
    model_list.cancel_download()
    qtbot.waitUntil(lambda: not model_list.downloading)
    assert (fake.has_arrived, model_list.problem) == (False, "")


def test_a_download_that_fails_says_why(qtbot, model_list, fake):
    fake.error = ModelLoadError(HUB_MODEL, "the hub cannot be reached.")
    model_list.download(HUB_MODEL)
    qtbot.waitUntil(lambda: model_list.problem == f"{HUB_MODEL}: the hub cannot be reached.")


def test_a_fault_of_ours_ends_no_thread(qtbot, model_list, fake, expect_log):
    expect_log("the model store failed")
    fake.error = ZeroDivisionError("odd")
    model_list.download(HUB_MODEL)
    qtbot.waitUntil(lambda: "odd" in model_list.problem)
    look(qtbot, model_list)


def test_what_is_removed_is_no_longer_the_chosen_one(qtbot, model_list, fake):
    fake.has_arrived = True
    model_list.choose(HUB_MODEL)
    model_list.remove(HUB_MODEL)
    qtbot.waitUntil(lambda: fake.removed == [HUB_MODEL])
    assert model_list._draft.value("model") == "bundled"
