"""What the command line says about prompts that the model does not understand."""

import shutil
from pathlib import Path

import pytest

from app.cli.generate_command import notice_unknown
from app.cli.main import main
from core.api.events import Event, Notice
from core.api.progress import Progress
from core.api.request import GenerationRequest, PromptSegment
from core.models.folder import BUNDLED_FOLDER
from tests.tiny_model import build_tiny_model


def sentences(request: GenerationRequest) -> list[str]:
    told: list[Event] = []
    notice_unknown(request, Progress(told.append))
    return [event.sentence for event in told if isinstance(event, Notice)]


@pytest.mark.parametrize(
    ("prompt", "sentence"),
    [
        ("theremin", '"theremin". Nearest: synth lead, violin.'),
        ("a dog and a cat", '"dog" and "cat". It knows, for example, piano, timpani,'),
        ("钢琴", "reads English. It knows, for example, piano, timpani,"),
    ],
)
def test_what_is_unknown_is_told_in_one_sentence(prompt: str, sentence: str) -> None:
    (told,) = sentences(GenerationRequest(prompt=prompt))
    assert told.startswith("Tessera Small ")
    assert sentence in told


def test_prompts_along_time_are_told_of_and_those_to_keep_away_from_are_not() -> None:
    segments = (PromptSegment(0.0, "violin"), PromptSegment(4.0, "oboe"))
    request = GenerationRequest(prompt="violin", negative_prompt="dog", segments=segments)
    assert sentences(request) == ['Tessera Small does not know "oboe". Nearest: clarinet, flute.']


def test_what_is_understood_needs_no_word() -> None:
    assert sentences(GenerationRequest(prompt="church organ")) == []


def test_a_command_says_so_and_makes_the_sound_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model, output = build_tiny_model(tmp_path / "model"), tmp_path / "a.wav"
    words = ["generate", "oboe", "--model", str(model), "-o", str(output)]
    assert main([*words, "--seconds", "0.5", "--steps", "2"]) == 0
    assert "does not know" not in capsys.readouterr().err  # it does not say its words
    shutil.copy(BUNDLED_FOLDER / "concepts.json", model)
    assert main([*words, "--seconds", "0.5", "--steps", "2"]) == 0
    assert 'does not know "oboe". Nearest: clarinet, flute.' in capsys.readouterr().err
    assert output.is_file()
