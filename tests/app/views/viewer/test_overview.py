"""The overview above the spectrogram, in the real window."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor


@pytest.fixture
def strip(window, session, playback, qtbot):
    session.document.spectrogram.begin_seconds(10.0)
    session.document.transport.begin(10.0, 16000)
    qtbot.waitUntil(window.viewer_panel.overview.isVisible)
    return window.viewer_panel.overview


@pytest.fixture
def theme_text(strip):
    """The play head's colour."""
    return QColor(strip._theme.text)


def visible(window):
    return window.viewer_panel.view.getViewBox().viewRange()[0]


def at(strip, time_s):
    return QPoint(round(time_s / 10.0 * strip.width()), strip.height() // 2)


def drag(qtbot, strip, start_s, stop_s):
    qtbot.mousePress(strip, Qt.MouseButton.LeftButton, pos=at(strip, start_s))
    qtbot.mouseMove(strip, at(strip, stop_s))
    qtbot.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=at(strip, stop_s))


def test_it_is_aligned_with_the_spectrogram(window, strip):
    view = window.viewer_panel.view
    box = view.mapFromScene(view.getViewBox().sceneBoundingRect()).boundingRect()
    left = strip.mapTo(window, QPoint(0, 0)).x()
    assert left == pytest.approx(view.mapTo(window, box.topLeft()).x(), abs=2)
    assert strip.width() == pytest.approx(box.width(), abs=3)


def test_sound_appears_as_it_arrives(strip, session, playback):
    before = strip.grab().toImage().pixelColor(at(strip, 7.0))
    playback.append(0, np.ones(160_000, np.float32) * np.resize([0.9, -0.9], 160_000))
    session.document.transport.note_available(10.0)
    assert strip.grab().toImage().pixelColor(at(strip, 7.0)) != before


def test_left_is_drawn_above_right(strip, session, playback):
    session.document.transport.begin(10.0, 16000, channels=2)
    empty = strip.grab().toImage()
    samples = np.zeros((160_000, 2), np.float32)
    samples[::2, 0], samples[1::2, 0] = 0.8, -0.8
    playback.append(0, samples)
    session.document.transport.note_available(10.0)
    drawn, column = strip.grab().toImage(), at(strip, 7.0).x()
    changed = [
        drawn.pixelColor(column, y) != empty.pixelColor(column, y) for y in range(strip.height())
    ]
    middle = strip.height() // 2
    assert sum(changed[:middle]) > middle // 2 > 4 > sum(changed[middle:]) > 0


def test_the_window_is_dragged_along(qtbot, window, strip):
    window.viewer_panel.view.show_range(2.0, 4.0)
    drag(qtbot, strip, 3.0, 6.0)
    assert visible(window) == pytest.approx([5.0, 7.0], abs=0.05)


def test_an_end_is_dragged_to_zoom(qtbot, window, strip):
    window.viewer_panel.view.show_range(2.0, 4.0)
    drag(qtbot, strip, 4.0, 8.0)
    assert visible(window) == pytest.approx([2.0, 8.0], abs=0.05)


def test_a_press_beside_the_window_brings_it_there(qtbot, window, strip):
    window.viewer_panel.view.show_range(2.0, 4.0)
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=at(strip, 8.0))
    assert visible(window) == pytest.approx([7.0, 9.0], abs=0.05)


def test_keys_move_and_zoom_it(qtbot, window, strip):
    window.viewer_panel.view.show_range(2.0, 4.0)
    strip.setFocus()
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    assert visible(window) == pytest.approx([2.2, 4.2])
    qtbot.keyClick(strip, Qt.Key.Key_Minus)
    assert visible(window) == pytest.approx([1.7, 4.7])


def test_a_double_click_shows_everything(qtbot, window, strip):
    window.viewer_panel.view.show_range(2.0, 4.0)
    qtbot.mouseDClick(strip, Qt.MouseButton.LeftButton, pos=at(strip, 3.0))
    assert visible(window) == [0, 10]


def test_the_play_head_keeps_its_place_when_the_strip_grows(strip, session, theme_text):
    session.document.transport.seek(5.0)
    strip.resize(strip.width() + 200, strip.height())
    assert strip.grab().toImage().pixelColor(at(strip, 5.0)) == theme_text


def test_the_play_head_is_at_its_place_after_a_resize(qtbot, window, strip, session, theme_text):
    session.document.transport.begin(10.0, 16000)
    session.document.transport.seek(5.0)
    window.resize(window.width() + 200, window.height())
    qtbot.wait(50)
    session.document.transport.begin(20.0, 16000)
    session.document.transport.seek(5.0)
    image = strip.grab().toImage()
    head = round(strip.width() / 4)
    assert image.pixelColor(head, 3) == theme_text
