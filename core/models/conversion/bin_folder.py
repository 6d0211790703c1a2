"""A model folder in diffusers' format whose weights are kept as .bin, which is a pickle."""

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from core.api.errors import ModelLoadError
from core.models.conversion.stored_tensor import Tensors, WritableTensors
from core.models.conversion.torch_file import read_tensors
from core.models.family import Family
from core.models.folder import INDEX, check_family, read_json
from core.models.weights_file import find_pickle_files, find_weight_files, missing_part

_WEIGHTS = (".bin", ".safetensors", ".ckpt", ".pth", ".pt", ".h5", ".msgpack", ".onnx", ".pb")
_MAX_SMALL_BYTES = 64 << 20


def pickled_components(folder: Path) -> dict[str, tuple[Path, ...]]:
    """The networks of a folder that have .bin files and no safetensors, by component.

    Raises:
        ModelLoadError: Its model_index.json cannot be read, or is of another family.
    """
    family = family_of(folder)
    found = {}
    for name, component in family.components.items():
        if component.weights and not find_weight_files(folder / name, component.weights):
            files = find_pickle_files(folder / name, component.weights)
            if files:
                found[name] = files
    return found


def family_of(folder: Path) -> Family:
    """The family of a model folder.

    Raises:
        ModelLoadError: Tessera does not run it.
    """
    return check_family(str(folder), read_json(folder / INDEX))


def read_network(files: tuple[Path, ...]) -> WritableTensors:
    """The tensors of a network; of those that share their data, as tied weights do, the first.

    Raises:
        ModelLoadError: A file is damaged, or a part is missing.
    """
    missing = missing_part([file.name for file in files])
    if missing:
        raise ModelLoadError(str(files[0].parent), f"{missing} is missing; copy or download it.")
    merged: Tensors = {}
    for file in files:
        merged |= read_tensors(file)
    seen: set[tuple[object, ...]] = set()
    unique: WritableTensors = {}
    for name, tensor in merged.items():
        storage = tensor.storage
        place = (storage.path, storage.start, tensor.first, tensor.shape, tensor.strides)
        if place not in seen:
            seen.add(place)
            unique[name] = tensor
    return unique


def copy_other_files(folder: Path, target: Path, family: Family) -> None:
    """Copy settings and vocabularies, and link the networks that are safetensors already.

    Raises:
        OSError: A file cannot be copied.
    """
    for file in _small_files(folder):
        shutil.copyfile(file, target / file.name)
    for name, component in family.components.items():
        if not (folder / name).is_dir():
            continue
        (target / name).mkdir()
        for file in _small_files(folder / name):
            shutil.copyfile(file, target / name / file.name)
        if component.weights:
            for file in find_weight_files(folder / name, component.weights):
                _link(file, target / name / file.name)


def _small_files(folder: Path) -> Iterator[Path]:
    """Files of a folder that are no weights."""
    for file in sorted(folder.iterdir()):
        is_weights = file.suffix in _WEIGHTS or file.name.endswith(".index.json")
        if file.is_file() and not is_weights and file.stat().st_size <= _MAX_SMALL_BYTES:
            yield file


def _link(file: Path, target: Path) -> None:
    """Give a file another name, which takes no room; copy it where the disk cannot do that."""
    with suppress(OSError):
        os.link(file.resolve(), target)
        return
    shutil.copyfile(file, target)
