"""The header above the spectrogram."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QMenu, QWidget

from app.view_models.viewer.level_pyramid import LevelPyramid
from app.view_models.viewer.opened_source import OpenedSource
from app.views.viewer.viewer_header import ViewerHeader
from app.views.widgets.theme import DARK
from core.sound_files.audio_facts import AudioFacts


@pytest.fixture
def header(qtbot):
    header = ViewerHeader(QMenu(), QWidget(), DARK)
    qtbot.addWidget(header)
    return header


@pytest.fixture
def source():
    waveform = np.zeros(16_000, np.float32)
    facts = AudioFacts(16_000, 16_000, 2)
    return OpenedSource(Path("door.wav"), facts, LevelPyramid(100, 64), waveform, 16_000)


def test_a_whole_source_is_described_by_its_facts(header, source):
    header.show_source(source)
    assert header.texts == ("door.wav", "0:01.0 · 16 kHz · stereo · as the model will hear it")


def test_what_is_missing_of_a_source_is_named_first(header, source):
    facts = replace(source.facts, missing_frames=40_000)
    header.show_source(replace(source, facts=facts))
    assert header.texts[1].startswith("2.5 s are missing: cut off or damaged · 0:01.0")


def test_channels_that_cancel_each_other_are_named_first(header, source):
    header.show_source(replace(source, is_cancelled=True))
    assert header.texts[1].startswith("its channels cancel each other out · 0:01.0")


@pytest.mark.parametrize(("width_px", "has_zoom"), [(400, False), (700, True)])
def test_the_name_of_a_source_has_room_in_a_narrow_header(
    qtbot, header, source, width_px, has_zoom
):
    header.show_source(source)
    header.resize(width_px, header.height())
    with qtbot.waitExposed(header):
        header.show()
    qtbot.waitUntil(lambda: header._zoom_tools[0].isVisible() is has_zoom)
    assert header._title.width() >= 100
    header.show_title("rain", "")
    assert header._zoom_tools[0].isVisible()  # without mark and cross there is room
