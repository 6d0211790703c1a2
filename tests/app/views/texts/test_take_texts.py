from datetime import UTC, datetime

import pytest

from app.view_models.takes.take_record import TakeRecord
from app.views.texts.take_texts import TakeTexts
from core.api.edit import Edit, EditKind
from core.api.lora import Lora
from core.api.request import GenerationRequest, Level


def test_settings_name_the_loras_and_their_weights(qapp):
    request = GenerationRequest(seed=7, loras=(Lora("/a/organ.safetensors", 0.5), Lora("/b/bells")))
    shown = "25 steps · guidance 3.5 · seed 7 · organ × 0.5 · bells × 1"
    assert TakeTexts().settings(request) == shown


@pytest.mark.parametrize(
    ("level", "words"),
    [
        (Level.RECOMMENDED, ""),
        (Level.UNCHANGED, " · level as the model makes it"),
        (-16, " · −16.0 LUFS"),
    ],
)
def test_settings_name_a_level_that_was_asked_for(qapp, level, words):
    settings = TakeTexts().settings(GenerationRequest(seed=7, level=level))
    assert settings == f"25 steps · guidance 3.5 · seed 7{words}"


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (
            Edit(kind=EditKind.REGENERATE, start_s=2, stop_s=64.5),
            "regenerated 0:02.0 to 1:04.5",
        ),
        (Edit(kind=EditKind.CONTINUE_RIGHT, added_s=5), "continued by 5 s"),
        (Edit(kind=EditKind.CONTINUE_LEFT, added_s=5), "continued to the left by 5 s"),
        (Edit(kind=EditKind.LOOP), "made loopable"),
    ],
)
def test_an_edited_take_says_what_was_done_last(qapp, edit, sentence):
    texts = TakeTexts()
    edits = (Edit(kind=EditKind.LOOP), edit)
    record = TakeRecord(
        take_id="a",
        request=GenerationRequest(prompt="bell", edits=edits),
        created_at=datetime.now(UTC),
        duration_s=10.0,
    )
    assert texts.caption(record) == f"{sentence} · 10 s · just now"
    assert sentence in texts.accessible_text(record)
