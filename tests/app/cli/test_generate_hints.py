"""What `generate` says about words that its model does not know."""

import shutil
from pathlib import Path

import pytest

from app.cli.main import main
from app.cli.sound_making import report_unknown_words
from core.api.events import Event, Notice
from core.api.progress import Progress
from core.api.request import GenerationRequest, PromptSegment
from core.models.folder import BUNDLED_FOLDER
from tests.tiny_model import build_tiny_model


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny_model(tmp_path_factory.mktemp("model"))


def sentences(request: GenerationRequest) -> list[str]:
    printed: list[Event] = []
    report_unknown_words(request, Progress(printed.append))
    return [event.sentence for event in printed if isinstance(event, Notice)]


@pytest.mark.parametrize(
    ("prompt", "sentence"),
    [
        ("theremin", '"theremin". Nearest: synth lead, violin.'),
        ("a dog and a cat", '"dog" and "cat". It knows, for example, piano, timpani,'),
        ("钢琴", "reads English. It knows, for example, piano, timpani,"),
    ],
)
def test_unknown_words_are_reported_in_one_sentence(prompt: str, sentence: str) -> None:
    (printed,) = sentences(GenerationRequest(prompt=prompt))
    assert printed.startswith("Tessera Small ")
    assert sentence in printed


def test_hints_cover_prompts_along_time_but_not_negative_ones() -> None:
    segments = (PromptSegment(0.0, "violin"), PromptSegment(4.0, "oboe"))
    request = GenerationRequest(prompt="violin", negative_prompt="dog", segments=segments)
    assert sentences(request) == ['Tessera Small does not know "oboe". Nearest: clarinet, flute.']


def test_a_known_prompt_gets_no_hint() -> None:
    assert sentences(GenerationRequest(prompt="church organ")) == []


def test_a_prompt_with_unknown_words_is_still_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model, output = build_tiny_model(tmp_path / "model"), tmp_path / "a.wav"
    args = ["generate", "oboe", "--model", str(model), "-o", str(output)]
    assert main([*args, "--seconds", "0.5", "--steps", "2"]) == 0
    assert "does not know" not in capsys.readouterr().err  # it does not say its args
    shutil.copy(BUNDLED_FOLDER / "concepts.json", model)
    assert main([*args, "--seconds", "0.5", "--steps", "2"]) == 0
    assert 'does not know "oboe". Nearest: clarinet, flute.' in capsys.readouterr().err
    assert output.is_file()
