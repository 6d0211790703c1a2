"""What the fields offer for the model that is chosen."""

import pytest

from core.api.errors import InvalidRequestError
from core.api.model_card import Capabilities, Place
from tests.app.fake_model_store import model

SPEAKS = Capabilities(
    max_prompt_tokens=77, reads_word_order=False, audio_to_audio=True, speaks=True
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
