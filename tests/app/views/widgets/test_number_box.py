"""Numbers typed with a point or a comma."""

import pytest
from PySide6.QtCore import QLocale, Qt

from app.views.widgets.number_box import NumberBox

GERMAN, ENGLISH = QLocale(QLocale.Language.German), QLocale(QLocale.Language.English)


@pytest.fixture
def box(qtbot):
    box = NumberBox(decimals=1, maximum=20.0)
    qtbot.addWidget(box)
    return box


@pytest.mark.parametrize("locale", [GERMAN, ENGLISH], ids=["German", "English"])
@pytest.mark.parametrize("typed", ["7.5", "7,5"])
def test_both_decimal_marks_are_taken(qtbot, box, locale, typed):
    box.setLocale(locale)
    box.selectAll()
    qtbot.keyClicks(box, typed)
    assert box.text() == f"7{locale.decimalPoint()}5"
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert box.value() == 7.5


@pytest.mark.parametrize("typed", ["1,000", "7..5", "x"])
def test_what_is_no_number_is_not_taken(box, typed):
    box.setLocale(ENGLISH)
    assert box.validate(typed, 0)[0] is box.validate("y", 0)[0]


def test_a_text_for_the_lowest_value_stays_whole(box):
    box.setSpecialValueText("Free, or all.")
    box.setValue(0)
    assert box.text() == "Free, or all."
    assert box.valueFromText(box.text()) == 0
