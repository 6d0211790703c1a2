"""Selects the files of a hub repository that make up a model: configs, tokenizer, weights."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from core.api.errors import ModelLoadError
from core.models.card_file import CARD
from core.models.family import Family
from core.models.folder import INDEX
from core.models.weights_file import missing_part, select_pickle_files, select_weight_files


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file on the hub.

    Attributes:
        path: Its path in the repository, with forward slashes.
        size_bytes: Its length.
        sha256: Checksum; None for small files, which the hub keeps without one.
    """

    path: str
    size_bytes: int
    sha256: str | None


def select_files(source: str, family: Family, siblings: Iterable[Any]) -> tuple[HubFile, ...]:
    """The files to download: weights as safetensors, and as .bin only where there are no others.

    Args:
        source: Hub id, for the error.
        family: Says which components make up the model.
        siblings: The repository's files, as huggingface_hub describes them.

    Raises:
        ModelLoadError: A network has no weights there.
    """
    files = {file.path: file for file in map(_hub_file, siblings)}
    small = _small_files(family)
    chosen = [file for path, file in files.items() if small.fullmatch(path)]
    for name, component in family.components.items():
        if component.weights is None:
            continue
        stem = f"{name}/{component.weights}"
        weights = select_weight_files(files, stem) or select_pickle_files(files, stem)
        if not weights:
            raise ModelLoadError(
                source,
                f"offers no weights of its {name} as safetensors or .bin; choose another model.",
            )
        missing = missing_part(weights)
        if missing:
            raise ModelLoadError(
                source, f"offers no {missing}, which is a part of its {name}; choose another model."
            )
        chosen += [files[path] for path in weights]
    return tuple(chosen)


def _small_files(family: Family) -> re.Pattern[str]:
    """Matches the paths of configs and of the tokenizers' files."""
    components = "|".join(family.components)
    return re.compile(
        rf"{re.escape(INDEX)}|{re.escape(CARD)}|({components})/[\w.-]+\.(json|txt)", re.ASCII
    )


def _hub_file(sibling: Any) -> HubFile:
    checksum = sibling.lfs.sha256 if sibling.lfs else None
    size_bytes = int(sibling.size or 0)
    if size_bytes < 0:
        raise ValueError(f"{sibling.rfilename} of {size_bytes} bytes")
    return HubFile(str(sibling.rfilename), size_bytes, checksum)
