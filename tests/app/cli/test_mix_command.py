"""`main.py mix`, called as a person or a script would call it."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from app.cli.main import main
from core.api.region import Span
from core.arrangement.arrangement import Arrangement
from core.arrangement.arrangement_folder import write_arrangement
from core.arrangement.layer import Layer
from core.arrangement.mix import Mix
from core.arrangement.sound_source import SoundSource
from core.arrangement.track import Track
from tests.app.test_light_start import imported_with

RATE = 48_000
SOUND = (0.2 * np.random.default_rng(0).standard_normal((RATE, 2))).astype(np.float32)
SOURCES = {"rain": SoundSource(SOUND, RATE)}
LAYER = Layer(track_id=1, sound_id="rain", sound_length=RATE, span=Span(0, RATE))


def storm() -> Arrangement:
    """Two tracks that are heard, one without layers, and one that is muted."""
    arrangement = Arrangement(name="Storm")
    for name in ("Heavy rain!", "", "Empty", "Off"):
        arrangement = arrangement.add_track(Track(name=name, is_muted=name == "Off"))
    arrangement = arrangement.add_layer(LAYER).add_layer(replace(LAYER, track_id=2, start=9000))
    return arrangement.add_layer(replace(LAYER, track_id=4))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an arrangement."""
    write_arrangement(tmp_path / "storm", storm(), SOURCES)
    return tmp_path / "storm"


def mixed(arrangement: Arrangement) -> np.ndarray:
    mix = Mix(arrangement, SOURCES)
    return mix.read(Span(0, mix.num_samples))


def test_the_file_is_the_mix(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "storm.wav"
    assert main(["mix", str(folder), "-o", str(output), "--bits", "float"]) == 0

    samples, rate = soundfile.read(output, dtype="float32")
    assert rate == RATE
    assert np.array_equal(samples, mixed(storm()))
    assert {path.name for path in tmp_path.iterdir()} == {"storm", "storm.wav"}


def test_stems_sum_to_the_mix(folder: Path, tmp_path: Path) -> None:
    output, stems = tmp_path / "storm.flac", tmp_path / "stems"
    args = ["--stems", str(stems), "--bits", "24", "--normalise", "--rate", "44100"]
    assert main(["mix", str(folder), "--output", str(output), *args]) == 0

    names = sorted(path.name for path in stems.iterdir())
    assert names == ["01-heavy-rain.flac", "02-track.flac"]
    mix = soundfile.read(output)[0]
    assert len(mix) == round((RATE + 9000) * 44_100 / RATE)
    assert np.abs(mix).max() == pytest.approx(10 ** (-1 / 20), abs=1e-3)
    summed = sum(soundfile.read(stems / name)[0] for name in names)
    np.testing.assert_allclose(summed, mix, atol=1e-6)


def test_16_bits_are_dithered(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "storm.wav"
    assert main(["mix", str(folder / "arrangement.json"), "-o", str(output)]) == 0

    steps = soundfile.read(output, dtype="int16")[0].astype(np.float64)
    error = steps - mixed(storm()).clip(-1, 1) * 2**15
    assert 0.4 < np.std(error) < 0.6  # without dither 0.29


def test_what_is_cut_off_is_said_of_each_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    loud = storm()
    loud = loud.with_track(loud.track(1).with_gain(20.0))
    write_arrangement(tmp_path / "loud", loud, SOURCES)
    args = ["mix", str(tmp_path / "loud"), "-o", str(tmp_path / "a.wav")]
    assert main([*args, "--stems", str(tmp_path / "stems")]) == 0

    printed = capsys.readouterr().err
    assert "a.wav: Samples cut off at full scale: " in printed
    assert "01-heavy-rain.wav: Samples cut off" in printed
    assert "02-track.wav" not in printed


def test_progress_is_one_event_a_line(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["mix", str(folder), "-o", str(tmp_path / "a.wav"), "--json"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    fractions = [event["fraction"] for event in events if event["event"] == "ExportAdvanced"]
    assert fractions[-1] == 1.0


@pytest.mark.parametrize(
    "case",
    [
        (["missing", "-o", "a.wav"], 1, "there is no arrangement here"),
        (["storm", "-o", "a.txt"], 1, "sounds are written as"),
        (["storm", "-o", "missing/a.wav"], 1, "does not exist"),
        (["storm", "-o", "a.mp3", "--bits", "24"], 2, "leave --bits out"),
        (["storm", "-o", "a.wav", "--stems", "missing/stems"], 1, "does not exist"),
        (["storm", "-o", "a.wav", "--stems", "storm/arrangement.json"], 1, "is a file"),
        (["empty", "-o", "a.wav", "--stems", "stems"], 2, "add a sound first"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    case: tuple[list[str], int, str],
) -> None:
    args, code, sentence = case
    write_arrangement(tmp_path / "empty", Arrangement(), {})
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.rglob("*"))

    assert main(["mix", *args]) == code
    printed = capsys.readouterr().err
    assert "tessera: " in printed
    assert sentence in printed
    assert set(tmp_path.rglob("*")) == before


def test_a_mix_needs_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["mix", "storm"])
    assert end.value.code == 2
    assert "--output" in capsys.readouterr().err


@pytest.mark.parametrize("module", ["app.cli.mix_command", "core.arrangement.mix_export"])
def test_a_mix_needs_neither_torch_nor_a_window(module: str) -> None:
    assert not imported_with(module) & {"torch", "diffusers", "PySide6"}
