"""The clip lamp in the window: it lights while a loud take plays, and a click puts it out."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from app.views.widgets.theme import DARK, LIGHT
from tests.app.views.contrast import contrast


@pytest.fixture
def lamp(window):
    return window.viewer_panel.transport_bar.clip_lamp


def hear_a_loud_take(session, playback):
    transport = session.document.transport
    transport.set_volume(1.0)
    transport.begin(2.0, 16_000)
    playback.append(0, np.full(32_000, 1.5, np.float32))
    transport.note_available(2.0)
    playback.position_s = 0.1
    transport.poll()


def test_it_lights_and_goes_out_on_a_click(qtbot, window, session, playback, lamp):
    assert not lamp.isEnabled()
    assert lamp.toolTip() == "Lights when what is heard exceeds full scale"
    dark = lamp.grab().toImage()
    hear_a_loud_take(session, playback)
    assert lamp.isEnabled()
    assert "by 3.5 dB" in lamp.accessibleDescription()
    assert lamp.grab().toImage() != dark
    qtbot.mouseClick(lamp, Qt.MouseButton.LeftButton)
    assert not lamp.isEnabled()
    assert not session.document.clip_lamp.is_lit


def test_the_next_take_puts_it_out(session, playback, lamp):
    hear_a_loud_take(session, playback)
    session.document.transport.begin(1.0, 16_000)
    assert not lamp.isEnabled()


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_it_is_seen_in_both_themes(session, playback, lamp, theme):
    hear_a_loud_take(session, playback)
    lamp.set_theme(theme)
    middle = lamp.rect().center()
    assert lamp.grab().toImage().pixelColor(middle).name() == theme.danger
    assert contrast(theme.danger, theme.panel) >= 3
