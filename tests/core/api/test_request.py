import json
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.api.edit import Edit, EditKind
from core.api.errors import InvalidRequestError
from core.api.lora import Lora
from core.api.request import (
    MAX_PROMPT_CHARACTERS,
    MAX_SEED,
    GenerationRequest,
    Level,
    PromptSegment,
    Scheduler,
)

FIELDS = GenerationRequest().to_dict()
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=4,
)
SEGMENTS = st.lists(st.tuples(st.floats(0, 0.09), st.text(max_size=20)), max_size=4).map(
    lambda pairs: tuple(
        PromptSegment(start_s if index else 0.0, prompt)
        for index, (start_s, prompt) in enumerate(sorted({0.0: "", **dict(pairs)}.items()))
    )
)
REQUESTS = st.builds(
    GenerationRequest,
    prompt=st.text(max_size=MAX_PROMPT_CHARACTERS),
    negative_prompt=st.text(max_size=50),
    duration_s=st.floats(0.1, 1e6),
    num_inference_steps=st.integers(1, 1000),
    level=st.sampled_from(Level) | st.floats(-60, -5),
    guidance_scale=st.floats(0, 50),
    seed=st.integers(0, MAX_SEED),
    scheduler=st.sampled_from(Scheduler),
    segments=SEGMENTS,
    model=st.sampled_from(["bundled", "models/organ", "cvssp/audioldm-s-full-v2"]),
    loras=st.lists(st.builds(Lora, st.just("loras/organ"), st.floats(-10, 10)), max_size=3),
)


@given(REQUESTS)
def test_a_request_survives_json_unchanged(request: GenerationRequest) -> None:
    assert GenerationRequest.from_dict(json.loads(json.dumps(request.to_dict()))) == request


@given(st.dictionaries(st.sampled_from([*FIELDS, "of_a_newer_version"]), JSON_VALUES))
def test_any_values_give_a_valid_request_or_an_error(values: dict[str, Any]) -> None:
    refusal = None
    try:
        request = GenerationRequest.from_dict(values)
    except InvalidRequestError as error:
        refusal = error
    if refusal is None:
        assert GenerationRequest.from_dict(request.to_dict()) == request
    else:
        assert refusal.field in FIELDS
        assert str(refusal).endswith(".")


def test_entries_of_newer_versions_are_ignored() -> None:
    assert GenerationRequest.from_dict({"prompt": "rain", "mood": "calm"}).prompt == "rain"


@pytest.mark.parametrize("prompt", ["", "🎹🎻🥁" * 100, "ein Café in Αθήνα", "夜の雨", "a" * 2000])
def test_any_short_text_is_a_prompt(prompt: str) -> None:
    assert GenerationRequest(prompt=prompt).prompt == prompt


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("prompt", "a" * 10_000, "10,000 characters; please shorten it to 2,000"),
        ("negative_prompt", "🎹" * 10_000, "negative prompt has 10,000 characters"),
        ("prompt", "caf\udce9", "bytes that are no text"),
        ("prompt", None, "has to be text"),
        ("prompt", b"rain", "has to be text"),
        ("duration_s", 0, "at least 0.1 seconds, not 0"),
        ("duration_s", -3.5, "at least 0.1 seconds, not -3.5"),
        ("duration_s", math.nan, "has to be a number, not nan"),
        ("duration_s", math.inf, "has to be a number, not inf"),
        ("duration_s", "10", "has to be a number, not '10'"),
        ("duration_s", True, "has to be a number, not True"),
        ("num_inference_steps", 0, "between 1 and 1000, not 0"),
        ("num_inference_steps", 1001, "between 1 and 1000, not 1001"),
        ("num_inference_steps", 25.0, "whole number, not 25.0"),
        ("guidance_scale", -0.1, "between 0 and 50, not -0.1"),
        ("guidance_scale", math.nan, "has to be a number, not nan"),
        ("level", "loud", "choose recommended, unchanged, or a loudness"),
        ("level", 3, "between -60 and -5 LUFS, not 3"),
        ("level", None, "has to be a number, not None"),
        ("seed", -1, "between 0 and 18446744073709551615, not -1"),
        ("seed", 2**64, "not 18446744073709551616"),
        ("seed", 1.0, "whole number, not 1.0"),
        ("seed", None, "whole number, not None"),
        ("scheduler", "magic", "choose one of dpm-solver"),
        ("transcription", "a" * 2001, "The text to be spoken has 2,001 characters"),
        ("transcription", None, "The text to be spoken has to be text"),
        ("model", " ", "Please name a model"),
        ("model", None, "Please name a model"),
    ],
)
def test_an_impossible_value_is_refused_with_its_reason(
    field: str, value: object, sentence: str
) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        replace(GenerationRequest(), **{field: value})  # type: ignore[arg-type]
    assert refused.value.field == field
    assert sentence in str(refused.value)


@given(st.integers())
def test_exactly_the_seeds_of_64_bits_are_taken(seed: int) -> None:
    if 0 <= seed < 2**64:
        assert GenerationRequest(seed=seed).seed == seed
    else:
        with pytest.raises(InvalidRequestError):
            GenerationRequest(seed=seed)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_whole_number_beyond_all_floats_is_refused_too(sign: int) -> None:
    with pytest.raises(InvalidRequestError, match="has to be a number"):
        GenerationRequest(duration_s=sign * 10**400)


def test_a_refused_request_does_not_spoil_the_next() -> None:
    with pytest.raises(InvalidRequestError):
        GenerationRequest(prompt="rain", num_inference_steps=0)

    assert GenerationRequest(prompt="rain", num_inference_steps=1).num_inference_steps == 1


def test_the_prompts_are_the_segments_or_the_one_prompt() -> None:
    segments = (PromptSegment(0.0, "rain"), PromptSegment(4.0, "thunder"))

    assert GenerationRequest(prompt="wind").prompts == (PromptSegment(0.0, "wind"),)
    assert GenerationRequest(prompt="wind", segments=segments).prompts == segments


@pytest.mark.parametrize(
    ("segments", "part_of_the_sentence"),
    [
        ("0:00 rain", "have to be a list"),
        ([{"start_s": 1.0, "prompt": "rain"}], "has to begin at 0:00"),
        ([PromptSegment(0, "a"), PromptSegment(0, "b")], "have to follow each other"),
        ([PromptSegment(0, "a"), PromptSegment(10, "b")], "only 10 s long"),
        ([{"start_s": -1, "prompt": "a"}], "start of a prompt has to be at least 0"),
        ([{"start_s": 0, "prompt": "a" * 3000}], "The prompt at 0 s has 3,000 characters"),
        ([{"start_s": 0}], "needs a start and a text"),
        ([7], "needs a start and a text"),
    ],
)
def test_impossible_segments_are_refused(segments: Any, part_of_the_sentence: str) -> None:
    with pytest.raises(InvalidRequestError, match=part_of_the_sentence) as caught:
        GenerationRequest(segments=segments)
    assert caught.value.field == "segments"


@pytest.mark.parametrize(
    ("prompt", "prompts_of_edits", "title"),
    [
        ("church\norgan", (), "church organ"),
        ("organ", ("organ", "thunder", "", "rain", "thunder"), "organ + thunder + rain"),
        ("", ("thunder",), "… + thunder"),
        ("", ("",), ""),
    ],
)
def test_the_title_names_other_prompts_of_edits(prompt, prompts_of_edits, title):
    edits = tuple(Edit(kind=EditKind.LOOP, prompt=of_edit) for of_edit in prompts_of_edits)
    assert GenerationRequest(prompt=prompt, edits=edits).title == title


def test_the_title_begins_with_what_is_spoken() -> None:
    request = GenerationRequest(prompt="a reporter", transcription="Good\nday")
    assert request.title == "“Good day” a reporter"
    assert replace(request, prompt="").title == "“Good day”"


@pytest.mark.parametrize(("steps", "in_draft"), [(1, 1), (3, 1), (25, 7), (1000, 300)])
def test_a_draft_takes_three_tenths_of_the_steps(steps: int, in_draft: int) -> None:
    full = GenerationRequest(num_inference_steps=steps, scheduler=Scheduler.DDIM)
    draft = replace(full, draft=True)

    assert (full.denoising_steps, full.denoising_scheduler) == (steps, Scheduler.DDIM)
    assert (draft.denoising_steps, draft.denoising_scheduler) == (in_draft, Scheduler.UNIPC)
    assert replace(draft, draft=False) == full


def test_a_request_written_before_drafts_is_a_full_one() -> None:
    values = {name: value for name, value in FIELDS.items() if name != "draft"}

    assert not GenerationRequest.from_dict(values).draft


def test_a_draft_is_yes_or_no() -> None:
    with pytest.raises(InvalidRequestError, match="has to be yes or no"):
        GenerationRequest.from_dict({"draft": "no"})
