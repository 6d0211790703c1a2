"""A row that breaks where it is too narrow."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from app.views.widgets.wrapping_row import WrappingRow


class Part(QWidget):
    def sizeHint(self) -> QSize:
        return QSize(100, 30)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, 30)


@pytest.fixture
def parts(qapp) -> list[QWidget]:
    return [Part(), Part(), Part()]


def lay_out(row: WrappingRow, qtbot, width: int) -> None:
    qtbot.addWidget(row)
    row.resize(width, 30)
    row.show()
    qtbot.waitExposed(row)


@pytest.mark.parametrize(("width", "rows"), [(320, 1), (319, 2), (210, 2), (209, 3), (60, 3)])
def test_it_has_as_many_rows_as_it_needs(qtbot, parts, width, rows):
    row = WrappingRow(parts, spacing_px=10)
    lay_out(row, qtbot, width)
    assert row.num_rows == rows
    assert row.height() == rows * 30 + (rows - 1) * 10
    assert all(row.rect().contains(part.geometry()) for part in parts)
    assert row.minimumSizeHint().width() == 60


def test_the_last_part_of_a_row_takes_what_is_left(qtbot, parts):
    row = WrappingRow(parts, spacing_px=10, fills=True)
    lay_out(row, qtbot, 250)
    assert [part.width() for part in parts] == [100, 140, 250]
    assert [part.y() for part in parts] == [0, 0, 40]


def test_rows_are_centred(qtbot, parts):
    row = WrappingRow(parts, spacing_px=10)
    lay_out(row, qtbot, 420)
    assert [part.x() for part in parts] == [50, 160, 270]
