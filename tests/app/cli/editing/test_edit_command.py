"""`main.py repair`, `continue` and `loop`, called as a person or a script would call them."""

import errno
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from app.cli.editing.editable_take import (
    ENDING,
    editable_path,
    read_editable_take,
    write_editable_take,
)
from app.cli.main import main
from app.library.library_error import LibraryError
from core.api.edit import EditKind
from core.api.take import Take
from core.editing.edit_site import FADE_LATENTS
from core.pipeline.edge_fades import Edge
from core.sound_files.audio_file import read_metadata
from tests.tiny_model import build_tiny_model

RATE, HOP, SCALE = 16000, 160, 4
REACH = (FADE_LATENTS * SCALE + SCALE + 2 * 23) * HOP  # the fade, and the vocoder's context
SECONDS = 3.0


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound that can be edited."""
    folder = tmp_path_factory.mktemp("sounds")
    model, output = build_tiny_model(folder / "model"), folder / "rain.wav"
    args = ["generate", "rain", "--model", str(model), "-o", str(output), "--editable"]
    assert main([*args, "--seconds", str(SECONDS), "--steps", "2", "--seed", "1"]) == 0
    return output


def editable_take(place: Path) -> Take:
    take = read_editable_take(place)
    assert take is not None
    return take


def _samples(sound: Path) -> np.ndarray:
    return soundfile.read(sound, dtype="int16")[0]


def _edits(sound: Path) -> list[dict]:
    return read_metadata(sound)["edits"]


def test_a_repair_keeps_all_samples_outside_of_it(sound: Path, tmp_path: Path) -> None:
    output = tmp_path / "repaired.wav"
    place = ["--from", "1.2", "--to", "0:01.8", "--low", "300", "--high", "4000"]
    assert main(["repair", str(sound), *place, "--prompt", "a dog", "-o", str(output)]) == 0

    before, after = _samples(sound), _samples(output)
    start, stop = round(1.2 * RATE) - REACH, round(1.8 * RATE) + REACH
    assert before.shape == after.shape
    assert np.array_equal(before[:start], after[:start])
    assert np.array_equal(before[stop:], after[stop:])
    assert not np.array_equal(before, after)
    (edit,) = _edits(output)
    assert (edit["kind"], edit["prompt"]) == ("regenerate", "a dog")
    assert (edit["start_s"], edit["stop_s"], edit["high_hz"]) == (1.2, 1.8, 4000.0)


def test_a_continued_take_keeps_its_samples_and_is_editable(sound: Path, tmp_path: Path) -> None:
    longer, earlier, loop = (tmp_path / name for name in ("a.wav", "b.wav", "c.wav"))
    assert main(["continue", str(sound), "--seconds", "0:00.5", "-o", str(longer)]) == 0
    args = ["--before", "--seconds", "0.5", "--seed", "7"]
    assert main(["continue", str(longer), *args, "-o", str(earlier)]) == 0
    assert main(["loop", str(earlier), "-o", str(loop)]) == 0

    before = _samples(sound)
    assert len(_samples(longer)) == len(before) + RATE // 2
    faded = Edge.at_rate(RATE).length
    kept = slice(len(before) - faded)
    assert np.array_equal(_samples(longer)[kept], before[kept])
    kept_last = _samples(longer)[faded:]
    assert np.array_equal(_samples(earlier)[-len(kept_last) :], kept_last)
    assert [edit["kind"] for edit in _edits(loop)] == ["continue-right", "continue-left", "loop"]
    assert [edit["prompt"] for edit in _edits(loop)] == ["rain"] * 3  # the take's own
    assert _edits(loop)[1]["seed"] == 7


def test_the_same_arguments_make_the_same_edit(sound: Path, tmp_path: Path) -> None:
    for name in ("a.wav", "b.wav"):
        args = ["repair", str(sound), "--from", "1", "--to", "2", "--seed", "3"]
        assert main([*args, "-o", str(tmp_path / name)]) == 0
    assert np.array_equal(_samples(tmp_path / "a.wav"), _samples(tmp_path / "b.wav"))


def test_a_kept_take_comes_back_as_it_was(sound: Path, tmp_path: Path) -> None:
    kept = editable_take(sound)
    write_editable_take(tmp_path / "copy.flac", kept)
    again = editable_take(editable_path(tmp_path / "copy.flac"))

    assert (again.request, again.sample_rate) == (kept.request, kept.sample_rate)
    for name in ("waveform", "mel", "latents"):
        assert np.array_equal(getattr(again, name), getattr(kept, name))


def test_a_take_of_the_library_can_be_edited(
    sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import UTC, datetime

    from app.library.take_folder import write_take_files

    folder = tmp_path / "take"
    folder.mkdir()
    write_take_files(folder, editable_take(sound), datetime.now(UTC))
    args = [
        "repair",
        str(folder),
        "--from",
        "1",
        "--to",
        "1.5",
        "-o",
        str(tmp_path / "a.flac"),
    ]
    assert main(args) == 0
    assert (tmp_path / f"a.flac{ENDING}").is_file()


def test_a_missing_sound_is_called_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    args = ["repair", str(tmp_path / "missing.wav"), "--from", "0", "--to", "1"]
    assert main([*args, "-o", str(tmp_path / "a.wav")]) == 1
    assert "there is no such file" in capsys.readouterr().err


def test_a_length_rounded_up_to_whole_frames_is_said(
    sound: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "longer.wav"
    args = ["continue", str(sound), "--before", "--seconds", "0.5", "-o", str(output)]
    assert main(args) == 0
    added_s = (len(_samples(output)) - len(_samples(sound))) / RATE
    assert added_s == pytest.approx(0.52)
    assert f"{added_s:.2f} s are added instead of 0.5 s" in capsys.readouterr().err


def test_a_replaced_sound_is_not_edited_by_its_old_take(sound: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.wav"
    write_editable_take(again, editable_take(sound))
    model = str(sound.parent / "model")
    args = ["generate", "wind", "--model", model, "-o", str(again), "--steps", "1"]
    assert main([*args, "--seconds", "0.5"]) == 0

    assert read_editable_take(again) is None


def test_a_stretch_beyond_the_end_is_refused(
    sound: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    args = ["repair", str(sound), "--from", "9", "--to", "10", "-o", str(tmp_path / "a.wav")]

    assert main(args) == 2
    (sentence,) = capsys.readouterr().err.splitlines()
    assert "begins at 9 s, but the sound is only 3 s long" in sentence
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        (["continue", "--seconds", "0"], "add more"),
        (["continue", "--before", "--seconds", "0"], "add more"),
        (["repair", "--from", "1", "--to", "1"], "begins and ends at 1 s"),
        (["repair", "--from", "1", "--to", "2", "--low", "8000"], "only up to 8000 Hz"),
    ],
)
def test_an_edit_without_effect_is_refused(
    sound: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    args: list[str],
    reason: str,
) -> None:
    command, *rest = args
    assert main([command, str(sound), *rest, "-o", str(tmp_path / "copy.wav")]) == 2
    (sentence,) = capsys.readouterr().err.splitlines()
    assert reason in sentence
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff" * 64])
def test_a_damaged_take_is_refused(sound: Path, tmp_path: Path, damage: bytes) -> None:
    editable_path(tmp_path / "a.wav").write_bytes(damage)
    with pytest.raises(LibraryError, match="damaged"):
        read_editable_take(tmp_path / "a.wav")


@pytest.mark.parametrize(
    "args", [["--from", "2", "--to", "1"], ["--from", "0", "--to", "1", "--strength", "2"]]
)
def test_unusable_values_are_wrong_usage(sound: Path, tmp_path: Path, args: list[str]) -> None:
    assert main(["repair", str(sound), *args, "-o", str(tmp_path / "a.wav")]) == 2


@pytest.mark.parametrize("args", [["--from", "soon", "--to", "1"], ["--from", "1"]])
def test_a_repair_without_times_is_wrong_usage(args: list[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["repair", "a.wav", *args, "-o", "b.wav"])
    assert end.value.code == 2


def test_events_are_lines_of_json(
    sound: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["loop", str(sound), "--json", "-o", str(tmp_path / "loop.wav")]) == 0
    names = [json.loads(line)["event"] for line in capsys.readouterr().out.splitlines()]
    assert "DenoisingStep" in names
    assert _edits(tmp_path / "loop.wav")[0]["kind"] == EditKind.LOOP


@pytest.fixture
def no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is made."""

    def refuse(*_: object) -> None:
        raise AssertionError("there was work before the place was claimed")

    for name in ("generate", "edit"):
        monkeypatch.setattr(f"core.engine.Engine.{name}", refuse)


@pytest.mark.usefixtures("no_work")
@pytest.mark.parametrize(
    ("name", "sentence"),
    [("x" * 245 + ".wav", "name is too long"), ("a_folder.wav", "this is a folder")],
)
def test_a_place_that_holds_no_file_is_said_before_the_edit(
    sound: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, sentence: str
) -> None:
    (tmp_path / "a_folder.wav").mkdir()

    assert main(["loop", str(sound), "-o", str(tmp_path / name)]) == 1

    assert sentence in capsys.readouterr().err
    assert [entry.name for entry in tmp_path.iterdir()] == ["a_folder.wav"]


@pytest.mark.usefixtures("no_work")
def test_too_long_a_name_is_refused_before_any_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / ("x" * 245 + ".wav")

    assert main(["generate", "rain", "-o", str(output), "--editable"]) == 1

    assert "name is too long" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_failing_disk_keeps_the_previous_take(
    sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(errno.EIO, "the disk fails")

    editable_path(tmp_path / "a.wav").write_text("older")
    monkeypatch.setattr("core.runtime.atomic_file.os.fsync", fail)

    with pytest.raises(LibraryError, match="could not be written"):
        write_editable_take(tmp_path / "a.wav", editable_take(sound))

    (left,) = tmp_path.iterdir()
    assert left.read_text() == "older"
