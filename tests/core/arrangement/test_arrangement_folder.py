"""Arrangements in folders: whole, exact, and refused where they are wrong."""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.api.errors import ArrangementFileError, Cancelled
from core.api.events import ExportAdvanced
from core.api.progress import Progress
from core.api.region import Span
from core.arrangement.arrangement import Arrangement
from core.arrangement.arrangement_folder import DESCRIPTION, read_arrangement, write_arrangement
from core.arrangement.layer import FadeShape, Layer
from core.arrangement.sound_source import SoundSource
from core.arrangement.track import Track
from core.runtime import atomic_file

WITH_LINKS = pytest.mark.skipif(os.name == "nt", reason="only administrators make links there")
WITH_FIFOS = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no FIFOs in folders")


def noise(num_samples: int, seed: int) -> np.ndarray:
    samples = np.random.default_rng(seed).standard_normal((num_samples, 2))
    return samples.astype(np.float32)  # beyond full scale, too


SOURCES = {
    "../rain": SoundSource(noise(5000, 0), 44_100),
    "wind": SoundSource(noise(3000, 1)[:, 0], 16_000),
    "not used": SoundSource(noise(100, 2), 48_000),
}


@pytest.fixture
def arrangement() -> Arrangement:
    arrangement = Arrangement(name="Stürm", num_channels=1)
    arrangement = arrangement.add_track(Track(name="Rain", gain_db=-3.0, is_soloed=True))
    length = SOURCES["../rain"].length_at(48_000)
    rain = Layer(track_id=1, sound_id="../rain", sound_length=length, span=Span(7, 1000))
    arrangement = arrangement.add_layer(
        replace(rain, start=5, fade_in=9, fade_out=100, fade_shape=FadeShape.LINEAR, label="drops")
    )
    length = SOURCES["wind"].length_at(48_000)
    wind = Layer(track_id=1, sound_id="wind", sound_length=length, span=Span(0, length))
    wind = replace(wind, loop_length=20_000, loop_phase=3, gain_db=-120.0, is_muted=True)
    return arrangement.add_layer(wind).add_layer(rain)


@pytest.fixture
def folder(arrangement: Arrangement, tmp_path: Path) -> Path:
    """A folder with the arrangement."""
    write_arrangement(tmp_path / "storm", arrangement, SOURCES)
    return tmp_path / "storm"


def held(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def changed(folder: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """The folder with another description."""
    values = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
    change(values)
    (folder / DESCRIPTION).write_text(json.dumps(values), encoding="utf-8")
    return folder


def refusal(folder: Path) -> str:
    with pytest.raises(ArrangementFileError, match=r"^.+\.$") as caught:
        read_arrangement(folder)
    return str(caught.value)


@pytest.mark.parametrize("opened", ["", DESCRIPTION])
def test_what_is_saved_is_what_is_opened(
    folder: Path, arrangement: Arrangement, opened: str
) -> None:
    read, sources = read_arrangement(folder / opened)

    assert read == arrangement
    assert sources.keys() == {"../rain", "wind"}
    for sound_id, source in sources.items():
        assert np.array_equal(source.samples, SOURCES[sound_id].samples)
        assert source.sample_rate == SOURCES[sound_id].sample_rate
    assert len(held(folder)) == 4  # the description, the folder of sounds, and two of them


def test_an_empty_arrangement_is_saved_too(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    write_arrangement(tmp_path / "empty", Arrangement(), {})
    assert read_arrangement(tmp_path / "empty") == (Arrangement(), {})


def test_saving_again_writes_what_is_new_and_removes_what_is_unused(
    folder: Path, arrangement: Arrangement
) -> None:
    (folder / "sounds" / "notes.txt").write_text("mine")
    times = {path.name: path.stat().st_mtime_ns for path in (folder / "sounds").iterdir()}
    length = SOURCES["not used"].length_at(48_000)
    other = arrangement.replace_sound("wind", "not used", length)
    write_arrangement(folder, other, SOURCES)

    read, sources = read_arrangement(folder)
    assert read == other
    assert np.array_equal(sources["not used"].samples, SOURCES["not used"].samples)
    after = {path.name: path.stat().st_mtime_ns for path in (folder / "sounds").iterdir()}
    assert len(after) == 3
    assert len(after.items() & times.items()) == 2  # the notes and the rain


def test_a_sound_that_was_cut_off_is_written_again(folder: Path, arrangement: Arrangement) -> None:
    for path in (folder / "sounds").iterdir():
        path.write_bytes(path.read_bytes()[:5000])
    assert "another length" in refusal(folder)
    write_arrangement(folder, arrangement, SOURCES)
    assert read_arrangement(folder)[0] == arrangement


def test_it_can_be_saved_over_while_it_is_open(folder: Path, arrangement: Arrangement) -> None:
    _, sources = read_arrangement(folder)
    write_arrangement(folder, arrangement.remove_layers([3]), sources)
    assert np.array_equal(sources["../rain"].samples, SOURCES["../rain"].samples)


def test_a_cancelled_save_leaves_nothing_new(tmp_path: Path, arrangement: Arrangement) -> None:
    def cancel(event: ExportAdvanced) -> None:
        if event.fraction > 0.5:
            progress.cancel()

    (tmp_path / "empty").mkdir()
    for name in ("new", "empty"):
        progress = Progress(cancel)
        with pytest.raises(Cancelled):
            write_arrangement(tmp_path / name, arrangement, SOURCES, progress)
    assert held(tmp_path) == {"empty"}


def test_where_the_disk_fails_the_older_arrangement_stays(
    folder: Path, arrangement: Arrangement, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = arrangement.replace_sound("wind", "not used", 100)

    def fail(descriptor: int) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(atomic_file.os, "fsync", fail)
    with pytest.raises(ArrangementFileError, match="the disk is full"):
        write_arrangement(folder, other, SOURCES)
    assert read_arrangement(folder)[0] == arrangement


def test_progress_rises_from_0_to_1(tmp_path: Path, arrangement: Arrangement) -> None:
    seen: list[float] = []
    progress = Progress(lambda event: seen.append(event.fraction))
    write_arrangement(tmp_path / "storm", arrangement, SOURCES, progress)
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (0.0, 1.0)


def test_other_peoples_files_are_not_touched(tmp_path: Path, arrangement: Arrangement) -> None:
    (tmp_path / "music").mkdir()
    (tmp_path / "music" / "a.wav").write_text("mine")
    cases = {
        "music": "other files",
        "music/a.wav": "is a file",
        "missing/storm": "does not exist",
    }
    for name, sentence in cases.items():
        with pytest.raises(ArrangementFileError, match=sentence):
            write_arrangement(tmp_path / name, arrangement, SOURCES)
    assert held(tmp_path) == {"music", "music/a.wav"}


def test_a_save_that_was_killed_can_be_repeated(folder: Path, arrangement: Arrangement) -> None:
    (folder / DESCRIPTION).unlink()
    (folder / "sounds" / ".0123abcd.part").write_text("half")
    write_arrangement(folder, arrangement, SOURCES)
    assert read_arrangement(folder)[0] == arrangement
    assert len(held(folder)) == 4


@WITH_LINKS
def test_a_link_leads_no_save_elsewhere(
    folder: Path, arrangement: Arrangement, tmp_path: Path
) -> None:
    (folder / "sounds").rename(tmp_path / "elsewhere")
    (folder / "sounds").symlink_to(tmp_path / "elsewhere")
    before = held(tmp_path / "elsewhere")
    with pytest.raises(ArrangementFileError, match="other files"):
        write_arrangement(folder, Arrangement(), {})
    assert held(tmp_path / "elsewhere") == before


def test_a_folder_without_an_arrangement_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("{}")
    for name in ("", "missing", "file"):
        assert "is missing" in refusal(tmp_path / name)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 100_000, b"1e999"])
def test_a_damaged_description_is_refused(folder: Path, content: bytes) -> None:
    (folder / DESCRIPTION).write_bytes(content)
    assert "no JSON" in refusal(folder)


@WITH_FIFOS
def test_a_pipe_is_not_waited_for(folder: Path) -> None:
    sound = next((folder / "sounds").iterdir())
    sound.unlink()
    os.mkfifo(sound)
    assert "no ordinary file" in refusal(folder)
    (folder / DESCRIPTION).unlink()
    os.mkfifo(folder / DESCRIPTION)
    assert "cannot be read" in refusal(folder)


def test_a_missing_sound_is_named(folder: Path) -> None:
    sound = next((folder / "sounds").iterdir())
    sound.unlink()
    sentence = refusal(folder)
    assert sound.name in sentence
    assert "is missing" in sentence


def test_a_damaged_sound_is_refused(folder: Path) -> None:
    for path in (folder / "sounds").iterdir():
        path.write_bytes(b"RIFF")
    assert "a sound is damaged" in refusal(folder)


def test_a_newer_version_asks_for_an_update(folder: Path) -> None:
    assert "please update" in refusal(changed(folder, lambda values: values.update(version=2)))


def test_entries_that_nobody_knows_are_ignored(folder: Path, arrangement: Arrangement) -> None:
    def change(values: dict[str, Any]) -> None:
        values["colour"] = values["layers"][0]["colour"] = values["tracks"][0]["colour"] = 7

    assert read_arrangement(changed(folder, change))[0] == arrangement


@WITH_LINKS
def test_no_link_leads_out_of_the_folder(folder: Path, tmp_path: Path) -> None:
    description = folder / DESCRIPTION
    description.rename(tmp_path / "outside.json")
    description.symlink_to(tmp_path / "outside.json")
    assert "no ordinary file" in refusal(folder)
    (tmp_path / "outside.json").rename(description)
    sound = next((folder / "sounds").iterdir())
    sound.rename(tmp_path / "outside.wav")
    sound.symlink_to(tmp_path / "outside.wav")
    assert "no ordinary file" in refusal(folder)
    sound.unlink()
    (tmp_path / "outside.wav").rename(sound)
    (folder / "sounds").rename(tmp_path / "elsewhere")
    (folder / "sounds").symlink_to(tmp_path / "elsewhere")
    assert "no ordinary file" in refusal(folder)


@pytest.mark.parametrize(
    "digest", ["../../outside", "/etc/passwd", "", 7, None, "a" * 31, "A" * 32]
)
def test_no_name_leads_out_of_the_folder(folder: Path, digest: object) -> None:
    def change(values: dict[str, Any]) -> None:
        values["sounds"]["wind"]["digest"] = digest

    assert "another name" in refusal(changed(folder, change))


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("format",), "other"),
        (("version",), 10**400),
        (("sample_rate",), 10**30),
        (("sample_rate",), "48000"),
        (("num_channels",), 0),
        (("next_id",), 1),
        (("name",), 5),
        (("name",), "\ud800"),
        (("tracks",), None),
        (("tracks",), [5]),
        (("tracks", 0, "gain_db"), 1e300),
        (("tracks", 0, "track_id"), 2),
        (("layers",), "storm"),
        (("layers", 0), None),
        (("layers", 0, "start"), -1),
        (("layers", 0, "start"), 10**400),
        (("layers", 0, "start"), 1.5),
        (("layers", 0, "span"), [7, 1000]),
        (("layers", 0, "span", "stop"), 10**9),
        (("layers", 0, "span", "stop"), 3),
        (("layers", 0, "span", "start"), True),
        (("layers", 0, "span", "start"), "7"),
        (("layers", 0, "sound_id"), "thunder"),
        (("layers", 0, "sound_id"), ["wind"]),
        (("layers", 0, "fade_in"), 10**6),
        (("layers", 0, "fade_shape"), "steps"),
        (("layers", 1, "loop_length"), 2**60),
        (("sounds",), []),
        (("sounds", "wind"), 5),
        (("sounds", "wind", "num_samples"), 10**400),
        (("sounds", "wind", "sample_rate"), 0),
        (("sounds", "wind", "sample_rate"), 44_100),
    ],
)
def test_values_that_cannot_be_are_refused(
    folder: Path, place: tuple[str | int, ...], value: object
) -> None:
    def change(values: Any) -> None:
        for name in place[:-1]:
            values = values[name]
        values[place[-1]] = value

    assert refusal(changed(folder, change))


@pytest.mark.parametrize("name", ["sounds", "tracks", "layers"])
def test_missing_values_are_refused(folder: Path, name: str) -> None:
    assert "missing" in refusal(changed(folder, lambda values: values.pop(name)))
