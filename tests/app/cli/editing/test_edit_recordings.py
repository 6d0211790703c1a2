"""`repair`, `continue` and `loop` of sound files that no model made."""

from itertools import product
from pathlib import Path

import numpy as np
import pytest
import soundfile

from app.cli.editing.editable_take import editable_path
from app.cli.main import main
from core.editing.edit_site import FADE_LATENTS
from core.sound_files.audio_file import read_metadata
from core.sound_files.encoding.audio_writer import AudioWriter
from core.sound_files.reading.cue_points import CuePoint, read_cues
from tests.tiny_model import build_tiny_model

SECONDS = 3.0
FORMS = list(product((16000, 44100, 48000), (1, 2)))
REACH_S = (FADE_LATENTS + 1) * 4 / 100  # the cross-fade, and whole latent frames
REPAIR = ["--from", "1.2", "--to", "1.8", "--prompt", "a dog", "--seed", "1"]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = build_tiny_model(tmp_path_factory.mktemp("models") / "model")
    return ["--model", str(folder), "--steps", "2"]


def write_noise(path: Path, subtype: str, rate: int, channels: int) -> Path:
    generator = np.random.default_rng(rate + channels)
    samples = 0.1 * generator.standard_normal((round(SECONDS * rate), channels))
    soundfile.write(path, samples, rate, subtype)
    return path


def read(path: Path) -> np.ndarray:
    return soundfile.read(path, dtype="float64", always_2d=True)[0]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("name", "subtype"),
    [("a.wav", "PCM_16"), ("a.wav", "PCM_24"), ("a.wav", "FLOAT"), ("a.flac", "PCM_24")],
)
def test_a_repair_keeps_form_and_samples_to_the_bit(
    settings: list[str], tmp_path: Path, name: str, subtype: str, form: tuple[int, int]
) -> None:
    rate, channels = form
    sound = write_noise(tmp_path / name, subtype, rate, channels)
    output = tmp_path / f"repaired{sound.suffix}"
    assert main(["repair", str(sound), *REPAIR, *settings, "-o", str(output)]) == 0

    before, after = soundfile.info(sound), soundfile.info(output)
    for fact in ("samplerate", "channels", "subtype", "format", "frames"):
        assert getattr(after, fact) == getattr(before, fact)
    old, new = read(sound), read(output)
    start, stop = round((1.2 - REACH_S) * rate), round((1.8 + REACH_S) * rate)
    assert np.array_equal(new[:start], old[:start])
    assert np.array_equal(new[stop:], old[stop:])
    middle = slice(round(1.3 * rate), round(1.7 * rate))
    assert (new[middle] != old[middle]).any(axis=0).all()
    assert not editable_path(output).exists()


def test_a_continuation_and_a_loop_keep_their_samples(settings: list[str], tmp_path: Path) -> None:
    sound = write_noise(tmp_path / "a.wav", "PCM_24", 44100, 2)
    longer, loop = tmp_path / "longer.wav", tmp_path / "loop.wav"
    assert main(["continue", str(sound), "--seconds", "1", *settings, "-o", str(longer)]) == 0
    assert main(["loop", str(sound), *settings, "-o", str(loop)]) == 0

    old = read(sound)
    assert np.array_equal(read(longer)[: len(old)], old)
    assert len(read(longer)) == len(old) + 44100
    middle = slice(round(1.2 * 44100), round(1.8 * 44100))
    assert np.array_equal(read(loop)[middle], old[middle])


def test_a_result_can_be_edited_in_turn(settings: list[str], tmp_path: Path) -> None:
    sound = write_noise(tmp_path / "a.wav", "PCM_16", 48000, 2)
    once, twice = tmp_path / "once.wav", tmp_path / "twice.wav"
    assert main(["repair", str(sound), *REPAIR, *settings, "-o", str(once)]) == 0
    # The model and its settings are in the file now.
    place = ["--from", "2.6", "--to", "2.8"]
    assert main(["repair", str(once), *place, "-o", str(twice)]) == 0

    kept = slice(0, round((2.6 - REACH_S) * 48000))
    assert np.array_equal(read(twice)[kept], read(once)[kept])
    request = read_metadata(twice)
    assert request["recording"] == str(once)
    assert [edit["start_s"] for edit in request["edits"]] == [2.6]
    assert request["num_inference_steps"] == 2


def test_another_depth_and_form_can_be_asked_for(settings: list[str], tmp_path: Path) -> None:
    sound = write_noise(tmp_path / "a.wav", "PCM_24", 48000, 2)
    output = tmp_path / "b.flac"
    args = ["--bits", "16", "--rate", "44100", "--normalise"]
    assert main(["repair", str(sound), *REPAIR, *settings, *args, "-o", str(output)]) == 0
    found = soundfile.info(output)
    assert (found.samplerate, found.channels, found.subtype) == (44100, 2, "PCM_16")
    assert found.frames == round(SECONDS * 44100)


def test_what_is_no_sound_is_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = tmp_path / "voice.wav"
    text.write_text("This is a letter, and no sound.")
    for place in (text, tmp_path):
        assert main(["loop", str(place), "-o", str(tmp_path / "loop.wav")]) == 1
        assert "sound" in capsys.readouterr().err
    assert not (tmp_path / "loop.wav").exists()


def test_a_take_refuses_another_model(
    settings: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sound = tmp_path / "rain.wav"
    length = ["--seconds", "1", "--editable"]
    assert main(["generate", "rain", *settings, *length, "-o", str(sound)]) == 0
    capsys.readouterr()
    assert main(["loop", str(sound), "--steps", "3", "-o", str(tmp_path / "loop.wav")]) == 2
    assert "--steps is for a sound without latents" in capsys.readouterr().err


def test_frequencies_that_no_model_makes_are_refused(settings: list[str], tmp_path: Path) -> None:
    sound = write_noise(tmp_path / "a.wav", "PCM_16", 48000, 1)
    args = ["--from", "1", "--to", "2", "--low", "9000", *settings]
    assert main(["repair", str(sound), *args, "-o", str(tmp_path / "b.wav")]) == 2


def test_several_parts_are_made_again_in_one_edit(
    settings: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rate, output = 44100, tmp_path / "b.wav"
    sound = write_noise(tmp_path / "a.wav", "PCM_16", rate, 2)
    parts = ["--from", "0.2", "--to", "0.5", "--from", "2.5", "--to", "2.8"]
    assert main(["repair", str(sound), *parts, *settings, "-o", str(output)]) == 0

    old, new = read(sound), read(output)
    for start_s in (0.3, 2.6):
        place = slice(round(start_s * rate), round((start_s + 0.1) * rate))
        assert (new[place] != old[place]).any(axis=0).all()
    between = slice(round((0.5 + REACH_S) * rate), round((2.5 - REACH_S) * rate))
    assert np.array_equal(new[between], old[between])
    (edit,) = read_metadata(output)["edits"]
    assert len(edit["more_regions"]) == 1

    args = ["repair", str(sound), *parts, "--from", "1", *settings, "-o", str(output)]
    assert main(args) == 2
    assert "Each --from needs a --to" in capsys.readouterr().err


def test_cue_points_stay_at_their_sound(settings: list[str], tmp_path: Path) -> None:
    sound, output = tmp_path / "a.wav", tmp_path / "longer.wav"
    with AudioWriter(sound, cues=[CuePoint(8000, "verse")]) as writer:
        writer.write(0.1 * np.random.default_rng(0).standard_normal(32_000))
    arguments = ["continue", str(sound), "--before", "--seconds", "1", "--prompt", "a dog"]
    assert main([*arguments, "--seed", "1", *settings, "-o", str(output)]) == 0
    added = soundfile.info(output).frames - 32_000
    assert added >= 16_000
    assert CuePoint(8000 + added, "verse") in read_cues(output)  # beside those of the prompts
