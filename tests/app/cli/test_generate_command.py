"""`main.py generate`, called as a person or a script would call it."""

import json
import os
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile

from app.cli.main import main
from core.api.request import GenerationRequest
from core.sound_files.audio_file import read_metadata
from core.sound_files.loudness import LoudnessMeter
from tests.app.generate_args import generate_args
from tests.tiny_model import build_tiny_model


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny_model(tmp_path_factory.mktemp("model"))


def _list_arguments(model: Path, prompts: Path, output: Path) -> list[str]:
    args = generate_args(model, output, "--prompts", str(prompts))
    args.remove("rain")
    return args


@pytest.mark.parametrize("name", ["rain.wav", "rain.flac"])
def test_the_file_holds_exactly_the_seconds_asked_for(
    model: Path, tmp_path: Path, name: str
) -> None:
    assert main(generate_args(model, tmp_path / name, "--seconds", "0.7531")) == 0

    samples, sample_rate = soundfile.read(tmp_path / name)
    assert sample_rate == 16000
    assert samples.shape == (round(0.7531 * 16000),)
    assert np.abs(samples).max() > 0
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_the_same_arguments_make_the_same_file(model: Path, tmp_path: Path) -> None:
    for name in ("a.wav", "b.wav"):
        assert main(generate_args(model, tmp_path / name)) == 0

    a, b = (soundfile.read(tmp_path / name)[0] for name in ("a.wav", "b.wav"))
    assert np.array_equal(a, b)


def test_normalising_brings_the_peak_to_minus_one_decibel(model: Path, tmp_path: Path) -> None:
    assert main(generate_args(model, tmp_path / "rain.wav", "--normalise")) == 0

    samples, _ = soundfile.read(tmp_path / "rain.wav")
    assert np.abs(samples).max() == pytest.approx(10 ** (-1 / 20), abs=1e-3)


def test_segments_are_used_and_stored_in_the_file(model: Path, tmp_path: Path) -> None:
    args = ["--segment", "0:00.4=wind", "--segment", "0.2=thunder"]

    assert main(generate_args(model, tmp_path / "rain.wav", *args)) == 0

    stored = GenerationRequest.from_dict(read_metadata(tmp_path / "rain.wav")).segments
    assert [(s.start_s, s.prompt) for s in stored] == [(0, "rain"), (0.2, "thunder"), (0.4, "wind")]


def test_json_prints_one_event_a_line(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(generate_args(model, tmp_path / "rain.wav", "--json"))

    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    names = [event["event"] for event in events]
    assert names.count("DenoisingStep") == 2
    assert {"StageStarted", "TilePlanned", "TileDecoded", "AudioChunk"} <= set(names)
    assert events[-1] == {
        "event": "StageFinished",
        "stage": "decoding",
        "duration_s": events[-1]["duration_s"],
    }


def test_a_list_of_prompts_makes_a_file_a_line(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prompts = tmp_path / "prompts.txt"
    prompts.write_text("rain\n\n# not this\nThunder, far away!\n", encoding="utf-8")

    assert main(_list_arguments(model, prompts, tmp_path / "take.flac")) == 0

    names = ["take-001-rain.flac", "take-002-thunder-far-away.flac"]
    assert sorted(path.name for path in tmp_path.glob("*.flac")) == names
    printed = capsys.readouterr().err.splitlines()
    assert [line for line in printed if line.endswith(".flac")] == [
        str(tmp_path / n) for n in names
    ]
    assert sum(line.startswith("loading the model:") for line in printed) == 1
    assert read_metadata(tmp_path / names[1])["prompt"] == "Thunder, far away!"


def test_a_line_that_cannot_be_used_is_named_by_its_number(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prompts = tmp_path / "prompts.txt"
    prompts.write_bytes(b"rain\n\n" + b"x" * 5000 + b"\nwind\n\xff\xfe\n")

    assert main(_list_arguments(model, prompts, tmp_path / "take.wav")) == 1

    names = ["take-001-rain.wav", "take-003-wind.wav"]
    assert sorted(path.name for path in tmp_path.glob("*.wav")) == names
    errors = capsys.readouterr().err.splitlines()
    complaints = [line for line in errors if line.startswith("tessera:")]
    starts = [f"tessera: {prompts}, line {number}: " for number in (3, 5)]
    assert [line[: len(starts[0])] for line in complaints] == starts


def test_a_list_without_a_line_that_can_be_used_is_refused(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prompts = tmp_path / "prompts.txt"
    prompts.write_text("x" * 5000)

    assert main(_list_arguments(model, prompts, tmp_path / "take.wav")) == 2
    assert "line 1: " in capsys.readouterr().err


def test_an_empty_source_is_no_matter_of_length(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    soundfile.write(tmp_path / "empty.wav", np.zeros(0), 16000)
    args = generate_args(model, tmp_path / "a.wav", "--init-audio", str(tmp_path / "empty.wav"))
    place = args.index("--seconds")

    assert main(args[:place] + args[place + 2 :]) == 1
    assert "holds no sound; please choose another" in capsys.readouterr().err


def test_a_line_that_fails_does_not_lose_the_others(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prompts = tmp_path / "prompts.txt"
    prompts.write_text("rain\nwind\nthunder\n", encoding="utf-8")
    (tmp_path / "take-002-wind.wav").mkdir()

    assert main(_list_arguments(model, prompts, tmp_path / "take.wav")) == 1

    written = [path.name for path in tmp_path.glob("*.wav") if path.is_file()]
    assert sorted(written) == ["take-001-rain.wav", "take-003-thunder.wav"]
    complaints = [
        line for line in capsys.readouterr().err.splitlines() if line.startswith("tessera:")
    ]
    assert len(complaints) == 1
    assert "take-002-wind.wav" in complaints[0]


@pytest.mark.parametrize("content", [b"", b"# nothing\n", b"\xff\xfe\x00"])
def test_a_list_without_prompts_is_one_sentence(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    prompts = tmp_path / "prompts.txt"
    prompts.write_bytes(content)

    assert main(_list_arguments(model, prompts, tmp_path / "take.wav")) == 2
    assert str(prompts) in capsys.readouterr().err


def test_a_sound_to_start_from_gives_its_length_and_its_shape(model: Path, tmp_path: Path) -> None:
    source = tmp_path / "source.wav"
    time_s = np.arange(44100) / 44100
    tone = np.sin(2 * np.pi * 440 * time_s) * 0.5
    soundfile.write(source, np.stack([tone, tone], axis=1), 44100)
    args = [
        "generate",
        "rain",
        "--model",
        str(model),
        "--steps",
        "4",
        "--init-audio",
        str(source),
    ]

    for strength in ("0", "0.5"):
        output = tmp_path / f"{strength}.wav"
        assert main([*args, "-o", str(output), "--seed", "1", "--strength", strength]) == 0

    kept, changed = (soundfile.read(tmp_path / name)[0] for name in ("0.wav", "0.5.wav"))
    assert kept.shape == changed.shape == (16000,)
    assert not np.array_equal(kept, changed)


def test_a_sound_to_start_from_that_is_none_is_one_sentence(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "source.wav").write_text("not a sound")

    assert (
        main(generate_args(model, tmp_path / "a.wav", "--init-audio", str(tmp_path / "source.wav")))
        == 1
    )

    assert "source.wav" in capsys.readouterr().err.splitlines()[-1]


def test_a_sound_too_short_to_give_a_length_is_named(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    soundfile.write(tmp_path / "click.wav", np.zeros(160), 16_000)
    args = generate_args(model, tmp_path / "a.wav", "--init-audio", str(tmp_path / "click.wav"))
    del args[args.index("--seconds") : args.index("--seconds") + 2]

    assert main(args) == 1

    (sentence,) = capsys.readouterr().err.splitlines()
    assert "click.wav: this sound is only 0.01 s long; say with --seconds" in sentence


@pytest.mark.parametrize(
    ("args", "part_of_the_sentence"),
    [
        (["--seconds", "0"], "duration has to be at least 0.1 seconds"),
        (["--seconds", "-3"], "duration has to be at least"),
        (["--seconds", "nan"], "has to be a number"),
        (["--seconds", "1e15"], "B are free in"),
        (["--steps", "0"], "number of steps has to be between 1 and"),
        (["--seed", str(2**64)], "seed has to be between"),
        (["--seed", "-1"], "seed has to be between"),
        (["--guidance", "inf"], "guidance has to be a number"),
        (["--negative", "a" * 10_000], "10,000 characters"),
        (["--segment", "thunder"], "0:20=thunder"),
        (["--segment", "0:20=thunder"], "only 0.5 s long"),
        (["--device", "abacus"], "no device 'abacus'"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_no_file(
    model: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    args: list[str],
    part_of_the_sentence: str,
) -> None:
    assert main(generate_args(model, tmp_path / "rain.wav", *args)) == 2

    (sentence,) = capsys.readouterr().err.splitlines()
    assert part_of_the_sentence in sentence
    assert not list(tmp_path.iterdir())


def test_an_unwritable_output_is_refused_before_any_work(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(generate_args(model, tmp_path / "no" / "such" / "folder.wav")) == 1

    (sentence,) = capsys.readouterr().err.splitlines()
    assert "folder.wav" in sentence
    assert "does not exist; please make it" in sentence


def test_a_broken_model_folder_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(generate_args(tmp_path, tmp_path / "rain.wav")) == 1

    assert "model_index.json" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_depth_rate_and_loudness_are_those_asked_for(model: Path, tmp_path: Path) -> None:
    args = ("--bits", "24", "--rate", "48000", "--loudness", "-30")
    assert main(generate_args(model, tmp_path / "rain.wav", *args)) == 0
    file = soundfile.info(tmp_path / "rain.wav")
    assert (file.samplerate, file.frames, file.subtype) == (48_000, 24_000, "PCM_24")
    meter = LoudnessMeter(48_000)
    meter.add(soundfile.read(tmp_path / "rain.wav", dtype="float32", always_2d=True)[0].T)
    assert meter.lufs == pytest.approx(-30, abs=0.1)


@pytest.fixture
def free_bytes(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """A disk with so much room as the parameter says."""
    usage = SimpleNamespace(total=1 << 40, free=request.param)
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)


@pytest.mark.usefixtures("free_bytes")
@pytest.mark.parametrize(
    ("free_bytes", "args"),
    [
        (15_000, []),
        (71_000, ["--rate", "48000", "--bits", "24"]),
        (31_000, ["--bits", "float"]),
        (66_000, ["--editable"]),
    ],
    indirect=["free_bytes"],
)
def test_a_length_beyond_the_disk_is_refused_before_any_work(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], args: list[str]
) -> None:
    assert main(generate_args(model, tmp_path / "rain.wav", *args)) == 2

    (sentence,) = capsys.readouterr().err.splitlines()
    assert "0.5 s of sound would take" in sentence
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("free_bytes")
@pytest.mark.parametrize("free_bytes", [1000], indirect=True)
def test_an_endless_sound_needs_no_check_of_the_disk(model: Path, tmp_path: Path) -> None:
    args = ["generate", "rain", "--endless", "--steps", "1", "--model", str(model)]
    assert main([*args, "-o", str(tmp_path / "rain.wav")]) == 0
    assert (tmp_path / "rain.wav").is_file()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="only Linux has a folder without a disk")
def test_a_place_that_is_no_disk_is_not_called_full(
    model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(generate_args(model, Path("/proc/rain.wav"))) == 1
    assert "could not be written; please choose another place" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no FIFOs")
def test_a_source_may_come_through_a_pipe(model: Path, tmp_path: Path) -> None:
    source, pipe = tmp_path / "source.wav", tmp_path / "pipe"
    soundfile.write(source, np.sin(np.arange(8000) * 0.1), 16000)
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(source.read_bytes()))
    writer.start()
    assert main(generate_args(model, tmp_path / "a.wav", "--init-audio", str(pipe))) == 0
    writer.join()
    assert main(generate_args(model, tmp_path / "b.wav", "--init-audio", str(source))) == 0

    sounds = [soundfile.read(tmp_path / name)[0] for name in ("a.wav", "b.wav")]
    assert np.array_equal(*sounds)
    assert not Path(read_metadata(tmp_path / "a.wav")["init_audio"]).exists()


def test_a_draft_is_written_with_its_own_samples(model: Path, tmp_path: Path) -> None:
    full, draft = tmp_path / "full.wav", tmp_path / "draft.wav"

    assert main(generate_args(model, full, "--seed", "1")) == 0
    assert main(generate_args(model, draft, "--seed", "1", "--draft")) == 0

    assert not np.array_equal(soundfile.read(full)[0], soundfile.read(draft)[0])
