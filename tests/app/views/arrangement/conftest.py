"""The arrangement view alone, over a model with two tracks and three layers."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.view_models.arrangement.arrangement_model import ArrangementModel
from app.view_models.arrangement.sound_overviews import SoundOverviews
from app.view_models.transport.transport import TransportModel
from app.views.arrangement.arrangement_view import ArrangementView
from app.views.widgets.theme import DARK, apply_theme
from tests.app.fake_playback import FakePlayback
from tests.app.view_models.arrangement.conftest import RATE, sample_arrangement


@pytest.fixture
def model(qapp: Any) -> ArrangementModel:
    model = ArrangementModel()
    model.restore(sample_arrangement())
    return model


@pytest.fixture
def transport(qapp: Any, playback: FakePlayback) -> TransportModel:
    return TransportModel(playback)


@pytest.fixture
def view(
    qtbot: Any, qapp: Any, model: ArrangementModel, transport: TransportModel
) -> ArrangementView:
    """Ten seconds in sight: a hundred pixels are about a second and a half."""
    apply_theme(qapp, DARK)
    view = ArrangementView(model, SoundOverviews(), transport, DARK)
    qtbot.addWidget(view)
    view.resize(900, 420)
    view.show()
    qtbot.waitExposed(view)
    return view


@pytest.fixture
def at(view: ArrangementView) -> Callable[..., QPoint]:
    """The point of the lanes at a moment and a row, by default in the middle of the waveform."""

    def point(moment_s: float, row: int = 0, y_px: int = 50) -> QPoint:
        geometry = view.canvas.geometry_of_lanes
        return QPoint(round(geometry.x_of(moment_s * RATE)), row * 88 + y_px)

    return point


def drag(
    widget: QWidget,
    *points: QPoint,
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    releases: bool = True,
) -> None:
    """Press at the first point, move over the others, and let go at the last one."""
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    kinds = QMouseEvent.Type

    def send(kind: QMouseEvent.Type, point: QPoint, button: Qt.MouseButton) -> None:
        place = QPointF(point)
        held = none if kind is kinds.MouseButtonRelease else left
        event = QMouseEvent(kind, place, widget.mapToGlobal(place), button, held, modifiers)
        QApplication.sendEvent(widget, event)

    send(kinds.MouseButtonPress, points[0], left)
    for point in points[1:]:
        send(kinds.MouseMove, point, none)
    if releases:
        send(kinds.MouseButtonRelease, points[-1], left)
