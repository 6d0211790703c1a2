"""What an error says in each language."""

import pytest

from app.studio.translation import install_translation
from app.view_models.language import Language
from app.views.texts.error_texts import error_text
from core.api.errors import (
    DeviceLostError,
    DeviceMemoryError,
    InvalidRequestError,
    ModelLoadError,
    NonFiniteError,
    TesseraError,
)

ERRORS = [
    InvalidRequestError("seed", "The seed has to be a whole number."),
    ModelLoadError("/models/{mine}", "there is no vae in this folder."),
    DeviceMemoryError("Not even one frame fits into 3 MB."),
    DeviceLostError("cuda"),
    NonFiniteError("decoder.conv_in", 3),
    TesseraError("Something known happened."),
]


@pytest.mark.parametrize("error", ERRORS)
def test_in_english_the_engine_has_said_it_all(qapp, error):
    assert error_text(error) == str(error)


@pytest.mark.parametrize("error", ERRORS)
def test_translations_name_the_kind_and_quote_the_engine(qapp, error):
    translators = install_translation(qapp, Language.CHINESE)
    try:
        sentence = error_text(error)
    finally:
        for translator in translators:
            qapp.removeTranslator(translator)
    assert sentence.endswith(str(error))
    assert "\u4e00" <= sentence[0] <= "\u9fff"


def test_an_error_nobody_foresaw_has_no_sentence():
    assert error_text(KeyError("x")) is None
