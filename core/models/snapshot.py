"""A model as Hugging Face's cache keeps it: snapshots of links into a folder of blobs.

A repository lies in models--owner--name: refs/main holds a commit, snapshots/<commit> its files,
which are links into blobs/ (https://huggingface.co/docs/huggingface_hub/guides/manage-cache).
"""

from pathlib import Path

from core.api.errors import ModelLoadError
from core.runtime.outside_file import read_outside_file

_PREFIX = "models--"
_SNAPSHOTS = "snapshots"
_MAX_COMMIT_BYTES = 100


def repository_name(source: str) -> str:
    """The name of a hub model's folder in the cache."""
    return _PREFIX + source.replace("/", "--")


def source_of(folder: Path) -> str:
    """The hub id of a repository in the cache, or of a snapshot in it; empty for other folders."""
    repository = _repository(folder)
    if repository is None:
        return ""
    return repository.name.removeprefix(_PREFIX).replace("--", "/", 1)


def find_snapshots(folder: Path) -> tuple[Path, ...]:
    """The snapshots of a repository: the one that refs/main names, then the others, newest first.

    Empty for a folder that is no repository of the cache.
    """
    if _repository(folder) != folder:
        return ()
    found = [each for each in (folder / _SNAPSHOTS).iterdir() if each.is_dir()]
    main = _main_commit(folder)
    found.sort(key=lambda each: (each.name == main, each.stat().st_mtime_ns), reverse=True)
    return tuple(found)


def check_links(folder: Path) -> None:
    """Refuse a snapshot with a link that leads out of its repository; pass other folders.

    Raises:
        ModelLoadError: It has one, or a link to a folder, which the cache never makes.
    """
    repository = _repository(folder)
    if repository is None or repository == folder:
        return
    inside = repository.resolve()
    for file in folder.rglob("*"):
        is_linked_folder = file.is_symlink() and file.is_dir()
        if is_linked_folder or not file.resolve().is_relative_to(inside):
            raise ModelLoadError(
                str(folder),
                f"{file.relative_to(folder)} is a link that leads out of the cache's "
                f"{repository.name}; download the model again.",
            )


def _repository(folder: Path) -> Path | None:
    """The repository that a folder is, or is a snapshot of."""
    for each in (folder, *folder.parents[1:2]):
        is_named = each.name.startswith(_PREFIX) and (each / _SNAPSHOTS).is_dir()
        if is_named and (each == folder or folder.parent.name == _SNAPSHOTS):
            return each
    return None


def _main_commit(repository: Path) -> str:
    """The commit of the branch main; empty where none is named."""
    try:
        content = read_outside_file(repository / "refs" / "main", _MAX_COMMIT_BYTES)
    except OSError:
        return ""
    return content.decode("ascii", errors="replace").strip()
