"""A field with its way back."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QSpinBox, QVBoxLayout, QWidget

from app.views.widgets.field_box import FieldBox


@pytest.fixture
def box(qtbot):
    box = FieldBox("Steps", QSpinBox(), "How many")
    qtbot.addWidget(box)
    box.show()
    return box


def test_the_way_back_is_there_only_where_there_is_one(qtbot, box):
    button = box.findChild(QPushButton)
    assert not button.isVisible()
    box.offer_reset("25")
    assert button.accessibleName() == "Reset Steps"
    assert button.toolTip() == "Back to 25"
    with qtbot.waitSignal(box.reset_requested):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    box.offer_reset(None)
    assert not button.isVisible()


def test_a_control_that_is_of_no_use_says_why(box):
    control = box.findChild(QSpinBox)
    box.disable_because("Without tiling there are no tiles.")
    assert not control.isEnabled()
    assert control.toolTip() == "Without tiling there are no tiles."
    box.disable_because()
    assert control.isEnabled()
    assert control.toolTip() == "How many"


def test_a_note_and_an_error_stand_side_by_side(box):
    box.show_note("Exact.")
    box.show_error("Too many.")
    assert (box.note, box.error) == ("Exact.", "Too many.")
    box.show_note("")
    assert box.note == ""


def test_a_long_note_is_shown_completely(qtbot):
    column, box = QWidget(), FieldBox("Prompt", QSpinBox())
    qtbot.addWidget(column)
    QVBoxLayout(column).addWidget(box)
    column.layout().addStretch()
    column.resize(288, 400)
    column.show()
    box.show_note("This model does not know “typing” and “keyboard”. " * 2)
    note = box.note_label
    qtbot.waitUntil(lambda: note.height() == note.heightForWidth(note.width()))
    assert note.height() > 2 * box.fontMetrics().height()
    assert note.y() > box.findChild(QSpinBox).geometry().bottom()


def test_a_long_word_does_not_widen_a_field(box):
    width_px = box.minimumSizeHint().width()
    box.show_note("q" * 136)
    box.show_error("q" * 136)
    assert box.minimumSizeHint().width() == width_px
