"""The model store: all models to choose from, bundled, in folders and on the hub.

It reads files only. It loads no network and does not import torch, so that the window can list the
models before the engine is imported.
"""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.api.errors import ModelLoadError, NotConvertedError
from core.api.model_card import ListedModel, Place
from core.api.progress import Progress
from core.api.request import BUNDLED_MODEL
from core.models.capabilities import read_capabilities
from core.models.card_file import ORIGIN, read_card
from core.models.catalog import KNOWN_MODELS, find_known_model
from core.models.conversion.converted_models import pickled_bytes
from core.models.folder import BUNDLED_FOLDER, damage_as_sentence, open_folder, read_json
from core.models.hub.hub import Hub, is_hub_id, local_path
from core.models.vocabulary_file import read_vocabulary
from core.runtime.outside_file import read_beginning

_README = "README.md"
_LONGEST_TEXT = 100_000
_PARTIAL = ".partial"


@dataclass(frozen=True, slots=True)
class ModelStore:
    """Lists, downloads and removes models.

    Attributes:
        hub: The hub, and the folder of its downloads.
    """

    hub: Hub = field(default_factory=Hub)

    def list_models(self, folders: Sequence[str] = ()) -> tuple[ListedModel, ...]:
        """All models: the bundled one, `folders`, converted copies, then those of the hub."""
        converted = self.hub.converted_models.sources()
        sources = dict.fromkeys((BUNDLED_MODEL, *folders, *converted, *self._hub_ids()))
        return tuple(map(self.describe, sources))

    def describe(self, source: str) -> ListedModel:
        """One model, complete or not; an error becomes its `problem` and is not raised."""
        if source == BUNDLED_MODEL:
            return _describe_folder(source, Place.BUNDLED, BUNDLED_FOLDER)
        path = local_path(source)
        if path is not None:
            return self._describe_own(source, path)
        if folder := self.hub.find_downloaded(source):
            return _describe_folder(source, Place.DOWNLOADED, folder)
        if folder := self.hub.find_cached(source):
            return _describe_folder(source, Place.CACHED, folder)
        if folder := self.hub.find_pickled(source):
            size_bytes, target = pickled_bytes(folder), str(self.hub.models_folder)
            return _describe_unconverted(source, source, size_bytes, target)
        return self._describe_missing(source)

    def download(self, source: str, progress: Progress) -> None:
        """Download a model whose size and licence a person has agreed to; continues a partial one.

        What is on this machine as a pickle is converted, which a person has agreed to as well.

        Raises:
            ModelLoadError: The hub cannot be reached or has no such model, the disk is full, or
                the weights cannot be converted.
            Cancelled: The run was cancelled through `progress`; what has arrived is kept.
        """
        if local_path(source) is not None or self.hub.find_pickled(source):
            self.hub.convert(source, progress)
        else:
            self.hub.download(self.hub.describe(source), progress, agreed=True)

    def remove(self, source: str) -> None:
        """Delete the download of a hub model, complete or partial, or a converted copy.

        A person's folders and checkpoints stay, and so does Hugging Face's cache.

        Raises:
            ModelLoadError: A file cannot be deleted.
        """
        for folder in self._own_folders(source):
            try:
                shutil.rmtree(folder)
            except OSError as error:
                raise ModelLoadError(
                    source, f"could not be removed ({error.strerror}); is it in use elsewhere?"
                ) from error

    def _own_folders(self, source: str) -> Iterator[Path]:
        """What Tessera has stored of a model."""
        path = local_path(source)
        if path is not None:
            copy = self.hub.converted_models.resolve(path)
            yield from [copy] if copy != path else []
        else:
            downloaded = self.hub.find_downloaded(source)
            yield from [downloaded] if downloaded else []
            yield from self._partial_folders(source)

    def _describe_own(self, source: str, path: Path) -> ListedModel:
        """A model of the person's: a folder, or what has to be converted and its copy."""
        try:
            copy = self.hub.converted_models.resolve(path)
        except NotConvertedError as error:
            return _describe_unconverted(source, path.name, error.size_bytes, error.folder)
        except ModelLoadError:
            copy = path  # its description says why it cannot be used
        place = Place.FOLDER if copy == path else Place.CONVERTED
        return _describe_folder(source, place, copy)

    def _hub_ids(self) -> Iterator[str]:
        """Hub ids of the catalogue, then of other models on this machine."""
        yield from (model.source for model in KNOWN_MODELS)
        for origin in sorted(self.hub.models_folder.glob(f"*/{ORIGIN}")):
            try:
                source = str(read_json(origin).get("source", ""))
            except ModelLoadError:
                continue
            if is_hub_id(source) and self.hub.find_downloaded(source) == origin.parent:
                yield source
        yield from self.hub.cached_sources()

    def _describe_missing(self, source: str) -> ListedModel:
        """A model of the hub that is not downloaded, or only in part."""
        catalogued = find_known_model(source)
        disk_bytes = sum(map(_disk_bytes, self._partial_folders(source)))
        return ListedModel(
            source=source,
            place=Place.PARTIAL if disk_bytes else Place.HUB,
            name=source,
            description=catalogued.description if catalogued else "",
            licence=catalogued.licence if catalogued else "",
            disk_bytes=disk_bytes,
            download_bytes=catalogued.size_bytes if catalogued else 0,
        )

    def _partial_folders(self, source: str) -> list[Path]:
        """Folders of interrupted downloads."""
        if not is_hub_id(source):
            return []
        pattern = f"{source.replace('/', '--')}.*{_PARTIAL}"
        return sorted(self.hub.models_folder.glob(pattern))


def _describe_unconverted(source: str, name: str, size_bytes: int, target: str) -> ListedModel:
    """A model whose weights are pickles, before its copy is made in the folder `target`."""
    catalogued = find_known_model(source)
    return ListedModel(
        source=source,
        place=Place.UNCONVERTED,
        name=name,
        description=catalogued.description if catalogued else "",
        licence=catalogued.licence if catalogued else "",
        folder=target,
        disk_bytes=size_bytes,
        download_bytes=size_bytes,
    )


def _describe_folder(source: str, place: Place, folder: Path) -> ListedModel:
    """A model in a folder; an error about it becomes its `problem`."""
    disk_bytes = _disk_bytes(folder)
    try:
        return _describe_whole_folder(source, place, folder, disk_bytes)
    except ModelLoadError as error:
        return ListedModel(
            source=source,
            place=place,
            name=folder.name or source,
            description="",
            licence="",
            folder=str(folder),
            disk_bytes=disk_bytes,
            problem=str(error).removeprefix(f"{error.source}: "),
        )


def _describe_whole_folder(source: str, place: Place, folder: Path, disk_bytes: int) -> ListedModel:
    with damage_as_sentence(str(folder)):
        model = open_folder(folder)
        card = read_card(model)
        return ListedModel(
            source=source,
            place=place,
            name=card.name,
            description=card.description,
            licence=card.licence,
            folder=str(folder),
            disk_bytes=disk_bytes,
            card=card,
            capabilities=read_capabilities(model),
            vocabulary=read_vocabulary(model),
            text=_read_me(model.path),
        )


def _disk_bytes(folder: Path) -> int:
    """Size of all files of a folder; one with several names counts once."""
    try:
        states = [file.stat() for file in folder.rglob("*") if file.is_file()]
        return sum({(state.st_dev, state.st_ino): state.st_size for state in states}.values())
    except OSError:  # the folder changes at the same time
        return 0


def _read_me(folder: Path) -> str:
    """README.md without its YAML header; empty where there is none."""
    try:
        content = read_beginning(folder / _README, _LONGEST_TEXT)
    except OSError:
        return ""
    text = content.decode("utf-8", errors="replace")
    head, mark, body = text.removeprefix("---\n").partition("\n---\n")
    return body if text.startswith("---\n") and mark and head else text
