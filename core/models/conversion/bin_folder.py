"""A model folder in diffusers' format whose weights are kept as .bin, which is a pickle."""

import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from core.api.errors import ModelLoadError
from core.models.conversion.stored_tensor import Tensors, WritableTensors
from core.models.conversion.torch_file import read_tensors
from core.models.family import Family
from core.models.folder import INDEX, check_family, read_json

_PICKLE_STEMS = {"model": "pytorch_model"}  # transformers; diffusers has one name for both
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
        if component.weights and not safetensors_of(folder / name, component.weights):
            files = bin_files(folder / name, component.weights)
            if files:
                found[name] = files
    return found


def family_of(folder: Path) -> Family:
    """The family of a model folder.

    Raises:
        ModelLoadError: Tessera does not run it.
    """
    return check_family(str(folder), read_json(folder / INDEX))


def safetensors_of(folder: Path, stem: str) -> tuple[Path, ...]:
    """The safetensors files of a network, in any precision."""
    return tuple(sorted(folder.glob(f"{stem}*.safetensors")))


def bin_files(folder: Path, stem: str) -> tuple[Path, ...]:
    """The .bin files of a network in a folder."""
    names = [file.name for file in folder.glob("*.bin") if file.is_file()]
    return tuple(folder / name for name in select_bin_files(names, stem))


def select_bin_files(names: Iterable[str], stem: str) -> tuple[str, ...]:
    """The .bin files of a network among several: one, or the parts of a divided one.

    Args:
        names: Names of files, or paths with forward slashes.
        stem: Name of the network's safetensors file before its ending, with the same path.
    """
    names = sorted(names)
    folder, slash, name = stem.rpartition("/")
    stem = folder + slash + _PICKLE_STEMS.get(name, name)
    for variant in ("", ".fp16"):
        if f"{stem}{variant}.bin" in names:
            return (f"{stem}{variant}.bin",)
        part = re.compile(rf"{re.escape(stem + variant)}-\d+-of-\d+\.bin")
        if parts := tuple(filter(part.fullmatch, names)):
            return parts
    return ()


def read_network(files: tuple[Path, ...]) -> WritableTensors:
    """The tensors of a network; of those that share their data, as tied weights do, the first.

    Raises:
        ModelLoadError: A file is damaged, or a part is missing.
    """
    check_parts(files)
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


def check_parts(files: tuple[Path, ...]) -> None:
    """Check that no part of a divided network is missing.

    Raises:
        ModelLoadError: One is; the sentence gives its number.
    """
    numbers = [re.search(r"-(\d+)-of-(\d+)\.bin$", file.name) for file in files]
    found = {int(number[1]) for number in numbers if number}
    expected = {int(number[2]) for number in numbers if number}
    for missing in sorted(set(range(1, 1 + max(expected, default=0))) - found):
        raise ModelLoadError(
            str(files[0].parent),
            f"part {missing} of {max(expected)} of its weights is missing; copy or download it.",
        )


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
        for file in safetensors_of(folder / name, component.weights) if component.weights else ():
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
