"""The fields of the picture, and the entries of the menu beside them."""

import pytest

from app.view_models.picture.picture_model import Frequencies
from app.view_models.picture.waveform_model import WaveformPlace
from app.views.viewer.picture_fields import PictureFields
from core.api.request import GenerationRequest


@pytest.fixture
def fields(window):
    return window.viewer_panel.findChild(PictureFields)


def choose(box, name):
    index = box.findText(name)
    box.setCurrentIndex(index)
    box.activated.emit(index)


def actions_of(group):
    return {action.data(): action for action in group.actions()}


def test_fields_and_menu_choose_the_same(window, session, fields):
    document, actions = session.document, window.picture_actions
    choose(fields.frequencies, "Linear, measured")
    choose(fields.fft_size, "512")
    choose(fields.waveform, "Below the spectrogram")
    assert document.picture.to_text() == "linear 512"
    assert document.waveform.place is WaveformPlace.BELOW
    for group, chosen in (
        (actions.frequencies, Frequencies.LINEAR),
        (actions.fft_sizes, 512),
        (actions.waveforms, WaveformPlace.BELOW),
    ):
        assert [key for key, one in actions_of(group).items() if one.isChecked()] == [chosen]
    actions_of(actions.frequencies)[Frequencies.LOGARITHMIC].trigger()
    actions_of(actions.fft_sizes)[8192].trigger()
    actions_of(actions.waveforms)[WaveformPlace.OFF].trigger()
    assert fields.frequencies.value is Frequencies.LOGARITHMIC
    assert fields.fft_size.value == 8192
    assert fields.waveform.value is WaveformPlace.OFF


def test_a_run_says_why_there_is_only_the_models_picture(window, session, fields):
    session.document.picture.choose_frequencies(Frequencies.LINEAR)
    session.document.shown.show_run("run", GenerationRequest(prompt="rain"))
    assert not fields.frequencies.isEnabled()
    assert not fields.fft_size.isEnabled()
    linear = actions_of(window.picture_actions.frequencies)[Frequencies.LINEAR]
    assert not linear.isEnabled()
    for text in (fields.frequencies.toolTip(), linear.toolTip()):
        assert "only the model" in text
    assert "only the model's own picture" in fields.frequencies.accessibleDescription()


def test_the_models_picture_has_a_size_of_its_own(window, session, fields):
    session.document.picture.choose_frequencies(Frequencies.MEL)
    assert not fields.fft_size.isEnabled()
    assert "size of its own" in fields.fft_size.toolTip()
