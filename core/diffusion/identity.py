"""What decides the latents of a run, as plain values: who shares all of it makes the same."""

from pathlib import Path
from typing import Any

import torch

from core.config import EngineConfig
from core.models.hub import Hub
from core.models.loader import find_folder
from core.request import GenerationRequest
from core.version import __version__

_WEIGHTS = "*.safetensors"


def identity_of(
    request: GenerationRequest, config: EngineConfig, device: torch.device, dtype: torch.dtype
) -> dict[str, Any]:
    """Request, method, machine, program, and the state of every file that is read.

    Edits are left out: they come after the latents. The model is on this machine.
    """
    files = sorted(find_folder(request.model, Hub()).rglob(_WEIGHTS))
    if request.init_audio is not None:
        files.append(Path(request.init_audio))
    return {
        "request": {**request.to_dict(), "edits": []},
        "blend": str(config.blend),
        "windows_at_once": config.windows_at_once,
        "tiling": "" if request.init_audio is None else repr(config.tiling),
        "device": str(device),
        "dtype": str(dtype),
        "program": [__version__, torch.__version__],
        "files": [_state(file) for file in files],
    }


def _state(file: Path) -> list[Any]:
    """Enough to notice another content; a file that is gone is met where it is read."""
    if not file.exists():
        return [str(file)]
    found = file.stat()
    return [str(file), found.st_size, found.st_mtime_ns]
