"""All models a person can choose from: what came along, their folders, the hub's.

Only files are looked at; no network is loaded, and torch is not imported, so that the window can
show the shelf before the engine is there.
"""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.api.errors import ModelLoadError
from core.api.model_card import ListedModel, Place
from core.api.progress import Progress
from core.api.request import BUNDLED_MODEL
from core.models.capabilities import read_capabilities
from core.models.card import ORIGIN, read_card
from core.models.catalog import KNOWN_MODELS, find_known
from core.models.folder import BUNDLED_FOLDER, open_folder, read_json
from core.models.hub.hub import Hub, is_hub_id
from core.models.vocabulary_file import read_vocabulary

_README = "README.md"
_LONGEST_TEXT = 100_000
_PARTIAL = ".partial"


@dataclass(frozen=True, slots=True)
class ModelStore:
    """Looks at the models, downloads and removes them.

    Attributes:
        hub: The hub, and the folder that keeps what came from it.
    """

    hub: Hub = field(default_factory=Hub)

    def look(self, folders: Sequence[str] = ()) -> tuple[ListedModel, ...]:
        """All models: the bundled one, `folders`, then those of the hub."""
        sources = dict.fromkeys((BUNDLED_MODEL, *folders, *self._hub_ids()))
        return tuple(map(self.describe, sources))

    def describe(self, source: str) -> ListedModel:
        """One model, complete or not; nothing is raised, `problem` tells."""
        if source == BUNDLED_MODEL:
            return _opened(source, Place.BUNDLED, BUNDLED_FOLDER)
        path = Path(source).expanduser()
        if path.exists() or not is_hub_id(source):
            return _opened(source, Place.FOLDER, path)
        folder = self.hub.find_downloaded(source)
        return _opened(source, Place.DOWNLOADED, folder) if folder else self._absent(source)

    def download(self, source: str, progress: Progress) -> None:
        """Fetch a model whose size and licence a person has agreed to; goes on where it broke off.

        Raises:
            ModelLoadError: The hub cannot be reached or has no such model, or the disk is full.
            Cancelled: The owner of `progress` wished so; what has arrived is kept.
        """
        self.hub.download(self.hub.describe(source), progress, agreed=True)

    def remove(self, source: str) -> None:
        """Delete what was downloaded of a hub model, whole or in part; a person's folders stay.

        Raises:
            ModelLoadError: A file cannot be deleted.
        """
        downloaded = self.hub.find_downloaded(source)
        for folder in (*([downloaded] if downloaded else []), *self._parts(source)):
            try:
                shutil.rmtree(folder)
            except OSError as error:
                raise ModelLoadError(
                    source, f"could not be removed ({error.strerror}); is it in use elsewhere?"
                ) from error

    def _hub_ids(self) -> Iterator[str]:
        """Hub ids of the catalogue, and of what else was downloaded."""
        yield from (model.source for model in KNOWN_MODELS)
        for origin in sorted(self.hub.models_folder.glob(f"*/{ORIGIN}")):
            try:
                source = str(read_json(origin).get("source", ""))
            except ModelLoadError:
                continue
            if is_hub_id(source) and self.hub.find_downloaded(source) == origin.parent:
                yield source

    def _absent(self, source: str) -> ListedModel:
        """A model of the hub that is not here, or not all of it."""
        known = find_known(source)
        on_disk = sum(map(_disk_bytes, self._parts(source)))
        return ListedModel(
            source=source,
            place=Place.PARTIAL if on_disk else Place.HUB,
            name=source,
            description=known.description if known else "",
            licence=known.licence if known else "",
            disk_bytes=on_disk,
            download_bytes=known.size_bytes if known else 0,
        )

    def _parts(self, source: str) -> list[Path]:
        """Folders of downloads that were broken off."""
        pattern = f"{source.replace('/', '--')}.*{_PARTIAL}"
        return sorted(self.hub.models_folder.glob(pattern))


def _opened(source: str, place: Place, folder: Path) -> ListedModel:
    """A model in a folder; what is missing there becomes its `problem`."""
    on_disk = _disk_bytes(folder)
    try:
        model = open_folder(folder)
        card = read_card(model)
        return ListedModel(
            source=source,
            place=place,
            name=card.name,
            description=card.description,
            licence=card.licence,
            folder=str(folder),
            disk_bytes=on_disk,
            card=card,
            capabilities=read_capabilities(model),
            vocabulary=read_vocabulary(model),
            text=_text(folder),
        )
    except ModelLoadError as error:
        return ListedModel(
            source=source,
            place=place,
            name=folder.name or source,
            description="",
            licence="",
            folder=str(folder),
            disk_bytes=on_disk,
            problem=str(error).removeprefix(f"{error.source}: "),
        )


def _disk_bytes(folder: Path) -> int:
    """What the files of a folder take."""
    try:
        return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    except OSError:  # it changes while it is looked at
        return 0


def _text(folder: Path) -> str:
    """README.md without the block of data at its head; empty where there is none."""
    try:
        text = (folder / _README).read_text(encoding="utf-8", errors="replace")[:_LONGEST_TEXT]
    except OSError:
        return ""
    head, mark, body = text.removeprefix("---\n").partition("\n---\n")
    return body if text.startswith("---\n") and mark and head else text
