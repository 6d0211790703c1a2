"""What is opened of what is dropped or pasted."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl

from app.view_models.incoming_files import IncomingFiles, incoming_files

DOOR = Path("/sounds/door.wav")


def dropped(*urls, text=""):
    data = QMimeData()
    if urls:
        data.setUrls([QUrl(url) for url in urls])
    if text:
        data.setText(text)
    return data


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (dropped("file:///sounds/door.wav"), IncomingFiles(DOOR, 1)),
        (dropped("file:///a.json", "file:///sounds/door.wav"), IncomingFiles(DOOR, 2)),
        (dropped("file:///a.json", "file:///b.txt"), IncomingFiles(Path("/a.json"), 2)),
        (dropped("file:///sounds/door.wav", text="/sounds/door.wav"), IncomingFiles(DOOR, 1)),
        (dropped(text="file:///sounds/door.wav\n"), IncomingFiles(DOOR, 1)),
        (dropped("https://example.org/a.wav"), IncomingFiles(None, 1)),
        (dropped("https://example.org/a.wav", "file:///sounds/door.wav"), IncomingFiles(DOOR, 2)),
        (dropped(text="a door that creaks"), None),
        (dropped(), None),
        (None, None),
    ],
)
def test_the_first_sound_is_opened(data, found):
    assert incoming_files(data) == found
