"""Tells LoRAs from models without opening them: by endings, and by the names of their tensors."""

import re
from pathlib import Path

from core.api.model_card import PICKLE_SUFFIXES
from core.models.folder import INDEX
from core.models.lora.adapter_names import WEIGHT_SUFFIXES
from core.runtime.outside_file import read_beginning

_SAFETENSORS = ".safetensors"
_BEGINNING_BYTES = 1 << 16
_NAMES = re.compile("|".join(map(re.escape, WEIGHT_SUFFIXES)).encode())


def is_lora(path: Path) -> bool:
    """Whether a path is offered as a LoRA: a file with its weights, or a folder of such alone.

    Reads the beginning of pickles, so it may take as long as the disk wants.
    """
    if path.is_dir():
        return not (path / INDEX).exists() and any(map(_holds_lora, path.glob("*")))
    return _holds_lora(path)


def _holds_lora(file: Path) -> bool:
    """Whether a file is a LoRA: any of safetensors, and a pickle whose tensors have such names.

    A pickle is not opened for that: its names are near its beginning, and are plain text.
    """
    if file.suffix.lower() not in PICKLE_SUFFIXES:
        return file.suffix.lower() == _SAFETENSORS
    try:
        return bool(_NAMES.search(read_beginning(file, _BEGINNING_BYTES)))
    except OSError:
        return False
