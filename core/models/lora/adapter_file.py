"""Finds the files of a LoRA: one file, or a folder as PEFT or diffusers saves it."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.api.errors import ModelLoadError
from core.api.lora import DIFFUSERS_FILE, PEFT_FILE, Lora
from core.api.model_card import PICKLE_SUFFIXES
from core.models.lora.adapter_names import ADAPTABLE
from core.models.snapshot import check_links, find_snapshots
from core.runtime.outside_file import file_state

CONFIG = "adapter_config.json"
_SAFETENSORS = ".safetensors"
_SAVED_SUFFIXES = (_SAFETENSORS, ".bin")  # of PEFT and diffusers, the preferred one first
_SUFFIXES = (_SAFETENSORS, *PICKLE_SUFFIXES)
_ENDINGS = f"{', '.join(_SUFFIXES[:-1])} or {_SUFFIXES[-1]}"


@dataclass(frozen=True, slots=True)
class AdapterFile:
    """A file with tensors of a LoRA.

    Attributes:
        path: The file.
        component: The network that it changes; empty where the names of its tensors say so.
    """

    path: Path
    component: str = ""

    @property
    def config(self) -> Path:
        """PEFT's settings, which may be there."""
        return self.path.with_name(CONFIG)


def find_adapter_files(source: str) -> tuple[AdapterFile, ...]:
    """The files of the LoRA that a person named, a file or a folder.

    Raises:
        ModelLoadError: There are none.
    """
    try:
        path = Path(source).expanduser()
        path = next(iter(find_snapshots(path)), path)
        if path.is_dir():
            check_links(path)
            return _find_in_folder(source, path)
        exists = path.exists()
    except (OSError, ValueError, RuntimeError) as error:  # no name, or nobody's home
        raise ModelLoadError(source, "cannot be read; check the path of the LoRA.") from error
    if not exists:
        raise ModelLoadError(source, "there is no such file or folder; choose the LoRA again.")
    if path.suffix.lower() not in _SUFFIXES:
        raise ModelLoadError(source, f"is no LoRA: its file has to end in {_ENDINGS}.")
    return (AdapterFile(path),)


def lora_states(loras: Iterable[Lora]) -> list[Any]:
    """Path, size and time of the files of LoRAs; a LoRA without files fails where it is read."""
    states: list[Any] = []
    for lora in loras:
        with suppress(ModelLoadError, OSError):
            for file in find_adapter_files(lora.path):
                states += [file_state(file.path), file_state(file.config)]
    return states


def _find_in_folder(source: str, folder: Path) -> tuple[AdapterFile, ...]:
    """Its files by the names that the programs give them, else the only one with weights.

    Of a LoRA that is there in both forms, the safetensors are read.
    """
    for ending in _SAVED_SUFFIXES:
        for name in (PEFT_FILE, DIFFUSERS_FILE):
            if (folder / f"{name}{ending}").is_file():
                return (AdapterFile(folder / f"{name}{ending}"),)
        parts = [AdapterFile(folder / each / f"{PEFT_FILE}{ending}", each) for each in ADAPTABLE]
        if found := tuple(part for part in parts if part.path.is_file()):
            return found
    files = sorted(file for file in folder.iterdir() if file.is_file())
    for endings in ((_SAFETENSORS,), PICKLE_SUFFIXES):
        weights = [file for file in files if file.suffix.lower() in endings]
        if len(weights) == 1:
            return (AdapterFile(weights[0]),)
        if weights:
            names = ", ".join(file.name for file in weights[:3])
            raise ModelLoadError(
                source, f"holds several LoRAs ({names}, …); choose one of the files."
            )
    raise ModelLoadError(source, f"holds no LoRA (no file that ends in {_ENDINGS}).")
