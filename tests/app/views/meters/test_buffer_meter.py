"""The bar that shows how far ahead of the ear an endless sound is made."""

import pytest

from app.view_models.takes.run_status import RunStatusModel
from app.views.meters.buffer_meter import BufferMeter
from core.api.request import GenerationRequest


@pytest.fixture
def status(qapp):
    return RunStatusModel()


@pytest.fixture
def meter(qtbot, status):
    meter = BufferMeter(status)
    qtbot.addWidget(meter)
    return meter


def test_it_is_there_only_while_an_endless_sound_is_made(meter, status):
    assert meter.isHidden()
    status.begin_run(GenerationRequest(prompt="rain"))
    assert meter.isHidden()
    status.note_ahead(12.7, is_slow=False)
    assert not meter.isHidden()
    assert meter.text == "12 s"
    assert meter._bar.value() == 12
    status.finish()
    assert meter.isHidden()


def test_it_says_where_the_machine_is_too_slow(meter, status):
    status.begin_run(GenerationRequest(prompt="rain"))
    status.note_ahead(0.4, is_slow=True)
    assert "pauses to buffer" in meter.text
    assert meter.minimumSizeHint().width() < 320  # it pushes no window apart
    assert meter._bar.property("slow") is True


def test_more_than_enough_is_a_full_bar(meter, status):
    status.begin_run(GenerationRequest(prompt="rain"))
    status.note_ahead(300.0, is_slow=False)
    assert meter._bar.value() == meter._bar.maximum()


def test_a_bar_that_is_full_again_looks_well(meter, status):
    status.begin_run(GenerationRequest(prompt="rain"))
    status.note_ahead(19.0, is_slow=True)
    assert meter._bar.property("slow") is False
