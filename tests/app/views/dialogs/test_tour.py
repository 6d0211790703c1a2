"""The tour over a window."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.views.dialogs.tour import Tour, TourStep
from app.views.widgets.theme import DARK


@pytest.fixture
def over(qtbot):
    """A window of two places."""
    window = QWidget()
    qtbot.addWidget(window)
    row = QHBoxLayout(window)
    window.places = [QLabel("left"), QLabel("right")]
    for place in window.places:
        row.addWidget(place)
    window.resize(900, 400)
    window.show()
    qtbot.waitExposed(window)
    return window


@pytest.fixture
def tour(qtbot, over):
    steps = [TourStep(place, f"The {place.text()}", "Look here.") for place in over.places]
    tour = Tour(over, DARK, steps)
    tour.begin()
    return tour


def test_keys_lead_on_and_back_and_to_the_end(qtbot, tour):
    qtbot.keyClick(tour.next_button, Qt.Key.Key_Right)
    assert tour.number == 1
    qtbot.keyClick(tour.next_button, Qt.Key.Key_Left)
    assert tour.number == 0
    qtbot.keyClick(tour.next_button, Qt.Key.Key_Return)
    assert tour.number == 1
    with qtbot.waitSignal(tour.ended):
        qtbot.keyClick(tour.next_button, Qt.Key.Key_Space)


@pytest.mark.parametrize("way", ["key", "button"])
def test_it_can_be_skipped(qtbot, tour, way):
    with qtbot.waitSignals([tour.ended]):
        if way == "key":
            qtbot.keyClick(tour.next_button, Qt.Key.Key_Escape)
        else:
            tour.skip_button.click()
    assert tour.isHidden()


def test_tab_stays_within_the_bubble(qtbot, tour):
    assert tour.next_button.hasFocus()
    for expected in (tour.skip_button, tour.next_button, tour.skip_button):
        qtbot.keyClick(tour.next_button, Qt.Key.Key_Tab)
        assert expected.hasFocus()


def test_the_bubble_is_readable_by_screen_readers(tour):
    assert tour.next_button.accessibleDescription() == "The left. Look here."


def test_the_bubble_stays_within_the_window_and_beside_its_place(tour, over):
    for size in ((900, 400), (1500, 700)):
        over.resize(*size)
        assert tour.size() == over.size()
        assert tour.rect().contains(tour._bubble.geometry())
        assert not tour._bubble.geometry().intersects(over.places[0].geometry()) or size[0] < 1000
