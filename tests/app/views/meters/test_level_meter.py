"""The level meter draws what is heard, and says it in words."""

import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from app.view_models.transport.playback import LevelStep
from app.views.widgets.theme import DARK, LIGHT
from tests.app.views.contrast import contrast


@pytest.fixture
def meter(window):
    return window.viewer_panel.transport_bar.level_meter


def hear(session, playback, peak):
    playback.is_playing = True
    playback.heard = [LevelStep(0.4, peak, peak**2 / 2)]
    session.document.level_meter.look()


def colour_at(meter, share):
    image = meter.grab().toImage()
    place = QPoint(round(share * meter.width()), meter.height() // 2 - 4)
    return image.pixelColor(place).name()


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_the_peak_reaches_as_far_as_it_is_loud(session, playback, meter, theme):
    meter.set_theme(theme)
    assert colour_at(meter, 0.1) == theme.line
    hear(session, playback, 0.1)  # -20 dB: two thirds of the way
    assert colour_at(meter, 0.55) == theme.accent
    assert colour_at(meter, 0.75) == theme.line
    hear(session, playback, 1.0)
    assert colour_at(meter, 0.55) == theme.danger
    assert contrast(theme.accent, theme.line) >= 3


def test_left_and_right_have_a_bar_each(session, playback, meter):
    meter.set_theme(DARK)
    playback.is_playing = True
    playback.heard = [LevelStep(0.4, 0.1, 0.003, (0.1, 0.001))]
    session.document.level_meter.look()
    image, top = meter.grab().toImage(), (meter.height() - 12) // 2
    at = round(0.55 * meter.width())
    assert [image.pixelColor(at, top + y).name() for y in (1, 4)] == [DARK.accent, DARK.line]
    assert meter.text.startswith("Peak −20.0 dB left, −60.0 dB right")


def test_it_says_its_levels_where_the_pointer_rests(qtbot, session, playback, meter):
    assert "root mean square" in meter.text
    hear(session, playback, 0.1)
    assert meter.text == "Peak −20.0 dB, held −20.0 dB, mean −23.0 dB"
    place = meter.rect().center()
    QApplication.sendEvent(meter, QHelpEvent(QEvent.Type.ToolTip, place, meter.mapToGlobal(place)))
    qtbot.waitUntil(lambda: "held" in QToolTip.text())


def test_it_has_a_name_for_those_who_do_not_see_it(meter):
    assert meter.accessibleName() == "Level meter"
    assert meter.accessibleDescription()
