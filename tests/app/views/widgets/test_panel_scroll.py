"""The panel scrolls, and no value changes by that."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QSpinBox, QVBoxLayout, QWidget

from app.views.widgets.panel_scroll import PanelScroll


@pytest.fixture
def spin_box(qtbot):
    spin_box = QSpinBox(value=5)
    part = QWidget()
    QVBoxLayout(part).addWidget(spin_box)
    part.setMinimumHeight(900)
    area = PanelScroll(24)
    area.add(part)
    qtbot.addWidget(area)
    area.resize(300, 200)
    area.show()
    area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    area.setFocus()
    qtbot.waitExposed(area)
    spin_box.area = area
    return spin_box


def turn_wheel(widget):
    place = QPointF(widget.rect().center())
    event = QWheelEvent(
        place,
        widget.mapToGlobal(place),
        QPoint(0, -120),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def test_the_wheel_over_a_field_scrolls_and_changes_nothing(spin_box):
    turn_wheel(spin_box)
    assert spin_box.value() == 5
    assert spin_box.area.verticalScrollBar().value() > 0


def test_the_wheel_changes_the_field_that_has_the_focus(qtbot, spin_box):
    spin_box.area.activateWindow()
    spin_box.setFocus()
    qtbot.waitUntil(spin_box.hasFocus)
    turn_wheel(spin_box)
    assert spin_box.value() == 4


def test_fields_keep_their_edge_beside_a_scroll_bar(qtbot, spin_box):
    area = spin_box.area
    edge = spin_box.mapTo(area, spin_box.rect().topRight()).x()
    area.resize(300, 1200)
    qtbot.waitUntil(lambda: not area.verticalScrollBar().isVisible())
    assert spin_box.mapTo(area, spin_box.rect().topRight()).x() == edge
