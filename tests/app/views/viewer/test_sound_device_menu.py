"""The menu of sound devices."""

import pytest

from app.view_models.transport.sound_devices import SoundDevicesModel
from app.views.viewer.sound_device_menu import SoundDeviceMenu


@pytest.fixture
def devices(qapp, playback):
    return SoundDevicesModel(playback)


@pytest.fixture
def menu(devices, qtbot):
    menu = SoundDeviceMenu(devices)
    qtbot.addWidget(menu)
    return menu


def texts(menu):
    return [action.text() for action in menu.actions() if action.text()]


def test_opening_it_looks_for_devices(menu):
    menu.aboutToShow.emit()
    assert texts(menu)[:3] == ["The system's choice", "Speakers", "Headphones"]


def test_a_click_chooses_a_device(menu, devices, playback):
    devices.rescan()
    menu.actions()[2].trigger()
    assert playback.device_name == "Headphones"
    assert [action.isChecked() for action in menu.actions()[:3]] == [False, False, True]


def test_a_device_that_is_gone_keeps_its_place(menu, devices):
    devices.choose("Bluetooth")
    devices.rescan()
    assert "Bluetooth (not connected)" in texts(menu)


def test_while_it_looks_it_says_so(menu, devices, playback):
    playback.is_scanning = True
    devices.rescan()
    assert texts(menu)[-1] == "Looking for devices…"
