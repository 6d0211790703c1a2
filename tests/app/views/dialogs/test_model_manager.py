"""The dialog of all models, over a fake model store."""

import threading

import pytest
from PySide6.QtGui import QDesktopServices

from app.session.model_store_worker import ModelStoreWorker
from tests.app.fake_model_store import HUB_MODEL, FakeShelf


@pytest.fixture
def fake():
    return FakeShelf()


@pytest.fixture
def manager(qtbot, window, session, fake):
    keeper = ModelStoreWorker(session.document.models, lambda: fake)
    manager = window.open_models()
    qtbot.waitUntil(lambda: len(manager.names) == 2)
    yield manager
    keeper.join()
    manager.close()


def test_the_model_in_use_is_shown_first_with_its_card(manager):
    details = manager.details
    assert manager.names == ["bundled", HUB_MODEL]
    assert details._text.toPlainText().startswith("Tessera Small")
    assert not details.use.isEnabled()
    assert "Apache-2.0" in details._facts.text()
    assert "126 tokens" in details._limits.text()


def test_a_download_needs_consent_and_can_be_used_afterwards(qtbot, manager, session, dialogs):
    manager.select(HUB_MODEL)
    details = manager.details
    dialogs.agreed = False
    details.download.click()
    assert "Apache-2.0" in dialogs.asked[-1]
    assert session.document.models.downloading == ""
    dialogs.agreed = True
    details.download.click()
    qtbot.waitUntil(details.use.isVisible)
    details.use.click()
    assert session.document.draft.value("model") == HUB_MODEL


def test_a_download_shows_its_bytes_and_can_be_cancelled(qtbot, manager, session, fake):
    fake.gate = threading.Event()
    manager.select(HUB_MODEL)
    manager.details.download.click()
    qtbot.waitUntil(lambda: manager.details._received.text() == "5 MB of 10 MB")
    manager.details.cancel.click()
    qtbot.waitUntil(manager.details.download.isVisible)
    assert session.document.models.downloading == ""


def test_an_incomplete_folder_says_what_is_missing(qtbot, manager, dialogs, session):
    dialogs.folder = "/models/own"
    manager._on_add_folder()
    qtbot.waitUntil(lambda: "/models/own" in manager.names)
    details = manager.details
    assert details._problem.text().startswith("vae/x.safetensors is missing")
    assert not details.use.isEnabled()
    details.forget.click()
    qtbot.waitUntil(lambda: "/models/own" not in manager.names)


def test_a_checkpoint_is_converted_and_its_copy_removed(qtbot, manager, fake, dialogs, session):
    source = "/models/rain.ckpt"
    session.document.models.add_folder(source)
    qtbot.waitUntil(lambda: source in manager.names)
    manager.select(source)
    details = manager.details
    assert (details.download.text(), details.forget.isVisible()) == ("Convert…", True)
    details.download.click()
    assert "into a copy of up to 10 MB in /data/converted" in dialogs.asked[-1]
    qtbot.waitUntil(details.use.isVisible)
    assert "Converted copy" in details._facts.text()
    details.remove.click()
    qtbot.waitUntil(lambda: fake.removed == [source])
    qtbot.waitUntil(details.download.isVisible)


def test_pickles_in_the_cache_are_converted_and_cannot_be_forgotten(
    qtbot, manager, fake, dialogs, session
):
    fake.is_cached = True
    session.document.models.search()
    manager.select(HUB_MODEL)
    details = manager.details
    qtbot.waitUntil(lambda: details.download.text() == "Convert…")
    assert not details.forget.isVisible()
    assert HUB_MODEL not in details._facts.text()
    details.download.click()
    assert "in /data/converted" in dialogs.asked[-1]
    qtbot.waitUntil(details.use.isVisible)


def test_removing_a_model_needs_consent_and_frees_the_disk(qtbot, manager, fake, dialogs, session):
    fake.has_arrived = True
    session.document.models.search()
    manager.select(HUB_MODEL)
    qtbot.waitUntil(manager.details.remove.isVisible)
    manager.details.remove.click()
    assert "frees 30 MB" in dialogs.asked[-1]
    qtbot.waitUntil(lambda: fake.removed == [HUB_MODEL])


def test_what_the_model_cannot_do_is_closed_with_its_reason(qtbot, manager, session, fake, window):
    fake.has_arrived = True
    boxes = window.prompt_panel.fields.boxes
    session.document.models.choose(HUB_MODEL)
    qtbot.waitUntil(lambda: "no sound to start from" in boxes["model"].note)
    assert not boxes["init_audio"]._control.isEnabled()
    assert "cannot start from a sound" in boxes["init_audio"]._control.toolTip()


def test_an_unknown_word_is_hinted_at_under_the_prompt(qtbot, manager, session, window):
    session.document.models.describe_current()
    session.document.draft.set_value("prompt", "theremin")
    box = window.prompt_panel.fields.boxes["prompt"]
    qtbot.waitUntil(lambda: "does not know “theremin”. Nearest: synth lead, violin." in box.note)
    session.document.draft.set_value("prompt", "钢琴")
    qtbot.waitUntil(lambda: "reads English. It knows, for example, violin." in box.note)
    session.document.draft.set_value("prompt", "violin")
    qtbot.waitUntil(lambda: box.note == "")


@pytest.mark.parametrize("agreed", [True, False])
def test_a_link_of_a_card_is_opened_only_when_agreed(manager, dialogs, monkeypatch, agreed):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    dialogs.agreed = agreed
    manager.details.link_clicked.emit("https://example.org/a")
    assert "https://example.org/a" in dialogs.asked[-1]
    assert opened == (["https://example.org/a"] if agreed else [])
