from datetime import UTC, datetime, timedelta

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


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "just now"), (5, "5 min ago"), (150, "2 h ago"), (3000, "2 d ago")],
)
def test_the_age_of_a_take_is_as_exact_as_it_matters(qapp, minutes, words):
    now = datetime.now(UTC)
    assert TakeTexts().age(now - timedelta(minutes=minutes), now) == words


def test_lengths_beyond_a_minute_are_shown_as_clocks(qapp):
    assert [TakeTexts().length(s) for s in (0.5, 10, 24.53, 125)] == [
        "0.5 s",
        "10 s",
        "24.5 s",
        "2:05",
    ]


def test_an_interrupted_request_says_so(qapp, session):
    session.document.queue.set_paused(True)
    session.document.queue.add([GenerationRequest(prompt="rain")])
    session.document.queue.start(session.document.queue.entries[0].entry_id)
    session.document.queue.interrupt()
    assert "interrupted" in TakeTexts().entry_accessible_text(session.document.queue.entries[0])
