"""The converted copies of models whose weights are pickles: finds, makes and removes them."""

import hashlib
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.api.byte_count import size_text
from core.api.errors import ModelLoadError, NotConvertedError
from core.api.model_card import PICKLE_SUFFIXES
from core.api.progress import Progress
from core.models.card_file import ORIGIN
from core.models.conversion.bin_folder import pickled_components
from core.models.conversion.conversion_worker import CONVERTED_FROM, ConversionJob
from core.models.conversion.vocabularies import VOCABULARIES, candidate_folders
from core.models.folder import INDEX, read_json
from core.models.snapshot import find_snapshots
from core.runtime.outside_file import check_regular

_FOLDER = "converted"
_PARTIAL = ".partial"
_SAMPLES, _SAMPLE_BYTES = 64, 1 << 16
_KEY_LENGTH = 16


@dataclass(frozen=True, slots=True)
class ConvertedModels:
    """The copies in a folder of models.

    A copy is found by the content of its original: a checkpoint that was moved or renamed keeps
    its copy, and one that was trained further gets another.

    Attributes:
        models_folder: The folder of Tessera's models; copies are in a folder inside it.
        hub_cache: Hugging Face's cache, where vocabularies may be; None = there is none.
    """

    models_folder: Path
    hub_cache: Path | None = None

    @property
    def folder(self) -> Path:
        """The folder of all copies."""
        return self.models_folder / _FOLDER

    def find(self, source: Path) -> Path | None:
        """The copy of a checkpoint or a folder; None where there is none.

        Raises:
            ModelLoadError: It cannot be read.
        """
        target = self._target(source)
        return target if target.is_dir() else None

    def resolve(self, source: Path) -> Path:
        """The folder to load: the copy of what has to be converted, and else `source` itself.

        Raises:
            NotConvertedError: It has to be converted first, and a person has to agree to that.
            ModelLoadError: It cannot be read.
        """
        if not source.exists():  # the original may be gone; its copy is a whole model
            return self._copies().get(str(source.absolute()), source)
        if not needs_conversion(source):
            return source
        copy = self.find(source)
        if copy is None:
            raise NotConvertedError(str(source), pickled_bytes(source), str(self.folder))
        return copy

    def convert(self, source: Path, progress: Progress) -> Path:
        """Make the copy, to which a person has agreed, unless there is one; the original stays.

        Raises:
            ModelLoadError: The weights cannot be converted, or the disk is full.
            Cancelled: The run was cancelled through `progress`; nothing is left of the copy.
        """
        target = self._target(source)
        if not target.is_dir():
            self.convert_into(target, source, source.name, progress)
        return target

    def convert_into(self, target: Path, source: Path, name: str, progress: Progress) -> None:
        """Make a copy with a name of its own, which is there only once it is complete.

        Args:
            target: The folder of the copy.
            source: What is converted, which stays.
            name: What a person calls the model.
            progress: As for `convert`.

        Raises:
            ModelLoadError, Cancelled: As `convert`.
        """
        from core.models.conversion.conversion_process import convert_in_process

        partial = target.with_name(f"{target.name}.{secrets.token_hex(4)}{_PARTIAL}")
        try:
            partial.mkdir(parents=True)
            _check_disk(source, partial)
            job = ConversionJob(
                source=_model_folder(source).absolute(),
                original=source.absolute(),
                name=name,
                target=partial,
                vocabularies=self._vocabularies(source),
            )
            convert_in_process(job, progress)
            partial.replace(target)
        except OSError as error:
            raise ModelLoadError(
                str(source), f"its copy cannot be stored in {target.parent} ({error.strerror})."
            ) from error
        finally:
            shutil.rmtree(partial, ignore_errors=True)

    def sources(self) -> tuple[str, ...]:
        """What there are copies of, as requests name it; some of it may be gone."""
        return tuple(self._copies())

    def _copies(self) -> dict[str, Path]:
        """All copies, by the paths that their originals had."""
        found = {}
        for origin in sorted(self.folder.glob(f"*/{ORIGIN}")):
            if origin.parent.suffix == _PARTIAL:
                continue
            try:
                found[str(read_json(origin)[CONVERTED_FROM])] = origin.parent
            except (ModelLoadError, KeyError):
                continue
        return found

    def _target(self, source: Path) -> Path:
        stem = re.sub(r"[^\w.-]+", "-", source.stem)[:64].strip(".-") or "model"
        try:
            key = _identity(source)
        except OSError as error:
            raise ModelLoadError(str(source), f"cannot be read ({error.strerror}).") from error
        found = sorted(self.folder.glob(f"*-{key}"))
        return found[0] if found else self.folder / f"{stem}-{key}"

    def _vocabularies(self, source: Path) -> dict[str, tuple[Path, ...]]:
        beside = source.absolute().parent
        return {
            each.component: candidate_folders(each, beside, self.models_folder, self.hub_cache)
            for each in VOCABULARIES
        }


def needs_conversion(source: Path) -> bool:
    """Whether a model's weights are pickles: a single file of torch, or a folder with .bin files.

    Raises:
        ModelLoadError: A folder's model_index.json cannot be read.
    """
    if source.is_dir():
        folder = _model_folder(source)
        return (folder / INDEX).is_file() and bool(pickled_components(folder))
    return is_checkpoint(source)


def is_checkpoint(source: Path) -> bool:
    """Whether a path is a file that torch.save may have written, going by its name."""
    return source.suffix.lower() in PICKLE_SUFFIXES and source.is_file()


def pickled_bytes(source: Path) -> int:
    """Size of the files that would be converted; a copy is about as large, or smaller."""
    return sum(file.stat().st_size for file in _pickles(source))


def _pickles(source: Path) -> Iterator[Path]:
    if source.is_dir():
        for files in pickled_components(_model_folder(source)).values():
            yield from files
    else:
        yield source


def _check_disk(source: Path, folder: Path) -> None:
    """Raise if the disk of a folder cannot hold the copy, before any work."""
    needed, free = pickled_bytes(source), shutil.disk_usage(folder).free
    if needed > free:
        raise ModelLoadError(
            str(source),
            f"its copy needs up to {size_text(needed)} and {size_text(free)} are free in "
            f"{folder.parent}; make room and try again.",
        )


def _model_folder(source: Path) -> Path:
    """The folder with a model's files: of a repository in Hugging Face's cache, a snapshot."""
    return next(iter(find_snapshots(source)), source) if source.is_dir() else source


def _identity(source: Path) -> str:
    """A key of the content of a model's files: of their sizes, and of samples throughout them.

    A zip archive of torch ends with the checksums of all of its tensors.

    Raises:
        OSError: A file cannot be read.
    """
    digest = hashlib.sha256()
    for file in sorted(_pickles(source)):
        check_regular(file)
        size = file.stat().st_size
        name = file.relative_to(source).as_posix() if source.is_dir() else ""
        digest.update(json.dumps([name, size]).encode())
        last = max(0, size - _SAMPLE_BYTES)
        with file.open("rb") as stream:
            for index in range(_SAMPLES):
                stream.seek(last * index // (_SAMPLES - 1), os.SEEK_SET)
                digest.update(stream.read(_SAMPLE_BYTES))
    return digest.hexdigest()[:_KEY_LENGTH]
