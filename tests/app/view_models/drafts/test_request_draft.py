"""What is filled in and not yet asked for."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.view_models.drafts.request_draft import RequestDraft
from core.api.errors import InvalidRequestError
from core.api.lora import Lora
from core.api.model_card import Capabilities
from core.api.request import MAX_SEED, GenerationRequest, PromptSegment

_ANY = {"max_prompt_tokens": 77, "reads_word_order": True, "audio_to_audio": True}
SPEAKS, SINGS = Capabilities(**_ANY, speaks=True), Capabilities(**_ANY, sings=True)
DISTILLED = Capabilities(**_ANY, guided=False, reads_negative_prompt=False)


@pytest.fixture
def draft(qapp):
    return RequestDraft()


def test_the_request_is_what_was_filled_in(draft):
    draft.fill({"prompt": "rain", "duration_s": 4.0, "unknown": 1})
    request = draft.to_request()
    assert (request.prompt, request.duration_s) == ("rain", 4.0)


@given(st.integers(0, MAX_SEED))
def test_a_locked_seed_is_kept_digit_by_digit(seed):
    draft = RequestDraft()
    draft.set_value("seed", str(seed))
    draft.set_seed_locked(True)
    assert draft.to_request().seed == draft.to_request().seed == seed


def test_an_unlocked_seed_is_new_each_time_and_shown(draft):
    first = draft.to_request()
    assert draft.value("seed") == first.seed
    assert draft.to_request().seed != first.seed


@pytest.mark.parametrize("seed", ["", "-1", "1.5", "x", str(MAX_SEED + 1), "9" * 5000])
def test_a_seed_that_is_none_is_refused_by_name(draft, seed):
    draft.set_value("seed", seed)
    draft.set_seed_locked(True)
    with pytest.raises(InvalidRequestError) as refusal:
        draft.to_request()
    assert refusal.value.field == "seed"


def test_a_bad_value_is_refused_and_the_next_request_works(draft):
    draft.set_value("prompt", "x" * 10_000)
    with pytest.raises(InvalidRequestError):
        draft.to_request()
    draft.set_value("prompt", "🥁" * 20)
    assert draft.to_request().prompt == "🥁" * 20


def test_a_refused_request_draws_no_seed(draft):
    before = draft.value("seed")
    draft.set_value("prompt", "x" * 10_000)
    with pytest.raises(InvalidRequestError):
        draft.to_request()
    assert draft.value("seed") == before


def test_what_is_remembered_comes_back(draft):
    draft.fill({"prompt": "bells", "num_inference_steps": 50, "seed": 7})
    draft.set_seed_locked(True)
    again = RequestDraft()
    again.restore(draft.to_json())
    assert again.to_request() == draft.to_request()
    assert again.seed_locked


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "7", '{"duration_s": "long"}', json.dumps({"prompt": 3})]
)
def test_a_damaged_memory_leaves_the_defaults(draft, text):
    draft.restore(text)
    draft.set_seed_locked(True)
    assert draft.to_request() == GenerationRequest()


def test_the_same_value_again_is_no_change(draft, qtbot):
    draft.set_value("prompt", "rain")
    with qtbot.assertNotEmitted(draft.changed):
        draft.set_value("prompt", "rain")
        draft.set_seed_locked(False)


def test_several_takes_differ_in_their_seeds_alone(draft):
    draft.fill({"prompt": "rain", "takes": 4})
    requests = draft.to_requests()
    assert len({request.seed for request in requests}) == 4
    assert {request.prompt for request in requests} == {"rain"}


def test_takes_of_a_locked_seed_are_its_neighbours(draft):
    draft.fill({"seed": str(MAX_SEED), "takes": 3})
    draft.set_seed_locked(True)
    assert [request.seed for request in draft.to_requests()] == [MAX_SEED, 0, 1]


def test_a_guidance_set_by_hand_survives_a_restart(draft):
    draft.set_defaults({"guidance_scale": 2.5})
    draft.set_value("guidance_scale", 3.5)
    again = RequestDraft()
    again.restore(draft.to_json())
    again.set_defaults({"guidance_scale": 2.5})
    assert again.value("guidance_scale") == 3.5


def test_the_number_of_takes_is_remembered_within_reason(draft):
    draft.set_value("takes", 4)
    again = RequestDraft()
    again.restore(draft.to_json())
    assert again.value("takes") == 4
    again.restore(json.dumps({"takes": 10_000}))
    assert again.value("takes") == 4


def test_prompts_along_time_come_back_at_the_next_start(draft):
    segments = (PromptSegment(0.0, "rain"), PromptSegment(4.0, "thunder"), PromptSegment(9.0, "x"))
    draft.fill({"segments": segments, "duration_s": 10.0})
    later = RequestDraft()
    later.restore(draft.to_json())
    assert later.value("segments") == segments
    assert later.value("prompt") == "rain"


@given(st.permutations(["prompt", "segments", "duration_s"]))
def test_what_a_take_was_made_of_is_filled_in_whatever_was_there(order):
    draft = RequestDraft()
    draft.fill({"segments": [PromptSegment(0.0, "a"), PromptSegment(1.0, "b")]})
    request = GenerationRequest(
        prompt="other", segments=(PromptSegment(0.0, "c"), PromptSegment(2.0, "d"))
    )
    values = request.to_dict()
    draft.fill({field: values[field] for field in order})
    assert draft.value("segments") == request.segments
    assert draft.value("prompt") == "c"


def test_a_single_prompt_along_time_is_a_plain_one(draft):
    draft.set_value("segments", [PromptSegment(0.0, "wind")])
    assert (draft.value("prompt"), draft.value("segments")) == ("wind", ())


def test_loras_reach_the_request_and_the_next_start(draft, qapp):
    loras = (Lora("/loras/organ", 0.5), Lora("/loras/bells"))
    draft.fill(GenerationRequest(loras=loras).to_dict())
    assert draft.value("loras") == draft.to_request().loras == loras
    restored = RequestDraft()
    restored.restore(draft.to_json())
    assert restored.value("loras") == loras


def test_a_draft_of_an_older_version_has_no_loras(draft):
    stored = json.loads(draft.to_json())
    del stored["loras"]
    draft.restore(json.dumps(stored))
    assert draft.value("loras") == ()


@pytest.mark.parametrize("loras", [7, [7], [{"path": ""}], [{"weight": 1}], [{}] * 17])
def test_unusable_loras_leave_the_draft_as_it_is(draft, loras):
    draft.set_value("loras", [Lora("/loras/organ")])
    draft.restore(json.dumps({**json.loads(draft.to_json()), "loras": loras}))
    assert draft.value("loras") == (Lora("/loras/organ"),)


def test_a_spoken_text_reaches_models_that_speak_and_the_next_start(draft, qapp):
    draft.set_value("transcription", "Good day")
    assert draft.to_request().transcription == ""
    draft.capabilities = SPEAKS
    assert draft.to_request().transcription == "Good day"
    another = RequestDraft()
    another.restore(draft.to_json())
    assert another.value("transcription") == "Good day"


def test_a_song_reaches_models_that_sing_and_the_next_start(draft, qapp):
    song = {"lyrics": "la la", "bpm": 120, "key": "C major", "beats": 3, "lyrics_language": "zh"}
    draft.fill(song)
    request = draft.to_request()
    assert (request.lyrics, request.bpm, request.key) == ("", None, "")
    draft.capabilities = SINGS
    request = draft.to_request()
    assert {field: getattr(request, field) for field in song} == song
    another = RequestDraft()
    another.restore(draft.to_json())
    assert {field: another.value(field) for field in song} == song


def test_a_distilled_model_gets_neither_guidance_nor_a_negative_prompt(draft):
    draft.fill({"guidance_scale": 7.0, "negative_prompt": "noise"})
    draft.capabilities = DISTILLED
    request = draft.to_request()
    assert (request.guidance_scale, request.negative_prompt) == (1.0, "")
    assert draft.value("guidance_scale") == 7.0
