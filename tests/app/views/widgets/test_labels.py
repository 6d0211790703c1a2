"""A line of text in little room."""

import pytest

from app.views.widgets.labels import ElidedLabel

TEXT = "A sentence that is rather longer than the room there is for it"


@pytest.fixture
def label(qtbot):
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.show_text(TEXT)
    return label


def test_a_long_text_ends_in_an_ellipsis_and_is_whole_in_the_tool_tip(label):
    label.resize(120, 20)
    assert label.visible_text.endswith("…")
    assert TEXT.startswith(label.visible_text[:-1])
    assert TEXT in label.toolTip()


def test_with_room_enough_the_text_is_whole(label):
    label.resize(2000, 20)
    assert label.visible_text == TEXT


def test_it_draws_something_in_the_little_room(label):
    label.resize(120, 20)
    picture = label.grab().toImage()
    colours = {
        picture.pixelColor(x, y).name()
        for x in range(picture.width())
        for y in range(picture.height())
    }
    assert len(colours) > 1
