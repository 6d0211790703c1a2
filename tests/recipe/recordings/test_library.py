"""From an unpacked package to waveforms, figures and credits."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from bundled_model.data.recordings import command
from bundled_model.data.recordings.catalogue import DroppedFile, Reason, Recording, catalogued
from bundled_model.data.recordings.command import count_recordings
from bundled_model.data.recordings.credits import credit_lines
from bundled_model.data.recordings.decoding import Waveform, read_mono
from bundled_model.data.recordings.labels import LabelTable
from bundled_model.data.recordings.library import Library, build, open_library
from bundled_model.data.recordings.statistics import statistics_lines

from .conftest import PACKAGE, noise, tone

LABELS = LabelTable.parsed(
    [
        "package\tpaths\tconcept\twords\tnotes",
        f"{PACKAGE.name}\tsounds/rain*\train\train on a roof",
        f"{PACKAGE.name}\tsounds/secret*\tbeep",
        f"{PACKAGE.name}\tsounds/hum*\train",
        f"{PACKAGE.name}\tsounds/still*\tbeep",
        f"{PACKAGE.name}\tvoice/*\tdog barking",
        f"{PACKAGE.name}\tsounds/music/*\t-\t\tmusic",
    ]
)
SOUNDS = {
    "sounds/rain_1.wav": noise(1),
    "sounds/rain_2.wav": 0.3 * noise(1),
    "sounds/rain_3.wav": noise(1.5, 3),
    "sounds/secret.wav": tone(0.5),
    "sounds/hum.wav": tone(1),
    "sounds/still.wav": np.zeros(9000, np.float32),
    "voice/bark.wav": tone(0.3, 300),
    "sounds/music/song.wav": tone(0.3),
    "sounds/strange.wav": noise(0.5, 9),
}

Unpack = Callable[[dict[str, Waveform]], Path]


@pytest.fixture
def library(unpacked: Unpack) -> Library:
    """The library of the sounds above."""
    folder = unpacked(SOUNDS)
    return build(catalogued(PACKAGE, folder, LABELS), folder.parent)


def test_every_file_is_used_or_dropped_for_a_reason(library: Library) -> None:
    reasons = {file.path: file.reason for file in library.dropped}
    assert reasons == {
        "sounds/rain_2.wav": Reason.COPY,
        "sounds/hum.wav": Reason.CONTRADICTED,
        "sounds/still.wav": Reason.SILENT,
        "voice/bark.wav": Reason.LICENCE,
        "sounds/music/song.wav": Reason.LEFT_OUT,
        "sounds/strange.wav": Reason.NO_LABEL,
    }
    used = {clip.recording.path for clip in library.clips}
    assert used == {"sounds/rain_1.wav", "sounds/rain_3.wav", "sounds/secret.wav"}


def test_recordings_carry_label_and_terms(library: Library) -> None:
    rain, _, secret = (clip.recording for clip in library.clips)
    assert (rain.concept, rain.words) == ("rain", ("rain on a roof",))
    assert (rain.licence, rain.authors) == ("CC-BY-SA-3.0", "2011 Ann Author; 2012 Ben Builder")
    assert (secret.licence, secret.authors) == ("CC-BY-3.0", "Cem")


def test_variants_share_a_key_and_a_part(library: Library) -> None:
    first, third, secret = library.clips
    assert first.key == third.key != secret.key
    assert first.part is third.part


def test_waveforms_come_back_at_full_scale(library: Library) -> None:
    for clip in library.clips:
        waveform = library.waveform(clip)
        wanted = SOUNDS[clip.recording.path]
        assert np.abs(waveform).max() == pytest.approx(1, abs=1e-3)
        assert np.corrcoef(waveform, wanted)[0, 1] > 0.99
        assert clip.duration_s == len(wanted) / 16000


def test_a_library_is_made_once_for_each_state_of_the_tables(
    tmp_path: Path, unpacked: Unpack, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = tmp_path / "work"
    (work / "recordings").mkdir(parents=True)
    unpacked(SOUNDS).rename(work / "recordings" / PACKAGE.name)
    monkeypatch.setattr(LabelTable, "read", classmethod(lambda cls: LABELS))
    made = open_library((PACKAGE,), work)
    files = sorted((work / "library").rglob("*"))
    read = open_library((PACKAGE,), work)
    assert sorted((work / "library").rglob("*")) == files
    assert (made.clips, made.dropped) == (read.clips, read.dropped)
    np.testing.assert_array_equal(made.samples, read.samples)
    fewer = LabelTable(LABELS.labels[:1])
    monkeypatch.setattr(LabelTable, "read", classmethod(lambda cls: fewer))
    assert {clip.recording.concept for clip in open_library((PACKAGE,), work).clips} == {"rain"}
    assert len(list((work / "library").iterdir())) == 1


def test_the_command_writes_figures_and_credits(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(command, "open_library", lambda packages, work: library)
    count_recordings(tmp_path, tmp_path)
    text = (tmp_path / "statistics.md").read_text()
    assert "3 clips of 2 recordings" in text
    assert "3 clips of 2 recordings" in capsys.readouterr().out
    assert "Ann Author" in (tmp_path / "credits.txt").read_text()


def test_the_figures_tell_concepts_packages_licences_and_reasons(library: Library) -> None:
    text = "\n".join(statistics_lines(library))
    assert "| rain | 2 | 1 | 0.0 | 0 |" in text
    assert f"| {PACKAGE.name} | 3 | 2 |" in text
    assert "| CC-BY-SA-3.0 | 2 | 1 |" in text
    assert f"| copy of another | {PACKAGE.name} | 1 |" in text


def test_the_credits_name_every_author_once(library: Library) -> None:
    lines = list(credit_lines(library.clips))
    assert lines[0] == f"{PACKAGE.name} (Debian)"
    assert "  CC-BY-3.0, 1 file: Cem" in lines
    assert "  CC-BY-SA-3.0, 2 files: 2011 Ann Author; 2012 Ben Builder" in lines


def test_a_broken_file_is_described(unpacked: Unpack) -> None:
    folder = unpacked({"sounds/rain_1.wav": noise(1)})
    (folder / "sounds/sounds/rain_1.wav").write_bytes(b"no sound")
    (dropped,) = build(catalogued(PACKAGE, folder, LABELS), folder.parent).dropped
    assert dropped == DroppedFile(PACKAGE.name, "sounds/rain_1.wav", Reason.UNREADABLE)


def test_a_recording_is_mono_at_the_rate_of_the_model(tmp_path: Path) -> None:
    import soundfile

    t = np.arange(44100) / 44100
    stereo = np.stack([np.sin(2 * np.pi * 440 * t), 0 * t], axis=1) + 0.5
    soundfile.write(tmp_path / "a.flac", 0.5 * stereo, 44100)
    waveform = read_mono(tmp_path / "a.flac")
    assert waveform is not None
    assert waveform.shape == (16000,)
    assert abs(waveform[4000:].mean()) < 0.01, "direct current is taken away"


def test_a_recording_is_used_under_an_allowed_licence() -> None:
    assert Recording("game", "a.wav", "rain", (), "CC0-1.0", "").licence == "CC0-1.0"
