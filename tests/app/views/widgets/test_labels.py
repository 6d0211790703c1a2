"""Elided labels and wrapped tool tips."""

import pytest
from PySide6.QtGui import QTextDocument

from app.views.widgets.labels import ElidedLabel, tool_tip

TEXT = "A sentence that is rather longer than the room there is for it"


@pytest.fixture
def label(qtbot):
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.show_text(TEXT)
    return label


def test_a_long_text_is_elided_and_whole_in_the_tool_tip(label):
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


def test_a_short_hint_stays_as_it_is():
    assert tool_tip("Back to 25") == "Back to 25"


def test_a_long_hint_becomes_rich_text_that_shows_what_it_says():
    hint = "Longer tiles are quicker <and> take more memory & time; 5 s are usually enough."
    document = QTextDocument()
    document.setHtml(tool_tip(hint))
    assert tool_tip(hint).startswith("<p>")
    assert document.toPlainText() == hint


@pytest.mark.parametrize("words", ['<img src="/dev/zero">', "a <b>b</b>", "&lt;"])
def test_markup_from_outside_is_shown_as_it_is_written(words):
    document = QTextDocument()
    document.setHtml(tool_tip(words))
    assert document.toPlainText() == words


def test_paragraphs_are_escaped_one_by_one():
    document = QTextDocument()
    document.setHtml(tool_tip("0:05 <b>rain</b>", "Drag to move."))
    assert document.toPlainText() == "0:05 <b>rain</b>\nDrag to move."
