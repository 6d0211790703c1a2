"""Models that come in as files: checkpoints, once they may be converted, and folders."""

import threading
from pathlib import Path

import pytest

from app.session.model_store_worker import ModelStoreWorker
from core.api.errors import ModelLoadError
from core.api.model_card import Place
from tests.app.fake_model_store import HUB_MODEL, FakeShelf


@pytest.fixture
def shelf(session):
    shelf = FakeShelf()
    worker = ModelStoreWorker(session.document.models, lambda: shelf)
    yield shelf
    worker.join()


def test_a_checkpoint_becomes_the_model_once_it_may_be_converted(
    qtbot, window, file_import, session, *, shelf, dialogs
):
    models = session.document.models
    file_import.offer(Path("/models/rain.ckpt"))
    qtbot.waitUntil(lambda: shelf.has_arrived)
    assert "Convert it?" in dialogs.asked[0]
    assert session.document.draft.value("model") == "/models/rain.ckpt"
    qtbot.waitUntil(lambda: models.current is not None and models.current.is_usable)
    qtbot.waitUntil(lambda: window.status_line.text == "rain.ckpt is converted.")


def test_a_checkpoint_that_cannot_be_converted_says_why(
    qtbot, file_import, session, shelf, dialogs
):
    shelf.error = ModelLoadError("/models/rain.ckpt", "holds no denoiser.")
    with qtbot.waitSignal(file_import.failed) as failure:
        file_import.offer(Path("/models/rain.ckpt"))
    assert "holds no denoiser" in str(failure.args[0])


def test_a_checkpoint_is_not_converted_without_consent(qtbot, file_import, session, shelf, dialogs):
    dialogs.agreed = False
    file_import.offer(Path("/models/rain.ckpt"))
    qtbot.waitUntil(lambda: bool(dialogs.asked))
    assert session.document.models.downloading == ""


def test_no_checkpoint_is_converted_beside_a_download(
    qtbot, window, file_import, session, *, shelf, dialogs
):
    models, shelf.gate = session.document.models, threading.Event()
    models.download(HUB_MODEL)
    file_import.offer(Path("/models/rain.ckpt"))
    qtbot.waitUntil(lambda: models.current is not None)
    assert models.current.place is Place.UNCONVERTED
    shelf.gate.set()
    qtbot.waitUntil(lambda: not models.downloading)
    assert dialogs.asked == []
    assert window.status_line.text == "rain.ckpt is the chosen model."


def test_a_folder_becomes_the_model_without_a_question(
    qtbot, file_import, session, shelf, *, dialogs, tmp_path
):
    file_import.offer(tmp_path)
    qtbot.waitUntil(lambda: session.document.draft.value("model") == str(tmp_path))
    qtbot.waitUntil(lambda: session.document.models.current is not None)
    assert dialogs.asked == []
