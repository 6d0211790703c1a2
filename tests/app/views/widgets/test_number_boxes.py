"""Numbers and lengths of time as they are typed and shown."""

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QValidator

from app.views.widgets.number_boxes import DurationBox, NumberBox

GERMAN, ENGLISH = QLocale(QLocale.Language.German), QLocale(QLocale.Language.English)


@pytest.fixture
def box(qtbot) -> DurationBox:
    box = DurationBox(decimals=1, minimum=0.1, maximum=24 * 3600.0)
    qtbot.addWidget(box)
    box.setValue(10.0)
    return box


def type_over(qtbot, box: DurationBox, text: str) -> None:
    box.selectAll()
    qtbot.keyClicks(box.lineEdit(), text)
    qtbot.keyClick(box.lineEdit(), Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("typed", "seconds", "shown"),
    [
        ("1:00", 60.0, "1:00"),
        ("1:00:00", 3600.0, "1:00:00"),
        ("2:30.5", 150.5, "2:30.5"),
        ("90", 90.0, "1:30"),
        ("12", 12.0, "12.0 s"),
        ("0,5", 0.5, "0.5 s"),
        ("7 s", 7.0, "7.0 s"),
        ("99:99", 5949.0, "1:39:09"),  # the last key is refused
        ("1:", 1.0, "1.0 s"),
    ],
)
def test_what_is_typed_is_read_and_shown(qtbot, box, typed, seconds, shown):
    type_over(qtbot, box, typed)
    assert box.value() == seconds
    assert box.text() == shown


def test_letters_and_times_beyond_the_longest_cannot_be_typed(qtbot, box):
    type_over(qtbot, box, "1x5")
    assert box.value() == 15.0
    type_over(qtbot, box, "999999")
    assert box.value() == 9999.0


def test_steps_cross_a_minute(box):
    box.setValue(59.5)
    box.stepUp()
    assert box.text() == "1:00.5"
    box.stepDown()
    assert box.text() == "59.5 s"


def test_a_word_may_stand_for_the_least(qtbot):
    box = DurationBox(decimals=2, maximum=30.0, single_step=0.1)
    qtbot.addWidget(box)
    box.setSpecialValueText("None")
    box.setValue(0.0)
    assert (box.text(), box.value()) == ("None", 0.0)
    type_over(qtbot, box, "0:02")
    assert box.value() == 2.0
    box.setValue(0.0)
    box.interpretText()
    assert box.value() == 0.0


def test_a_language_with_a_comma_is_read_back(box):
    box.setLocale(QLocale(QLocale.Language.German))
    box.setValue(2.5)
    assert box.text() == "2,5 s"
    box.interpretText()
    assert box.value() == 2.5


@pytest.fixture
def number(qtbot):
    number = NumberBox(decimals=1, maximum=20.0)
    qtbot.addWidget(number)
    return number


@pytest.mark.parametrize("locale", [GERMAN, ENGLISH], ids=["German", "English"])
@pytest.mark.parametrize("typed", ["7.5", "7,5"])
def test_both_decimal_marks_are_taken(qtbot, number, locale, typed):
    number.setLocale(locale)
    number.selectAll()
    qtbot.keyClicks(number, typed)
    assert number.text() == f"7{locale.decimalPoint()}5"
    qtbot.keyClick(number, Qt.Key.Key_Return)
    assert number.value() == 7.5


@pytest.mark.parametrize("typed", ["1,000", "7..5", "x"])
def test_what_is_no_number_is_not_taken(number, typed):
    number.setLocale(ENGLISH)
    assert number.validate(typed, 0)[0] is QValidator.State.Invalid


def test_a_text_for_the_lowest_value_stays_whole(number):
    number.setSpecialValueText("Free, or all.")
    number.setValue(0)
    assert number.text() == "Free, or all."
    assert number.valueFromText(number.text()) == 0
