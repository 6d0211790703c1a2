"""An array that grows on the disk."""

import os
import resource
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.api.errors import DiskError
from core.runtime.spool import DISK_FOLDER, Spool, move_to_disk, spool_folder


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 50), max_size=6), st.sampled_from([(), (1,), (5,)]))
def test_what_is_written_in_pieces_is_read_as_one(
    tmp_path: Path, lengths: list[int], row_shape: tuple[int, ...]
) -> None:
    rows = np.random.default_rng(0).standard_normal((sum(lengths), *row_shape), np.float32)
    with Spool(row_shape, tmp_path) as spool:
        for piece in np.split(rows, np.cumsum(lengths)):
            spool.append(piece)
        array = spool.mapped()

    assert np.array_equal(array, rows)
    assert spool.num_rows == len(rows)


def test_the_array_outlives_the_spool_and_leaves_no_file(tmp_path: Path) -> None:
    with Spool(folder=tmp_path) as spool:
        spool.append(np.arange(4, dtype=np.float32))
        array = spool.mapped()

    assert array.tolist() == [0, 1, 2, 3]
    del array
    assert not list(tmp_path.iterdir())


def test_an_array_is_moved_to_the_disk_as_it_is() -> None:
    array = np.arange(24, dtype=np.float32).reshape(2, 3, 4)

    moved = move_to_disk(array)

    assert isinstance(moved, np.memmap)
    assert np.array_equal(moved, array)


def test_changes_to_the_array_stay_in_memory(tmp_path: Path) -> None:
    with Spool(folder=tmp_path) as spool:
        spool.append(np.zeros(3, np.float32))
        changed, untouched = spool.mapped(), spool.mapped()

    changed[:] = 7

    assert untouched.tolist() == [0, 0, 0]


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DiskError, match="does not exist") as caught:
        Spool(folder=tmp_path / "no" / "such")
    assert caught.value.folder == str(tmp_path / "no" / "such")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is full")
def test_a_full_disk_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "core.runtime.spool.tempfile.TemporaryFile",
        lambda **_: Path("/dev/full").open("wb"),  # noqa: SIM115
    )
    with pytest.raises(DiskError, match="disk is full"), Spool(folder=tmp_path) as spool:
        spool.append(np.zeros(1 << 16, np.float32))


def test_what_was_written_before_the_disk_was_full_is_still_read(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Spool(folder=tmp_path) as spool:
        spool.append(np.arange(100, dtype=np.float32))
        resource.setrlimit(resource.RLIMIT_FSIZE, (600, hard))
        try:
            with pytest.raises(DiskError):
                spool.append(np.ones(100, np.float32))
            array = spool.mapped()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert array.tolist() == list(range(100))


def test_a_folder_that_the_person_chose_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    assert spool_folder() == tmp_path


@pytest.mark.skipif(os.name == "nt" or not DISK_FOLDER.is_dir(), reason="a folder of Unix")
def test_else_large_files_go_where_the_disk_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TMPDIR", raising=False)
    monkeypatch.setattr("core.runtime.spool.sys.platform", "linux")
    assert spool_folder() == DISK_FOLDER
