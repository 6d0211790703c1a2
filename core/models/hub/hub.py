"""Models on the Hugging Face hub: describes what a download would bring, and downloads."""

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import platformdirs

from core.api.byte_count import size_text
from core.api.errors import ModelLoadError, NotAgreedError
from core.api.events import BytesReceived, Stage
from core.api.progress import Progress
from core.models.card_file import ORIGIN
from core.models.catalog import find_known_model
from core.models.conversion.converted_models import ConvertedModels
from core.models.folder import INDEX, check_family
from core.models.hub.access import REFUSED, find_token
from core.models.hub.hub_cache import default_cache_folder, find_snapshot, list_sources
from core.models.hub.hub_errors import hub_errors_as_sentences
from core.models.hub.repository_files import HubFile, select_files
from core.runtime.outside_file import parse_json

TIMEOUT_S = 5.0
_HUB_ID = re.compile(r"\w[\w.-]*/\w[\w.-]*", re.ASCII)
_MAX_ID_LENGTH = 96  # the hub's own limit
_COMMIT = re.compile(r"[0-9a-f]{40}")
_MAX_INDEX_BYTES = 1 << 20
_MAX_LICENCE_LENGTH = 100


def is_hub_id(source: str) -> bool:
    """Whether a model's name has the form owner/name, by the hub's own rules.

    The rules also keep the folders of two models apart: "a/b" is kept in "a--b".
    """
    has_form = len(source) <= _MAX_ID_LENGTH and _HUB_ID.fullmatch(source) is not None
    return has_form and not any(part in source for part in ("--", "..", "-/", "./"))


def local_path(source: str) -> Path | None:
    """The path that `source` names; None for a hub id, unless it is also a path that exists."""
    path = Path(source).expanduser()
    return path if path.exists() or not is_hub_id(source) else None


def default_models_folder() -> Path:
    """The folder of downloaded models, in the platform's folder for an application's data."""
    return Path(platformdirs.user_data_path("Tessera", appauthor=False)) / "models"


@dataclass(frozen=True, slots=True)
class HubOffer:
    """What a download would bring.

    Attributes:
        source: Hub id of the model.
        revision: The commit whose files these are.
        licence: The licence that the hub states.
        files: The files to download; weights as .bin only where there are no safetensors.
    """

    source: str
    revision: str
    licence: str
    files: tuple[HubFile, ...]

    @property
    def size_bytes(self) -> int:
        """Size of all files."""
        return sum(file.size_bytes for file in self.files)

    @property
    def pickled_bytes(self) -> int:
        """Size of the weights that are pickles, which are converted after the download."""
        return sum(file.size_bytes for file in self.files if file.path.endswith(".bin"))


@dataclass(frozen=True, slots=True)
class Hub:
    """A hub and the folder of its downloads.

    Attributes:
        endpoint: Address of the hub; None = the public one, or what HF_ENDPOINT names.
        models_folder: Holds one folder for each model, named owner--name.
        cache_folder: Hugging Face's cache, which is only read.
    """

    endpoint: str | None = None
    models_folder: Path = field(default_factory=default_models_folder)
    cache_folder: Path = field(default_factory=default_cache_folder)

    @property
    def converted_models(self) -> ConvertedModels:
        """The converted copies of models whose weights are pickles."""
        return ConvertedModels(self.models_folder, self.cache_folder)

    def find_downloaded(self, source: str) -> Path | None:
        """The folder of a model that is downloaded completely; None also for other names."""
        if not is_hub_id(source):
            return None
        folder = self._folder(source)
        return folder if folder.is_dir() else None

    def find_cached(self, source: str) -> Path | None:
        """The folder of a model that is whole in Hugging Face's cache, else None."""
        return find_snapshot(source, self.cache_folder) if is_hub_id(source) else None

    def find_pickled(self, source: str) -> Path | None:
        """The folder of a model that is whole in the cache, with weights that are pickles."""
        if not is_hub_id(source) or self.find_cached(source):
            return None
        return find_snapshot(source, self.cache_folder, accept_pickles=True)

    def cached_sources(self) -> Iterator[str]:
        """Hub ids of the models that are whole in Hugging Face's cache, converted or not."""
        for source in filter(is_hub_id, list_sources(self.cache_folder)):
            if find_snapshot(source, self.cache_folder, accept_pickles=True):
                yield source

    def describe(self, source: str) -> HubOffer:
        """Ask the hub about a model, without downloading it.

        Raises:
            ModelLoadError: The hub cannot be reached, or has no such model, or Tessera cannot
                run it.
        """
        catalogued = find_known_model(source)
        with hub_errors_as_sentences(source), _answers_checked():
            info = self._model_info(source, catalogued.revision if catalogued else "main")
            revision = _commit(info.sha)
            family = check_family(source, self._read_index(source, revision))
            files = select_files(source, family, info.siblings or [])
            stated = getattr(info.card_data, "license", None)
        licence = stated or (catalogued and catalogued.licence) or "not stated"
        return HubOffer(source, revision, str(licence)[:_MAX_LICENCE_LENGTH], files)

    def download(self, offer: HubOffer, progress: Progress, *, agreed: bool) -> Path:
        """Download a model; an earlier, partial download is continued.

        Args:
            offer: From `describe`.
            progress: Receives BytesReceived, and may cancel at every chunk.
            agreed: Whether a person has agreed to the offer's size and licence, and to the
                conversion of its pickles.

        Returns:
            The model's folder, which can then be loaded without a network; the one in Hugging
            Face's cache, or its converted copy, where it is whole there.

        Raises:
            NotAgreedError: `agreed` is false.
            ModelLoadError: The connection broke off, the disk is full, or a file is damaged.
            Cancelled: The run was cancelled through `progress`.
        """
        if not agreed:
            raise NotAgreedError(offer.source, offer.size_bytes, offer.licence, offer.pickled_bytes)
        folder = self._folder(offer.source)
        if folder.is_dir():
            return folder
        cached = self.find_cached(offer.source)
        if cached:
            return cached
        if offer.pickled_bytes and self.find_pickled(offer.source):
            return self.convert(offer.source, progress)
        partial = self._folder(offer.source, f".{offer.revision[:12]}.partial")
        with progress.stage(Stage.DOWNLOADING), hub_errors_as_sentences(offer.source):
            partial.mkdir(parents=True, exist_ok=True)
            self._check_disk(offer, partial)
            self._download_files(offer, partial, progress)
            origin = {"source": offer.source, "revision": offer.revision, "licence": offer.licence}
            (partial / ORIGIN).write_text(json.dumps(origin, indent=2), encoding="utf-8")
            if not offer.pickled_bytes:
                partial.replace(folder)
        if offer.pickled_bytes:
            self.converted_models.convert_into(folder, partial, offer.source, progress)
            shutil.rmtree(partial, ignore_errors=True)
        return folder

    def convert(self, source: str, progress: Progress) -> Path:
        """Convert a model on this machine, to which a person has agreed; the original stays.

        Args:
            source: A path, or the hub id of a model in Hugging Face's cache: its copy is then in
                the place of a download.
            progress: Receives BytesReceived, and may cancel.

        Returns:
            The folder of the copy.

        Raises:
            ModelLoadError: There is no such model, its weights cannot be converted, or the disk
                is full.
            Cancelled: The run was cancelled through `progress`.
        """
        path = local_path(source)
        if path is not None:
            return self.converted_models.convert(path, progress)
        folder = self._folder(source)
        if not folder.is_dir():
            snapshot = self.find_pickled(source)
            if snapshot is None:
                raise ModelLoadError(source, "is not whole in Hugging Face's cache any more.")
            self.converted_models.convert_into(folder, snapshot, source, progress)
        return folder

    def _download_files(self, offer: HubOffer, folder: Path, progress: Progress) -> None:
        from core.models.hub.download import download_file

        before = 0

        def on_progress(received: int) -> None:
            progress.emit(BytesReceived(before + received, offer.size_bytes))
            progress.check_cancelled()

        for file in offer.files:
            download_file(
                self._url(offer.source, file.path, offer.revision),
                file,
                folder / file.path,
                on_progress,
            )
            before += file.size_bytes

    def _check_disk(self, offer: HubOffer, folder: Path) -> None:
        """Raise if the disk cannot hold the download, before it begins."""
        received_bytes = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        needed = offer.size_bytes - received_bytes + offer.pickled_bytes
        free = shutil.disk_usage(folder).free
        if needed > free:
            raise ModelLoadError(
                offer.source,
                f"the download needs {size_text(needed)} and {size_text(free)} are free in "
                f"{self.models_folder}; make room and try again.",
            )

    def _model_info(self, source: str, revision: str) -> Any:
        """What the hub says of a model; with the user's token only where it refuses without."""
        from huggingface_hub import HfApi
        from huggingface_hub.errors import HfHubHTTPError

        api = HfApi(endpoint=self.endpoint, token=False)
        question: dict[str, Any] = {
            "revision": revision,
            "files_metadata": True,
            "timeout": TIMEOUT_S,
        }
        try:
            return api.model_info(source, **question)
        except HfHubHTTPError as error:
            token = find_token(api.endpoint) if error.response.status_code in REFUSED else None
            if token is None:
                raise
        return api.model_info(source, **question, token=token)

    def _read_index(self, source: str, revision: str) -> dict[str, Any]:
        """The model's model_index.json; empty where it is no JSON object."""
        from core.models.hub.download import read_small_file

        index = parse_json(read_small_file(self._url(source, INDEX, revision), _MAX_INDEX_BYTES))
        return index if isinstance(index, dict) else {}

    def _url(self, source: str, path: str, revision: str) -> str:
        from huggingface_hub import hf_hub_url

        return hf_hub_url(source, path, revision=revision, endpoint=self.endpoint)

    def _folder(self, source: str, suffix: str = "") -> Path:
        if not is_hub_id(source):  # else the name could lead out of the models' folder
            raise ModelLoadError(source, "is no name of a model on the hub (owner/name).")
        return self.models_folder / (source.replace("/", "--") + suffix)


def _commit(revision: object) -> str:
    """The commit that the hub names; it becomes part of a folder's name and of addresses."""
    if not isinstance(revision, str) or not _COMMIT.fullmatch(revision):
        raise ValueError(f"{revision!r} is no commit")
    return revision


@contextmanager
def _answers_checked() -> Iterator[None]:
    """Raise a ValueError where an answer of the hub has another structure than is expected."""
    try:
        yield
    except (TypeError, LookupError, AttributeError, RecursionError) as error:
        raise ValueError("the hub's answer has another structure") from error
