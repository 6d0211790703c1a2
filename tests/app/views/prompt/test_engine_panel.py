"""The engine's choices, as the window offers them."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from app.view_models.drafts.engine_draft import TilingChoice
from app.views.prompt.estimate_line import EstimateLine
from core.api.config import Offload
from core.api.errors import InvalidRequestError


@pytest.fixture
def panel(window):
    return window.prompt_panel.engine


def choose(box, value):
    box.activated.emit(box._values.index(value))


def test_the_section_is_folded_until_it_is_opened_and_stays_so(qtbot, window, memory):
    section = window.prompt_panel.engine_section
    assert not section.is_open
    assert not window.prompt_panel.engine.isVisible()
    section.set_open(True)
    assert window.prompt_panel.engine.isVisible()
    window._settings.remember()
    assert memory.flag("engine_open", default=False)


def test_every_mode_is_explained_with_its_error(panel):
    for mode in TilingChoice:
        choose(panel._choices["mode"], mode)
        note = panel._boxes["mode"].note
        approximate = "approximate" in panel._choices["mode"].currentText()
        assert note
        assert approximate is ("dB on average" in note)


def test_what_is_chosen_reaches_the_next_run(session, panel):
    choose(panel._choices["mode"], TilingChoice.EXACT)
    panel._numbers["tile_s"].setValue(2.56)
    choose(panel._choices["offload"], Offload.CPU)
    tiling = session.document.engine_draft.to_config().tiling
    assert (tiling.mode, tiling.tile_frames, tiling.offload) == ("exact", 256, "cpu")


def test_what_a_mode_has_no_use_for_is_closed(panel):
    choose(panel._choices["mode"], TilingChoice.OFF)
    assert not panel._numbers["tile_s"].isEnabled()
    assert not panel._choices["offload"].isEnabled()
    choose(panel._choices["mode"], TilingChoice.STREAMING)
    assert panel._numbers["tile_s"].isEnabled()
    assert not panel._choices["offload"].isEnabled()


def test_the_way_back_leads_to_what_is_usual(session, panel):
    panel._numbers["memory_budget_gb"].setValue(2.0)
    box = panel._boxes["memory_budget_gb"]
    button = box.findChild(QPushButton)
    assert not button.isHidden()
    button.click()
    assert session.document.engine_draft.to_config().tiling.memory_budget is None
    assert button.isHidden()


def test_an_engine_error_opens_the_section(window, panel):
    error = InvalidRequestError("tile_frames", "A tile has to be longer.")
    assert window.prompt_panel.show_error(error)
    assert window.prompt_panel.engine_section.is_open
    assert panel._boxes["tile_s"].error == "A tile has to be longer."
    window.prompt_panel.clear_errors()
    assert panel._boxes["tile_s"].error == ""


def test_the_estimate_is_a_sentence(qtbot, session, window):
    line = window.findChild(EstimateLine)
    assert "once the engine is ready" in line.text()
    session.document.draft.set_value("duration_s", 10.0)
    session.prepare_engine()
    qtbot.waitUntil(lambda: line.text() == "Needs about 1.2 GB here.")
    session.document.draft.set_value("duration_s", 2.0)
    qtbot.waitUntil(lambda: line.text() == "Needs about 1.0 GB here.")
    session.document.draft.set_value("model", "owner/other")
    qtbot.waitUntil(lambda: "once this model is in memory" in line.text())


def test_an_estimate_that_waits_for_a_run_names_the_reason(qtbot, session, window):
    line, estimate = window.findChild(EstimateLine), session.document.estimate
    estimate.begin()
    assert "once the engine is free" in line.text()
    qtbot.waitUntil(lambda: "once this model is in memory" in line.text())
    assert not estimate.is_awaited


def test_what_is_unfolded_comes_into_sight(qtbot, window):
    window.resize(1280, 720)
    window.prompt_panel.engine_section.set_open(True)
    last = window.prompt_panel.engine._choices["context"]
    qtbot.waitUntil(lambda: not last.visibleRegion().isEmpty())


def rows(devices):
    return [devices.item(row).text() for row in range(devices.count())]


def check(qtbot, devices, row):
    """Check or uncheck a device as a person does: with the space bar."""
    devices.setFocus()
    devices.setCurrentRow(row)
    qtbot.keyClick(devices, Qt.Key.Key_Space)


def test_devices_that_are_checked_share_the_next_sound(qtbot, session, window, panel):
    window.prompt_panel.engine_section.set_open(True)
    draft, devices = session.document.engine_draft, panel.devices
    draft.offer_devices(("cuda:0", "cuda:1", "cpu"))
    assert rows(devices) == ["cuda:0", "cuda:1"]
    assert "Choose several" in panel._boxes["devices"].note

    check(qtbot, devices, 0)
    assert draft.to_config().other_devices == ()
    check(qtbot, devices, 1)
    config = draft.to_config()
    assert (config.device, config.other_devices) == ("cuda:0", ("cuda:1",))
    assert "These 2 share each sound" in panel._boxes["devices"].note

    panel._boxes["devices"].findChild(QPushButton).click()
    assert devices.values == ()
    assert draft.to_config().other_devices == ()


def test_a_processor_alone_is_shared_by_two_processes(qtbot, session, window, panel):
    window.prompt_panel.engine_section.set_open(True)
    draft, devices = session.document.engine_draft, panel.devices
    draft.offer_devices(("cpu",))
    assert rows(devices) == ["cpu 1", "cpu 2"]
    lowest = devices.visualItemRect(devices.item(1)).bottom()
    assert lowest <= devices.viewport().rect().bottom()  # no row is hidden
    check(qtbot, devices, 1)
    assert devices.values == (1,)
    check(qtbot, devices, 0)
    assert draft.to_config().other_devices == ("cpu",)
    assert "not faster everywhere" in panel._boxes["devices"].note


def test_where_nothing_can_share_there_is_nothing_to_check(session, panel):
    session.document.engine_draft.offer_devices(("cuda", "cpu"))
    assert panel.devices.isHidden()
    assert "several devices of a kind" in panel._boxes["devices"].note


def test_a_chosen_device_that_is_gone_can_be_taken_back(qtbot, session, window, panel):
    window.prompt_panel.engine_section.set_open(True)
    draft, devices = session.document.engine_draft, panel.devices
    draft.set_value("devices", ("cuda:0", "cuda:1"))
    draft.offer_devices(("cuda", "cpu"))
    assert rows(devices) == ["cuda:0", "cuda:1"]
    assert devices.values == (0, 1)
    check(qtbot, devices, 1)
    assert draft.value("devices") == ("cuda:0",)


def test_the_estimate_of_shared_work_is_for_each_device(qtbot, session, window):
    line = window.findChild(EstimateLine)
    session.document.draft.set_value("duration_s", 10.0)
    session.document.engine_draft.set_value("devices", ("cpu", "cpu"))
    session.prepare_engine()
    qtbot.waitUntil(lambda: line.text() == "Needs about 1.2 GB on each of 2 devices.")
