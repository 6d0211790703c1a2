"""What the fields offer for the model that is chosen."""

import pytest

from core.api.errors import InvalidRequestError
from core.api.model_card import Capabilities, Place
from tests.app.fake_model_store import model

SPEAKS = Capabilities(
    max_prompt_tokens=77, reads_word_order=False, audio_to_audio=True, speaks=True
)
SINGS = Capabilities(
    max_prompt_tokens=192,
    reads_word_order=True,
    audio_to_audio=True,
    sings=True,
    guided=False,
    reads_negative_prompt=False,
)


@pytest.fixture
def fields(window):
    return window.prompt_panel.fields


def choose(window, source, **changes):
    """Choose a model, and let the store describe it."""
    document = window.document
    document.draft.set_value("model", source)
    document.models.show_current(model(source, Place.FOLDER, **changes))


def test_a_text_can_be_typed_for_a_model_that_speaks(window, fields):
    box = fields.boxes["transcription"]
    assert box.isHidden()
    choose(window, "/models/speaks", capabilities=SPEAKS)
    assert box.isVisible()
    assert "speaks a text" in fields.boxes["model"].note
    box._control.setPlainText("Good day")
    assert window.document.draft.to_request().transcription == "Good day"


def test_another_model_gets_no_text_and_the_field_keeps_it(window, fields):
    choose(window, "/models/speaks", capabilities=SPEAKS)
    fields.boxes["transcription"]._control.setPlainText("Good day")
    choose(window, "/models/sounds")
    assert fields.boxes["transcription"].isHidden()
    assert window.document.draft.to_request().transcription == ""
    choose(window, "/models/speaks", capabilities=SPEAKS)
    assert window.document.draft.to_request().transcription == "Good day"


def test_a_missing_text_is_asked_for_beside_its_field(window, fields):
    choose(window, "/models/speaks", capabilities=SPEAKS)
    error = InvalidRequestError("transcription", "It speaks a text: write what it is to say.")
    assert window.prompt_panel.show_error(error)
    assert fields.boxes["transcription"].error
    fields.boxes["transcription"]._control.setPlainText("Good day")
    assert not fields.boxes["transcription"].error


def test_a_song_can_be_written_for_a_model_that_sings(window, fields):
    boxes = [fields.boxes[name] for name in ("lyrics", "bpm", "key", "beats")]
    assert not any(box.isVisible() for box in boxes)
    choose(window, "/models/sings", capabilities=SINGS)
    assert all(box.isVisible() for box in boxes)
    lyrics, bpm, key, beats = boxes
    lyrics._control.setPlainText("la la")
    bpm._control.setValue(120)
    key._control.setText("C major")
    beats._control.setValue(3)
    request = window.document.draft.to_request()
    assert (request.lyrics, request.bpm, request.key, request.beats) == ("la la", 120, "C major", 3)
    window.document.draft.fill({"lyrics": "do re", "bpm": None, "key": ""})
    assert lyrics._control.toPlainText() == "do re"
    assert bpm._control.text() == "As it likes"
    choose(window, "/models/sounds")
    assert not any(box.isVisible() for box in boxes)


def test_what_a_distilled_model_cannot_use_is_disabled(window, fields):
    boxes = [fields.boxes[name] for name in ("guidance_scale", "negative_prompt")]
    choose(window, "/models/sings", capabilities=SINGS)
    assert not any(box._control.isEnabled() for box in boxes)
    choose(window, "/models/sounds")
    assert all(box._control.isEnabled() for box in boxes)
