"""Files that are complete under their name, or not there."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.api.errors import TesseraError
from core.api.request import GenerationRequest
from core.runtime.atomic_file import (
    check_path,
    move_whole,
    part_path,
    put_in_place,
    write_whole,
)
from core.sound_files.encoding.audio_writer import AudioWriter
from core.sound_files.sidecar import sidecar_path, write_sidecar


def test_a_file_is_synced_before_its_name_and_its_folder_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part, path = part_path(tmp_path / "a.wav"), tmp_path / "a.wav"
    part.write_text("new")
    path.write_text("older")
    of_file, of_folder = part.stat().st_ino, tmp_path.stat().st_ino
    seen: list[tuple[int, str]] = []
    monkeypatch.setattr(
        "core.runtime.atomic_file.os.fsync",
        lambda descriptor: seen.append((os.fstat(descriptor).st_ino, path.read_text())),
    )

    put_in_place(part, path)

    assert seen == [(of_file, "older"), (of_folder, "new")]
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.wav"]


def test_a_folder_that_cannot_be_synced_does_not_cost_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = part_path(tmp_path / "a.wav")
    part.write_text("new")

    def refuse(folder: Path) -> None:
        raise PermissionError(errno.EACCES, "not to be opened", str(folder))

    monkeypatch.setattr("core.runtime.atomic_file.sync_folder", refuse)
    put_in_place(part, tmp_path / "a.wav")
    assert (tmp_path / "a.wav").read_text() == "new"


@pytest.mark.parametrize(
    ("name", "number"), [("folder", errno.EISDIR), ("x" * 300, errno.ENAMETOOLONG)]
)
def test_a_path_that_can_hold_no_file_is_refused(tmp_path: Path, name: str, number: int) -> None:
    (tmp_path / "folder").mkdir()
    check_path(tmp_path / "new.wav")
    with pytest.raises(OSError, match=r".") as caught:
        check_path(tmp_path / name)
    assert caught.value.errno == number


@pytest.mark.skipif(os.name == "nt", reason="Windows has no named pipes in folders")
def test_a_pipe_is_refused_and_stays(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.wav")
    with pytest.raises(TesseraError, match="a pipe or a device"):
        _write_sound(tmp_path / "a.wav")
    assert (tmp_path / "a.wav").is_fifo()


@pytest.mark.skipif(os.name == "nt", reason="on Windows only administrators make links")
@pytest.mark.parametrize("exists", [True, False])
def test_a_link_stays_one_and_leads_to_the_new_file(tmp_path: Path, *, exists: bool) -> None:
    target, link = tmp_path / "music" / "a.wav", tmp_path / "a.wav"
    target.parent.mkdir()
    link.symlink_to(Path("music") / "a.wav")
    if exists:
        target.write_text("older")

    _write_sound(link)

    assert link.is_symlink()
    assert target.read_bytes()[:4] == b"RIFF"
    assert [entry.name for entry in target.parent.iterdir()] == ["a.wav"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_an_overwritten_file_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_text("older")
    path.chmod(0o660)
    _write_sound(path)
    assert path.stat().st_mode & 0o777 == 0o660


def _write_sound(path: Path) -> None:
    with AudioWriter(path) as writer:
        writer.write(np.zeros(100, np.float32))


def _write_settings(sound: Path) -> None:
    write_sidecar(sound, GenerationRequest())


@pytest.mark.parametrize(
    ("write", "place"),
    [(_write_sound, Path), (_write_settings, sidecar_path)],
)
def test_where_the_disk_fails_at_the_end_the_older_file_stays(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    write: Callable[[Path], None],
    place: Callable[[Path], Path],
) -> None:
    sound = tmp_path / "a.wav"
    place(sound).write_text("older")

    def fail(descriptor: int) -> None:
        raise OSError(errno.EIO, "the disk fails")

    monkeypatch.setattr("core.runtime.atomic_file.os.fsync", fail)
    with pytest.raises(TesseraError, match="could not be written"):
        write(sound)

    assert place(sound).read_text() == "older"
    assert [entry.name for entry in tmp_path.iterdir()] == [place(sound).name]


def test_a_folder_is_synced_from_the_inside_before_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, target = tmp_path / "part", tmp_path / "whole"
    (folder / "sounds").mkdir(parents=True)
    (folder / "sounds" / "a").write_text("sound")
    (folder / "b").write_text("text")
    names = {place.stat().st_ino: place.name for place in (tmp_path, *tmp_path.rglob("*"))}
    seen: list[tuple[str, bool]] = []
    monkeypatch.setattr(
        "core.runtime.atomic_file.os.fsync",
        lambda descriptor: seen.append((names[os.fstat(descriptor).st_ino], target.exists())),
    )

    move_whole(folder, target)

    order = [name for name, _ in seen]
    assert sorted(order) == sorted(["a", "sounds", "b", "part", tmp_path.name])
    assert order.index("a") < order.index("sounds") < order.index("part")
    assert [is_there for _, is_there in seen] == [False] * 4 + [True]
    assert (target / "sounds" / "a").read_text() == "sound"


def test_a_folder_never_replaces_one_that_holds_something(tmp_path: Path) -> None:
    for name in ("part", "whole"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a").write_text(name)
    with pytest.raises(OSError, match=r"."):
        move_whole(tmp_path / "part", tmp_path / "whole")
    assert (tmp_path / "whole" / "a").read_text() == "whole"


def test_a_small_file_is_replaced_whole(tmp_path: Path) -> None:
    for text in ("older", "new"):
        write_whole(tmp_path / "a.json", text)
        assert (tmp_path / "a.json").read_text() == text
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.json"]
