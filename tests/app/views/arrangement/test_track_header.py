"""The headers of tracks: names, mute, solo, gain, by mouse and by keys."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from core.arrangement.layer import QUIETEST_DB

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def header(view):
    return view.headers.headers[1]


def test_there_is_a_header_for_each_track_in_their_order(view, model):
    assert [one.track_id for one in view.headers.headers] == [1, 2]
    view.track_commands.move(2, -1)
    view.track_commands.add()
    ids = [one.track_id for one in model.arrangement.tracks]
    assert [one.track_id for one in view.headers.headers] == ids
    view.track_commands.remove(1)
    assert [one.track_id for one in view.headers.headers] == [2, ids[-1]]


def test_mute_and_solo_change_what_is_heard(model, header):
    QTest.mouseClick(header.mute, LEFT)
    assert [one.layer_id for one in model.arrangement.heard_layers] == [3, 4]
    QTest.mouseClick(header.mute, LEFT)
    QTest.mouseClick(header.solo, LEFT)
    assert [one.layer_id for one in model.arrangement.heard_layers] == [5]


def test_a_name_that_is_typed_is_that_of_the_track(model, header):
    header.name.setFocus()
    QTest.keyClicks(header.name, "Birds")
    QTest.keyClick(header.name, Qt.Key.Key_Return)
    assert model.arrangement.track(2).name == "Birds"
    assert header.gain.accessibleName() == "Gain of Birds"


def test_the_gain_goes_by_half_decibels_down_to_silence(model, header):
    header.gain.setFocus()
    QTest.keyClick(header.gain, Qt.Key.Key_Left)
    assert model.arrangement.track(2).gain_db == -0.5
    QTest.keyClick(header.gain, Qt.Key.Key_Home)
    assert model.arrangement.track(2).gain_db == QUIETEST_DB
    QTest.mouseDClick(header.gain, LEFT, pos=QPoint(2, 5))
    assert model.arrangement.track(2).gain_db == 0.0


def test_a_gain_that_is_undone_shows_and_makes_no_edit(model, header):
    edits = []
    model.edited.connect(lambda *values: edits.append(values))
    model.restore(model.arrangement.with_track(replace(model.arrangement.track(2), gain_db=6.0)))
    assert header.gain.value() == 12
    assert edits == []


def test_a_click_chooses_the_track(view, model, header):
    QTest.mouseClick(header, LEFT, pos=QPoint(150, 45))
    assert model.track_id == 2
