"""Models that other programs have put into Hugging Face's cache, used from there and left there."""

import os
from collections.abc import Iterator
from pathlib import Path

from core.api.errors import ModelLoadError
from core.models.folder import damage_as_sentence, open_folder
from core.models.snapshot import find_snapshots, repository_name, source_of
from core.models.weights_file import read_shapes

_HOME = ("HF_HOME",)
_CACHE = ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE")  # the second is the older name


def hugging_face_home() -> Path:
    """The folder of Hugging Face's programs, by their own rules."""
    return _folder_of(_HOME) or (
        (_folder_of(("XDG_CACHE_HOME",)) or _expanded("~/.cache")) / "huggingface"
    )


def default_cache_folder() -> Path:
    """The folder of repositories that Hugging Face's programs have downloaded."""
    return _folder_of(_CACHE) or hugging_face_home() / "hub"


def find_snapshot(source: str, cache: Path) -> Path | None:
    """The snapshot of a hub model that is whole in the cache; None where there is none.

    It is not whole while a file of the repository is still being received, or where one is
    missing or cut short.
    """
    repository = cache / repository_name(source)
    try:
        if any((repository / "blobs").glob("*.incomplete")):
            return None
        return next(filter(_is_whole, find_snapshots(repository)), None)
    except OSError:  # no right to read it, or it changes at the same time
        return None


def list_sources(cache: Path) -> Iterator[str]:
    """Hub ids of the repositories in the cache, whole or not, of any kind."""
    try:
        folders = sorted(cache.glob(repository_name("*")))
    except OSError:
        return
    yield from filter(None, map(source_of, folders))


def _is_whole(snapshot: Path) -> bool:
    """Whether it holds a model that Tessera runs, with all of its weights."""
    try:
        with damage_as_sentence(str(snapshot)):
            folder = open_folder(snapshot)
            for component in folder.family.components:
                for file in folder.weights(component):
                    read_shapes(file)
    except ModelLoadError:
        return False
    return True


def _folder_of(variables: tuple[str, ...]) -> Path | None:
    """The folder that the first of these variables names."""
    return next((_expanded(os.environ[each]) for each in variables if os.environ.get(each)), None)


def _expanded(path: str) -> Path:
    return Path(os.path.expandvars(os.path.expanduser(path)))  # noqa: PTH111  (it never raises)
