import os
import shutil
from pathlib import Path

import pytest

from core.api.errors import ModelLoadError
from core.models.card_file import read_card
from core.models.folder import open_folder
from core.models.snapshot import check_links, find_snapshots, source_of
from tests.core.models.cached_model import FIRST_COMMIT, put_into_cache

SOURCE = "someone/sounds"
UNET = "unet/diffusion_pytorch_model.safetensors"


@pytest.fixture
def snapshot(tiny_model_folder: Path, tmp_path: Path) -> Path:
    return put_into_cache(tiny_model_folder, tmp_path, SOURCE)


def test_a_repository_opens_as_its_snapshot(snapshot: Path) -> None:
    folder = open_folder(snapshot.parents[1])
    assert folder == open_folder(snapshot)
    assert folder.path == snapshot
    assert read_card(folder).name == SOURCE


def test_a_known_model_in_the_cache_has_its_licence(
    tiny_model_folder: Path, tmp_path: Path
) -> None:
    snapshot = put_into_cache(tiny_model_folder, tmp_path, "cvssp/audioldm2")
    assert read_card(open_folder(snapshot)).licence == "CC-BY-NC-SA-4.0"


def test_main_comes_first_then_the_newest(snapshot: Path) -> None:
    repository = snapshot.parents[1]
    older, newer = (shutil.copytree(snapshot, snapshot.parent / (digit * 40)) for digit in "23")
    os.utime(older, (1, 1))
    assert find_snapshots(repository) == (snapshot, newer, older)
    (repository / "refs/main").unlink()
    os.utime(snapshot, (2, 2))
    assert find_snapshots(repository) == (newer, snapshot, older)


def test_a_whole_snapshot_stands_in_for_a_part_of_main(
    snapshot: Path, tiny_model_folder: Path, tmp_path: Path
) -> None:
    part = tmp_path / "part"
    part.mkdir()
    shutil.copy(tiny_model_folder / "model_index.json", part)
    newer = put_into_cache(part, tmp_path, SOURCE, "2" * 40)
    repository = snapshot.parents[1]
    assert find_snapshots(repository)[0] == newer
    assert open_folder(repository).path == snapshot


def test_the_refusal_is_about_the_snapshot_of_main(snapshot: Path) -> None:
    (snapshot / UNET).unlink()
    with pytest.raises(ModelLoadError, match=rf"snapshots.{FIRST_COMMIT}: unet/.* is missing"):
        open_folder(snapshot.parents[1])


@pytest.mark.parametrize("name", ["models--a--b", "snapshots", "model"])
def test_other_folders_are_no_repositories(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    assert find_snapshots(tmp_path / name) == ()
    assert source_of(tmp_path / name) == ""


def test_a_link_out_of_the_repository_is_refused(snapshot: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.json"
    secret.write_text("{}")
    config = snapshot / "unet/config.json"
    config.unlink()
    config.symlink_to(secret)
    with pytest.raises(ModelLoadError, match=r"config\.json is a link that leads out of"):
        open_folder(snapshot.parents[1])


def test_a_linked_folder_is_refused(snapshot: Path) -> None:
    shutil.move(snapshot / "unet", snapshot.parents[1] / "unet")
    (snapshot / "unet").symlink_to(snapshot.parents[1] / "unet")
    with pytest.raises(ModelLoadError, match="unet is a link that leads out"):
        check_links(snapshot)


def test_links_in_other_folders_are_the_users_business(snapshot: Path, tmp_path: Path) -> None:
    moved = tmp_path / "blobs-elsewhere"
    shutil.copytree(snapshot.parents[1] / "blobs", moved / "blobs")
    folder = tmp_path / "model"
    shutil.copytree(snapshot, folder)
    (folder / UNET).unlink()
    (folder / UNET).symlink_to(moved / "blobs" / (snapshot / UNET).resolve().name)
    assert open_folder(folder).path == folder


@pytest.mark.parametrize("commit", ["", "../../../etc", "\x00", "x" * 1000])
def test_a_branch_that_names_no_snapshot_is_ignored(snapshot: Path, commit: str) -> None:
    (snapshot.parents[1] / "refs/main").write_text(commit)
    assert find_snapshots(snapshot.parents[1]) == (snapshot,)
