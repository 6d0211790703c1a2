"""`change` edits samples of files: exact outside of the stretches, without a model."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from app.cli.main import main
from core.editing.sample_edits import JOINT_S
from core.sound_files.encoding.audio_writer import AudioWriter
from core.sound_files.reading.cue_points import CuePoint, read_cues
from tests.app.cli.editing.test_edit_recordings import read, write_noise

RATE = 44_100
STRETCH = ["--from", "1.2", "--to", "1.8"]
START, STOP = round(1.2 * RATE), round(1.8 * RATE)


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return write_noise(tmp_path / "a.wav", "PCM_24", RATE, 2)


def change(sound: Path, *arguments: str) -> np.ndarray:
    output = sound.with_name("changed.wav")
    assert main(["change", arguments[0], str(sound), *arguments[1:], "-o", str(output)]) == 0
    return read(output)


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "FLOAT"])
@pytest.mark.parametrize(
    "edit",
    [["gain", "--db=-20"], ["normalise"], ["fade-in"], ["fade-out"], ["reverse"], ["remove"]],
)
def test_samples_outside_of_the_stretch_stay_to_the_bit(
    tmp_path: Path, edit: list[str], subtype: str
) -> None:
    sound = write_noise(tmp_path / "a.wav", subtype, RATE, 2)
    old, new = read(sound), change(sound, *edit, *STRETCH)
    before, after = soundfile.info(sound), soundfile.info(sound.with_name("changed.wav"))
    assert (after.subtype, after.samplerate, after.frames) == (subtype, RATE, before.frames)
    assert np.array_equal(new[:START], old[:START])
    assert np.array_equal(new[STOP:], old[STOP:])
    assert not np.array_equal(new, old)


def test_a_gain_is_as_loud_as_it_says(sound: Path) -> None:
    old, new = read(sound), change(sound, "gain", "--db=-20", *STRETCH)
    inner = slice(START + 500, STOP - 500)
    np.testing.assert_allclose(new[inner], 0.1 * old[inner], atol=2**-23)


def test_a_gain_of_a_band_leaves_the_others(tmp_path: Path) -> None:
    times_s = np.arange(2 * RATE) / RATE
    low, high = (0.2 * np.sin(2 * np.pi * hz * times_s) for hz in (300, 5000))
    soundfile.write(tmp_path / "a.wav", low + high, RATE, "FLOAT")
    new = change(tmp_path / "a.wav", "remove", "--low", "3000", "--from", "0.5", "--to", "1.5")
    inner = slice(round(0.6 * RATE), round(1.4 * RATE))
    np.testing.assert_allclose(new[inner, 0], low[inner], atol=1e-3)


def test_without_a_stretch_all_of_it_is_changed(sound: Path) -> None:
    np.testing.assert_array_equal(change(sound, "reverse"), read(sound)[::-1])


def test_several_stretches_are_taken_out(sound: Path) -> None:
    old = read(sound)
    new = change(sound, "cut", "--from", "2", "--to", "2.5", "--from", "0.5", "--to", "1")
    joint = round(JOINT_S * RATE)
    assert len(new) == len(old) - RATE
    half = RATE // 2
    assert np.array_equal(new[:half], old[:half])
    assert np.array_equal(new[half + joint : 3 * half], old[RATE + joint : 2 * RATE])
    assert np.array_equal(new[3 * half + joint :], old[round(2.5 * RATE) + joint :])


def test_a_crop_to_several_stretches_leaves_them(sound: Path) -> None:
    new = change(sound, "crop", "--from", "2", "--to", "2.5", "--from", "0.5", "--to", "1")
    assert len(new) == RATE


def test_silence_goes_in_at_each_place(sound: Path) -> None:
    old = read(sound)
    new = change(sound, "silence", "--from", "2", "--from", "1", "--seconds", "0.5")
    assert len(new) == len(old) + RATE
    assert np.array_equal(new[:RATE], old[:RATE])
    assert not new[round(1.1 * RATE) : round(1.4 * RATE)].any()
    assert np.array_equal(new[round(1.5 * RATE) : round(2.5 * RATE)], old[RATE : 2 * RATE])


def test_cue_points_stay_at_their_sound(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    with AudioWriter(path, RATE, cues=[CuePoint(100, "a"), CuePoint(2 * RATE, "b")]) as writer:
        writer.write(np.zeros(3 * RATE, np.float32))
    change(path, "cut", "--from", "0.5", "--to", "1")
    cues = read_cues(tmp_path / "changed.wav")
    assert cues == [CuePoint(100, "a"), CuePoint(round(1.5 * RATE), "b")]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["gain"], "Add --db"),
        (["gain", "--db=0", *STRETCH], "A gain of 0 dB"),
        (["gain", "--db=90", *STRETCH], "gain has to be between"),
        (["cut"], "cut needs a stretch"),
        (["cut", "--from", "0", "--to", "9"], "Nothing would be left"),
        (["crop", "--from", "1"], "Each --from needs a --to"),
        (["silence"], "leave --to out"),
        (["silence", *STRETCH], "leave --to out"),
        (["reverse", "--low", "100"], "leave --low and --high out"),
        (["fade-in", "--from", "7", "--to", "8"], "only 3 s long"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_written(
    sound: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    output = sound.with_name("changed.wav")
    assert main(["change", arguments[0], str(sound), *arguments[1:], "-o", str(output)]) == 2
    assert sentence in capsys.readouterr().err
    assert not output.exists()


def test_what_is_no_sound_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text("no sound")
    for name in ("a.txt", "gone.wav"):
        sound, output = tmp_path / name, tmp_path / "out.wav"
        assert main(["change", "reverse", str(sound), "-o", str(output)]) == 1
    assert "Traceback" not in capsys.readouterr().err
