"""Reads the header of a safetensors file without loading its tensors.

The format: eight bytes with the header's length, a JSON header with name, dtype, shape and offset
of each tensor, then the tensors (https://huggingface.co/docs/safetensors).
"""

import re
from collections.abc import Collection, Iterable, Mapping
from math import prod
from pathlib import Path
from typing import Any

from core.api.errors import ModelLoadError
from core.runtime.outside_file import check_regular, parse_json

Shapes = dict[str, tuple[int, ...]]

_LENGTH_BYTES = 8
_TYPE_BITS = {
    **dict.fromkeys(("BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0"), 8),
    **dict.fromkeys(("F8_E4M3FNUZ", "F8_E5M2FNUZ"), 8),
    **dict.fromkeys(("I16", "U16", "F16", "BF16"), 16),
    **dict.fromkeys(("I32", "U32", "F32"), 32),
    **dict.fromkeys(("I64", "U64", "F64", "C64"), 64),
}
_MAX_HEADER_BYTES = 100_000_000  # the format's own limit
_SAFETENSORS, _PICKLE = ".safetensors", ".bin"
_FORMS = (  # of a file's name between its stem and its ending, the preferred one first
    r"",
    r"-\d+-of-\d+",
    r"\.fp16",
    r"\.fp16-\d+-of-\d+",
    r"-\d+-of-\d+\.fp16",  # the older form of the one above
)
_PART = re.compile(r"(.+)-(\d+)-of-(\d{1,9})(\.(?:fp16\.)?(?:safetensors|bin))", re.ASCII)
_GIT_LFS_POINTER = b"version "
_COPY_AGAIN = "copy or download it again"


def find_weight_files(folder: Path, stem: str) -> tuple[Path, ...]:
    """The safetensors of a network in a folder, as `select_weight_files` selects them."""
    names = [file.name for file in folder.glob(f"*{_SAFETENSORS}") if file.is_file()]
    return tuple(folder / name for name in select_weight_files(names, stem))


def select_weight_files(
    names: Iterable[str], stem: str, ending: str = _SAFETENSORS
) -> tuple[str, ...]:
    """The names of a network's files: one, or the parts of a divided one, in order.

    An fp16 variant is selected where there are no weights in full precision.

    Args:
        names: The files to select from.
        stem: Their name before the form, "model" for model.fp16.safetensors.
        ending: Their format.
    """
    known = sorted(names)
    for form in _FORMS:
        pattern = re.compile(re.escape(stem) + form + re.escape(ending), re.ASCII)
        if found := tuple(filter(pattern.fullmatch, known)):
            return found
    return ()


def find_pickle_files(folder: Path, stem: str) -> tuple[Path, ...]:
    """The .bin files of a network in a folder, as `select_pickle_files` selects them."""
    names = [file.name for file in folder.glob(f"*{_PICKLE}") if file.is_file()]
    return tuple(folder / name for name in select_pickle_files(names, stem))


def select_pickle_files(names: Iterable[str], stem: str) -> tuple[str, ...]:
    """The .bin files of a network among several: one, or the parts of a divided one.

    Args:
        names: Names of files, or paths with forward slashes.
        stem: Name of the network's safetensors file before its form, with the same path.
    """
    folder, slash, name = stem.rpartition("/")
    # diffusers has one name for both formats, transformers has not
    pickle_name = "pytorch_model" if name == "model" else name
    return select_weight_files(names, folder + slash + pickle_name, _PICKLE)


def missing_part(names: Collection[str]) -> str | None:
    """The name of the first part that is missing among the parts of a divided file, if one is."""
    parts = [match for name in names if (match := _PART.fullmatch(name))]
    if not parts:
        return None
    stem, number, count, end = parts[0].groups()
    for expected in range(1, int(count) + 1):  # ends after at most one more than there are names
        name = f"{stem}-{expected:0{len(number)}}-of-{count}{end}"
        if name not in names:
            return name
    return None


def read_shapes(file: Path) -> Shapes:
    """The shape of every tensor in a safetensors file, by name.

    Raises:
        ModelLoadError: It cannot be read, is not such a file, or is cut short.
    """
    try:
        check_regular(file)
        size_bytes = file.stat().st_size
        with file.open("rb") as stream:
            prefix = stream.read(_LENGTH_BYTES)
            header_bytes = int.from_bytes(prefix, "little")
            header = stream.read(min(header_bytes, _MAX_HEADER_BYTES))
    except OSError as error:
        raise ModelLoadError(str(file), f"cannot be read ({error.strerror}).") from error
    if prefix == _GIT_LFS_POINTER:
        raise ModelLoadError(
            str(file), "only stands for the weights; fetch them with: git lfs pull"
        )
    if header_bytes > _MAX_HEADER_BYTES:
        raise ModelLoadError(str(file), f"is not a safetensors file; {_COPY_AGAIN}.")
    if len(header) < max(1, header_bytes):
        raise ModelLoadError(str(file), f"is cut short, after {size_bytes:,} bytes; {_COPY_AGAIN}.")
    return _parse(file, header, size_bytes - _LENGTH_BYTES - header_bytes)


def _last_byte(entry: Mapping[str, Any]) -> int:
    """Where a tensor ends.

    Raises:
        ValueError: Its type, shape and place do not belong together.
        TypeError, LookupError: It does not have them.
    """
    start, stop = entry["data_offsets"]
    sizes = (start, stop, *entry["shape"])
    if any(type(size) is not int or size < 0 for size in sizes):
        raise ValueError("a size is no whole number")
    if stop - start != _TYPE_BITS[entry["dtype"]] * prod(entry["shape"]) // 8:
        raise ValueError("a tensor has another size than its shape says")
    return int(stop)


def _parse(file: Path, header: bytes, data_bytes: int) -> Shapes:
    """Names and shapes of a header whose tensors have to fill `data_bytes` exactly."""
    try:
        entries: dict[str, Any] = parse_json(header)
        tensors = {name: entry for name, entry in entries.items() if name != "__metadata__"}
        needed_bytes = max((_last_byte(entry) for entry in tensors.values()), default=0)
        shapes = {name: tuple(entry["shape"]) for name, entry in tensors.items()}
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise ModelLoadError(str(file), f"is not a safetensors file; {_COPY_AGAIN}.") from error
    if data_bytes != needed_bytes:
        damage = "is cut short" if data_bytes < needed_bytes else "is damaged"
        raise ModelLoadError(
            str(file),
            f"{damage}: its tensors need {needed_bytes:,} bytes, {data_bytes:,} are there; "
            f"{_COPY_AGAIN}.",
        )
    return shapes
