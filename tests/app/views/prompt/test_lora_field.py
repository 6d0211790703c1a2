"""LoRAs are added, weighted and removed, and reach the request."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from app.views.prompt.lora_field import LoraField
from app.views.widgets.theme import DARK, LIGHT
from core.api.lora import MAX_LORAS, Lora
from core.api.request import GenerationRequest

ORGAN, BELLS = Lora("/loras/organ.safetensors", 0.123456), Lora("/loras/bells", 1.0)


@pytest.fixture
def field(qtbot, dialogs):
    field = LoraField(dialogs, DARK)
    qtbot.addWidget(field)
    field.show()
    return field


def test_a_chosen_file_is_added_behind_the_others(qtbot, field, dialogs):
    field.show_loras((ORGAN,))
    dialogs.file = BELLS.path
    with qtbot.waitSignal(field.edited) as heard:
        qtbot.mouseClick(field.focusProxy(), Qt.MouseButton.LeftButton)
    assert heard.args == [(ORGAN, BELLS)]


def test_a_folder_is_added_too(qtbot, field, dialogs):
    dialogs.folder = BELLS.path
    with qtbot.waitSignal(field.edited) as heard:
        field._add_folder.click()
    assert heard.args == [(BELLS,)]


def test_a_dialog_that_was_cancelled_adds_nothing(qtbot, field):
    with qtbot.assertNotEmitted(field.edited):
        field.focusProxy().click()
        field._add_folder.click()


def test_rows_have_names_and_weights(field):
    field.show_loras((ORGAN, BELLS))
    assert [row.name.text() for row in field.rows] == ["organ", "bells"]
    assert [row.weight.value() for row in field.rows] == [0.12, 1.0]
    assert field.rows[0].weight.accessibleName() == "Weight of organ"
    assert field.rows[0].remove.accessibleName() == "Remove organ"
    assert field.rows[0].name.toolTip() == ORGAN.path


def test_showing_a_weight_leaves_all_its_digits(qtbot, field):
    with qtbot.assertNotEmitted(field.edited):
        field.show_loras((ORGAN, BELLS))
    with qtbot.waitSignal(field.edited) as heard:
        field.rows[1].weight.setValue(-0.5)
    assert heard.args == [(ORGAN, Lora(BELLS.path, -0.5))]


def test_a_row_stays_while_its_weight_is_typed(field):
    field.show_loras((ORGAN, BELLS))
    rows = field.rows
    field.show_loras((ORGAN, Lora(BELLS.path, 2.0)))
    assert field.rows == rows
    assert rows[1].weight.value() == 2.0


def test_a_lora_is_removed(qtbot, field):
    field.show_loras((ORGAN, BELLS))
    with qtbot.waitSignal(field.edited) as heard:
        field.rows[0].remove.click()
    assert heard.args == [(BELLS,)]
    field.show_loras((BELLS,))
    assert [row.name.text() for row in field.rows] == ["bells"]


def test_there_is_a_limit(field):
    field.show_loras((BELLS,) * MAX_LORAS)
    assert not field.focusProxy().isEnabled()
    field.show_loras((BELLS,))
    assert field.focusProxy().isEnabled()
    field.set_theme(LIGHT)


@pytest.mark.parametrize("has_focus", [False, True])
def test_the_wheel_changes_a_weight_only_with_the_focus(field, has_focus):
    field.show_loras((BELLS,))
    box = field.rows[0].weight
    field.activateWindow()
    (box if has_focus else field).setFocus()
    place, up, none = QPointF(5, 5), QPoint(0, 120), QPoint(0, 0)
    event = QWheelEvent(
        place,
        box.mapToGlobal(place),
        none,
        up,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,  # not inverted
    )
    QApplication.sendEvent(box, event)
    assert box.value() == (1.1 if has_focus else 1.0)


def test_the_window_fills_in_the_request(window, session, dialogs):
    field = window.prompt_panel.findChild(LoraField)
    dialogs.file = ORGAN.path
    field.focusProxy().click()
    field.rows[0].weight.setValue(0.5)
    draft = session.document.draft
    assert draft.to_request().loras == (Lora(ORGAN.path, 0.5),)
    draft.fill(GenerationRequest(loras=(ORGAN, BELLS)).to_dict())
    assert [row.name.text() for row in field.rows] == ["organ", "bells"]
    assert draft.to_request().loras == (ORGAN, BELLS)
    field.rows[0].remove.click()
    field.rows[0].remove.click()
    assert draft.to_request().loras == ()
