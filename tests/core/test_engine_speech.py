"""A model that speaks through the whole engine: what it asks of a request, edits, what is kept."""

import json
from pathlib import Path

import numpy as np
import pytest

from core.api.config import EngineConfig, TilingConfig
from core.api.edit import Edit, EditKind
from core.api.errors import InvalidRequestError
from core.api.events import Event, Notice
from core.api.progress import Progress
from core.api.request import GenerationRequest, PromptSegment
from core.engine import Engine
from tests.tiny_speech import MAX_PHONEMES, build_tiny_speech

TEXT = "wish you have a good day"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that speaks within 0.64 s."""
    built = build_tiny_speech(tmp_path_factory.mktemp("speech") / "model")
    (built / "tessera.json").write_text(json.dumps({"window_frames": 64, "name": "Speaker"}))
    return built


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(EngineConfig(device="cpu", tiling=TilingConfig(tile_frames=64)))


def _request(model: Path, **changes: object) -> GenerationRequest:
    values = {"prompt": "a reporter", "transcription": TEXT, "duration_s": 0.5}
    values |= {"num_inference_steps": 2, "seed": 3, "model": str(model)}
    return GenerationRequest.from_dict({**values, **changes})


def test_what_is_spoken_and_who_speaks_have_an_effect(engine: Engine, folder: Path) -> None:
    takes = [
        engine.generate(_request(folder, **texts)).latents
        for texts in ({}, {"transcription": "another text"}, {"prompt": "a crowd"}, {})
    ]
    assert not np.allclose(takes[0], takes[1])
    assert not np.allclose(takes[0], takes[2])
    assert np.array_equal(takes[0], takes[3])


@pytest.mark.parametrize("text", ["", " \n "])
def test_without_a_text_it_says_what_to_write(engine: Engine, folder: Path, text: str) -> None:
    with pytest.raises(InvalidRequestError, match="Speaker speaks a text: write what") as caught:
        engine.generate(_request(folder, transcription=text))
    assert caught.value.field == "transcription"


def test_a_model_that_does_not_speak_refuses_a_text(
    engine: Engine, tiny_model_folder: Path
) -> None:
    request = _request(tiny_model_folder)
    for run in (engine.generate, lambda request: next(engine.endless(request))):
        with pytest.raises(InvalidRequestError, match="does not speak: leave out") as caught:
            run(request)
        assert caught.value.field == "transcription"


def test_a_sound_longer_than_its_window_is_refused(engine: Engine, folder: Path) -> None:
    with pytest.raises(InvalidRequestError, match=r"for up to 0\.64 s at a time") as caught:
        engine.generate(_request(folder, duration_s=0.7))
    assert caught.value.field == "duration_s"
    assert len(engine.generate(_request(folder, duration_s=0.64)).waveform) == 10240


def test_endless_sound_is_refused(engine: Engine, folder: Path) -> None:
    with pytest.raises(InvalidRequestError, match="What Speaker speaks has an end"):
        next(engine.endless(_request(folder)))


def test_a_text_that_is_too_long_is_cut_with_a_notice(engine: Engine, folder: Path) -> None:
    events: list[Event] = []
    engine.generate(_request(folder, transcription="x" * 200), Progress(events.append))
    notices = [event.sentence for event in events if isinstance(event, Notice)]
    sentence = f"The text to be spoken is too long: the first {MAX_PHONEMES} of 200 phonemes"
    assert any(notice.startswith(sentence) for notice in notices)


def test_prompts_along_time_speak_the_same_text(engine: Engine, folder: Path) -> None:
    segments = (PromptSegment(0.0, "a man"), PromptSegment(0.3, "a woman"))
    changed, plain = (
        engine.generate(_request(folder, prompt="a man", segments=each)) for each in (segments, ())
    )
    assert not np.allclose(changed.latents, plain.latents)


def test_an_edit_speaks_its_own_text_or_that_of_the_take(engine: Engine, folder: Path) -> None:
    take = engine.generate(_request(folder))
    edits = [
        Edit(kind=EditKind.CONTINUE_RIGHT, prompt="a man", added_s=0.2, transcription=text)
        for text in ("", TEXT, "and more")
    ]
    same, stated, other = (engine.edit(take, edit).latents for edit in edits)
    assert np.array_equal(same, stated)
    assert not np.allclose(same, other)


def test_a_continuation_longer_than_half_its_window_is_refused(
    engine: Engine, folder: Path
) -> None:
    take = engine.generate(_request(folder))
    with pytest.raises(InvalidRequestError, match="a continuation adds up to half of that"):
        engine.edit(take, Edit(kind=EditKind.CONTINUE_RIGHT, added_s=0.5))


def test_a_stored_take_is_made_again_with_its_text(engine: Engine, folder: Path) -> None:
    edit = Edit(kind=EditKind.CONTINUE_RIGHT, prompt="a man", added_s=0.2, transcription="more")
    take = engine.edit(engine.generate(_request(folder)), edit)
    stored = GenerationRequest.from_dict(json.loads(json.dumps(take.request.to_dict())))
    assert (stored.transcription, stored.edits[0].transcription) == (TEXT, "more")
    assert np.array_equal(engine.generate(stored).latents, take.latents)
