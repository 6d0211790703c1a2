"""What there is to play through."""

import pytest

from app.view_models.transport.sound_devices import SoundDevicesModel


@pytest.fixture
def devices(qapp, playback):
    return SoundDevicesModel(playback)


def test_devices_are_known_once_somebody_looked(devices, qtbot):
    assert devices.names == ()
    with qtbot.waitSignal(devices.changed):
        devices.rescan()
    assert devices.names == ("Speakers", "Headphones")


def test_it_waits_until_the_look_is_over(devices, playback, qtbot):
    playback.is_scanning = True
    devices.rescan()
    assert devices.is_scanning
    playback.is_scanning = False
    qtbot.waitSignal(devices.changed).wait()
    assert not devices.is_scanning


def test_a_choice_is_passed_on_and_can_be_left_to_the_system(devices, playback, qtbot):
    with qtbot.waitSignal(devices.changed):
        devices.choose("Headphones")
    assert playback.device_name == "Headphones"
    devices.choose("")
    assert playback.device_name is None
