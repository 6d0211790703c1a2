"""Models that other programs have put into Hugging Face's cache, used from there and left there."""

import os
import zipfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from core.api.errors import ModelLoadError
from core.models.conversion.bin_folder import pickled_components
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


def find_snapshot(source: str, cache: Path, *, accept_pickles: bool = False) -> Path | None:
    """The snapshot of a hub model that is whole in the cache; None where there is none.

    It is not whole while a file of the repository is still being received, or where one is
    missing or cut short.

    Args:
        source: Hub id of the model.
        cache: The folder of repositories.
        accept_pickles: Whether networks may be there as .bin alone, to be converted.
    """
    repository = cache / repository_name(source)
    try:
        if any((repository / "blobs").glob("*.incomplete")):
            return None
        snapshots = find_snapshots(repository)
        return next((each for each in snapshots if _is_whole(each, accept_pickles)), None)
    except OSError:  # no right to read it, or it changes at the same time
        return None


def list_sources(cache: Path) -> Iterator[str]:
    """Hub ids of the repositories in the cache, whole or not, of any kind."""
    try:
        folders = sorted(cache.glob(repository_name("*")))
    except OSError:
        return
    yield from filter(None, map(source_of, folders))


def _is_whole(snapshot: Path, accept_pickles: bool) -> bool:
    """Whether it holds a model that Tessera runs, with all of its weights."""
    try:
        with damage_as_sentence(str(snapshot)):
            folder = open_folder(snapshot, accept_pickles=accept_pickles)
            for component in folder.family.components:
                for file in folder.weights(component):
                    read_shapes(file)
            pickles = chain.from_iterable(pickled_components(snapshot).values())
            return not any(map(_is_cut_short, pickles))
    except ModelLoadError:
        return False


def _is_cut_short(pickle: Path) -> bool:
    """Whether a zip archive of torch lacks its end; files of the older format do not say so."""
    with pickle.open("rb") as file:
        is_archive = file.read(2) == b"PK"
    return is_archive and not zipfile.is_zipfile(pickle)


def _folder_of(variables: tuple[str, ...]) -> Path | None:
    """The folder that the first of these variables names."""
    return next((_expanded(os.environ[each]) for each in variables if os.environ.get(each)), None)


def _expanded(path: str) -> Path:
    return Path(os.path.expandvars(os.path.expanduser(path)))  # noqa: PTH111  (it never raises)
