"""Reads the tensors of a file that torch.save wrote, in both of its formats.

Since torch 1.6 that is a zip archive with a pickle and an uncompressed entry for each storage.
Before, it was a series of pickles followed by the storages (torch/serialization.py,
`_legacy_save`). Only places are read here; the tensors' bytes stay in the file.
"""

import errno
import pickle
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from core.api.errors import ModelLoadError
from core.models.conversion.inert_unpickler import ForeignProgramError, InertUnpickler
from core.models.conversion.stored_tensor import ITEM_BYTES, Storage, StoredTensor, Tensors

_MAX_PICKLE_BYTES = 256 << 20
_LOCAL_HEADER_BYTES = 30  # of a zip entry, before its name and its extra field
_MAGIC_NUMBER = 0x1950A86A20F9469CFC6C
_PROTOCOL = 1001
_DAMAGE = (
    pickle.UnpicklingError,
    zipfile.BadZipFile,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)
_STATE = "state_dict"
_WRAPPERS = ("module.", "_orig_mod.")  # of data-parallel and of compiled networks


def read_tensors(path: Path) -> Tensors:
    """The tensors of a file, by name; those of its state dict where it holds one.

    Raises:
        ModelLoadError: It is no such file, is damaged, or would run a program if it were opened as
            pickles usually are.
        OSError: It cannot be read.
    """
    try:
        content = _read_zip(path) if zipfile.is_zipfile(path) else _read_legacy(path)
        tensors = _named_tensors(content)
        for tensor in tensors.values():
            tensor.check(path.stat().st_size)
    except ForeignProgramError as error:
        raise ModelLoadError(
            str(path),
            f"would run a program when opened in the usual way ({error.name}). Nothing of it was "
            "run, and nothing was converted; delete this file, and do not open it elsewhere.",
        ) from None
    except (OSError, *_DAMAGE) as error:
        if isinstance(error, OSError) and error.errno != errno.EINVAL:
            raise  # not a damaged file, which may name a place before its beginning (EINVAL)
        reason = str(error).partition("\n")[0][:200] or type(error).__name__
        raise ModelLoadError(
            str(path),
            f"is no file of weights that torch wrote, or it is damaged ({reason}); copy or "
            "download it again.",
        ) from error
    if not tensors:
        raise ModelLoadError(str(path), "holds no weights.")
    return tensors


def _named_tensors(content: object) -> Tensors:
    """The tensors of a state dict; in Lightning's files it is one entry among others."""
    if isinstance(content, Mapping) and isinstance(content.get(_STATE), Mapping):
        content = content[_STATE]
    if not isinstance(content, Mapping):
        raise TypeError("it holds no weights by name")
    named = {
        name: value
        for name, value in content.items()
        if isinstance(name, str) and isinstance(value, StoredTensor)
    }
    for prefix in _WRAPPERS:
        if all(name.startswith(prefix) for name in named):
            named = {name.removeprefix(prefix): value for name, value in named.items()}
    return named


def _read_zip(path: Path) -> object:
    """The content of a zip archive of torch."""
    with zipfile.ZipFile(path) as archive, path.open("rb") as file:
        entries = {entry.filename: entry for entry in archive.infolist()}
        name = next(
            (name for name in entries if name == "data.pkl" or name.endswith("/data.pkl")), None
        )
        if name is None:
            raise ValueError("the archive holds no data.pkl")
        if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries.values()):
            raise ValueError("its tensors are compressed")
        root = name.removesuffix("data.pkl")
        if entries[name].file_size > _MAX_PICKLE_BYTES:
            raise ValueError("its table of contents is too long")
        order = entries.get(f"{root}byteorder")
        if order is not None and archive.read(order)[:8].strip() == b"big":
            raise ValueError("it was written by a big-endian computer")
        storages: dict[str, Storage] = {}

        def find_storage(reference: tuple[Any, ...]) -> Storage:
            _, dtype, key, _, num_elements = reference[:5]
            if key not in storages:
                entry = entries[f"{root}data/{key}"]
                if entry.file_size < num_elements * ITEM_BYTES[dtype]:
                    raise ValueError("a tensor is cut short")
                storages[key] = Storage(path, dtype, num_elements, _data_start(file, entry))
            return storages[key]

        with archive.open(name) as stream:
            return InertUnpickler(stream, find_storage).load()


def _data_start(file: IO[bytes], entry: zipfile.ZipInfo) -> int:
    """The byte at which the content of an uncompressed entry begins."""
    file.seek(entry.header_offset)
    header = file.read(_LOCAL_HEADER_BYTES)
    if len(header) < _LOCAL_HEADER_BYTES or header[:4] != b"PK\x03\x04":
        raise ValueError("an entry has no header")
    name_bytes = int.from_bytes(header[26:28], "little")
    extra_bytes = int.from_bytes(header[28:30], "little")
    return entry.header_offset + _LOCAL_HEADER_BYTES + name_bytes + extra_bytes


def _read_legacy(path: Path) -> object:
    """The content of a file of torch before 1.6: four pickles, the storages' names, their data."""
    storages: dict[str, Storage] = {}

    def find_storage(reference: tuple[Any, ...]) -> Storage:
        _, dtype, key, _, num_elements = reference[:5]
        view = reference[5] if len(reference) > 5 else None
        if view is not None:
            raise ValueError("a tensor is a view of another storage")
        return storages.setdefault(str(key), Storage(path, dtype, num_elements))

    with path.open("rb") as file:

        def load() -> Any:
            return InertUnpickler(file, find_storage).load()

        if load() != _MAGIC_NUMBER or load() != _PROTOCOL:
            raise ValueError("it does not begin as a file of torch")
        if not load().get("little_endian", True):
            raise ValueError("it was written by a big-endian computer")
        content = load()
        for key in map(str, load()):
            count = int.from_bytes(file.read(8), "little")
            storage = storages[key]
            if count != storage.num_elements:
                raise ValueError("a tensor has another size than its table says")
            storage.start = file.tell()
            file.seek(count * ITEM_BYTES[storage.dtype], 1)
    return content
