"""Which files of a hub repository make up a model: configs, tokenizer, weights as safetensors."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from core.errors import ModelLoadError
from core.models.card import CARD
from core.models.folder import CONFIG_FILES, INDEX, WEIGHT_STEMS

_SMALL = re.compile(
    rf"{re.escape(INDEX)}|{re.escape(CARD)}|({'|'.join(CONFIG_FILES)})/[\w.-]+\.(json|txt)"
)


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file on the hub.

    Attributes:
        path: Its place in the repository, with forward slashes.
        size_bytes: Its length.
        sha256: Checksum; None for small files, which the hub keeps without one.
    """

    path: str
    size_bytes: int
    sha256: str | None


def select_files(source: str, siblings: Iterable[Any]) -> tuple[HubFile, ...]:
    """What of a repository is worth downloading: twins of the weights in other forms are not.

    Args:
        source: Hub id, for the error.
        siblings: The repository's files, as huggingface_hub describes them.

    Raises:
        ModelLoadError: A network has no weights as safetensors there.
    """
    files = {file.path: file for file in map(_hub_file, siblings)}
    chosen = [file for path, file in files.items() if _SMALL.fullmatch(path)]
    for component, stem in WEIGHT_STEMS.items():
        weights = _weights(files, f"{component}/{stem}")
        if not weights:
            raise ModelLoadError(
                source,
                f"offers no weights of its {component} as safetensors. Tessera reads no other "
                "kind (a .bin file can run any program when opened); choose another model.",
            )
        chosen += weights
    return tuple(chosen)


def _weights(files: dict[str, HubFile], stem: str) -> list[HubFile]:
    """The file of a network's weights, or the parts of a divided one."""
    if f"{stem}.safetensors" in files:
        return [files[f"{stem}.safetensors"]]
    part = re.compile(rf"{re.escape(stem)}-\d+-of-\d+\.safetensors")
    return [file for path, file in files.items() if part.fullmatch(path)]


def _hub_file(sibling: Any) -> HubFile:
    checksum = sibling.lfs.sha256 if sibling.lfs else None
    return HubFile(sibling.rfilename, int(sibling.size or 0), checksum)
