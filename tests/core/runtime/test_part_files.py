"""What a killed process left beside its outputs is removed at the next start."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.runtime.atomic_file import part_path, put_in_place
from core.runtime.part_files import remove_leftovers

WRITE = """
import sys, time
from pathlib import Path
from core.sound_files.encoding.audio_writer import AudioWriter
import numpy as np
with AudioWriter(Path(sys.argv[1]) / "rain.wav") as writer:
    writer.write(np.zeros(16000, np.float32))
    print("writing", flush=True)
    time.sleep(60)
"""


def hidden(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.name.endswith(".part")]


def start_writing(folder: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", WRITE, str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "writing\n"
    return process


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_what_a_killed_process_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / ".deadbeef.part").write_bytes(b"of somebody else")
    process = start_writing(tmp_path)
    assert remove_leftovers() == []  # it is still writing
    assert len(hidden(tmp_path)) == 2
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert len(hidden(tmp_path)) == 2
    (removed,) = remove_leftovers()
    assert removed.parent == tmp_path
    assert [path.name for path in hidden(tmp_path)] == [".deadbeef.part"]
    assert remove_leftovers() == []


def test_a_finished_file_stays(tmp_path: Path) -> None:
    part = part_path(tmp_path / "a.wav")
    part.write_bytes(b"sound")
    put_in_place(part, tmp_path / "a.wav")
    remove_leftovers()
    assert (tmp_path / "a.wav").read_bytes() == b"sound"


def test_a_list_can_name_only_hidden_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.runtime.part_files.lists_folder", lambda: tmp_path / "lists")
    (tmp_path / "lists").mkdir()
    precious = tmp_path / "precious.wav"
    precious.write_bytes(b"sound")
    link = tmp_path / ".0123abcd.part"
    link.symlink_to(precious)
    names = (precious, link, tmp_path / "absent", tmp_path)
    (tmp_path / "lists/x.parts").write_bytes(b"\0".join(map(os.fsencode, names)))
    assert remove_leftovers() == []
    assert precious.exists()
    assert link.is_symlink()
    assert not (tmp_path / "lists/x.parts").exists()


def test_a_folder_for_lists_that_cannot_be_made_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setattr("core.runtime.part_files.lists_folder", lambda: tmp_path / "file" / "lists")
    assert part_path(tmp_path / "a.wav").parent == tmp_path
    assert remove_leftovers() == []
