"""What a long run has done so far, kept on the disk so that it can go on after any end.

The steps of the denoiser are kept every few seconds, its latents when it is done, and all of it
goes when the finished take is kept. Each is a folder with a file for every stretch of the clip, so
that memory does not grow with length. A run finds its own by what was asked for, of which model and
how.
"""

import hashlib
import json
import logging
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from core.api.config import EngineConfig
from core.api.region import Span
from core.api.request import GenerationRequest
from core.diffusion.latent_clip import LatentClip, stretches
from core.diffusion.sampler import Sampler
from core.diffusion.scheduler_state import Tensors, pack, unpack
from core.models.hub.hub import Hub
from core.models.loader import find_folder
from core.version import __version__

KEPT_EVERY_S = 2.0
KEPT_DAYS = 30
_SECONDS_A_DAY = 86_400
_X = "x"
_STATE = "state"
_LATENTS, _STEPS, _PART = "latents", "steps-", "part-"
_DAMAGE = (OSError, SafetensorError, ValueError, LookupError, TypeError, RuntimeError)

Piece = tuple[Tensors, dict[str, Any]]
"""A stretch's tensors by name, and plain values for JSON."""

_log = logging.getLogger(__name__)


class RunCheckpoint:
    """One run's folder. What cannot be read counts as nothing; what cannot be kept is let go.

    Args:
        folder: Its place; made when there is something to keep.
        kept_every_s: Seconds between two states of the denoiser.
    """

    def __init__(self, folder: Path, kept_every_s: float = KEPT_EVERY_S) -> None:
        self.folder = folder
        self._kept_every_s = kept_every_s
        self._last_s = time.monotonic()

    @classmethod
    def of(cls, root: Path, identity: Mapping[str, Any]) -> Self:
        """The run with this identity, plain values for JSON; runs long forgotten are removed."""
        _remove_old(root)
        text = json.dumps(identity, sort_keys=True)
        return cls(root / hashlib.sha256(text.encode()).hexdigest()[:32])

    def restore_latents(self, clip: LatentClip) -> bool:
        """Put what the denoiser left into a clip of the same shape, if it was done."""
        spans = stretches(clip.shape[2])
        try:
            for write in (lambda *_: None, clip.write):  # not before all of it was looked at
                for index, span in enumerate(spans):
                    tensors, _ = _read(self.folder / _LATENTS / _piece(index))
                    write(span, _fitting(tensors, clip, span))
        except _DAMAGE:
            return False
        return True

    def keep_latents(self, clip: LatentClip) -> None:
        """The denoiser is done."""
        spans = stretches(clip.shape[2])
        self._write(_LATENTS, (({_X: clip.read(span)}, {}) for span in spans))

    def resume(self, sampler: Sampler, clip: LatentClip) -> int:
        """How many predictions were made; the clip and the sampler are as they were after them.

        Args:
            sampler: Takes over what the other remembered.
            clip: The latents at the beginning; they stay where nothing usable was kept.
        """
        kept = sorted(self._kept_steps(), key=_number, reverse=True)
        return next((_number(steps) for steps in kept if _load(steps, sampler, clip)), 0)

    def keep_step(self, done: int, clip: LatentClip, sampler: Sampler) -> None:
        """`done` predictions were made, and the clip came of them; kept if it is time again."""
        now_s = time.monotonic()
        if now_s - self._last_s < self._kept_every_s:
            return
        name = f"{_STEPS}{done}"
        if self._write(name, _states(sampler, clip)):
            for steps in self._kept_steps():
                if steps.name != name:
                    shutil.rmtree(steps, ignore_errors=True)
        self._last_s = time.monotonic()

    def discard(self) -> None:
        """The take is kept."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _kept_steps(self) -> list[Path]:
        found = self.folder.glob(f"{_STEPS}*")
        return [steps for steps in found if steps.name.removeprefix(_STEPS).isdecimal()]

    def _write(self, name: str, pieces: Iterable[Piece]) -> bool:
        """Write beside and rename: whoever reads meets the old folder or the new one, whole.

        Returns:
            Whether it could be written.
        """
        part = self.folder / f"{_PART}{os.getpid()}"
        try:
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir(parents=True)
            for index, (tensors, state) in enumerate(pieces):
                save_file(_apart(tensors), part / _piece(index), {_STATE: json.dumps(state)})
            shutil.rmtree(self.folder / name, ignore_errors=True)
            part.replace(self.folder / name)
        except (OSError, SafetensorError, RuntimeError):
            _log.info("an unfinished run could not be kept", exc_info=True)
            return False
        return True


def _states(sampler: Sampler, clip: LatentClip) -> Iterator[Piece]:
    """Each stretch of latents with what its scheduler remembers."""
    for index, span in enumerate(sampler.spans):
        with sampler.awake(index) as scheduler:
            tensors, state = pack(scheduler)
        yield {**tensors, _X: clip.read(span)}, state


def _load(steps: Path, sampler: Sampler, clip: LatentClip) -> bool:
    """Take over what was kept; False where it is damaged or of another clip."""
    try:
        pieces = [steps / _piece(index) for index in range(len(sampler.spans))]
        for piece, span in zip(pieces, sampler.spans, strict=True):
            _fitting(_read(piece)[0], clip, span)
        for index, span in enumerate(sampler.spans):
            tensors, state = _read(pieces[index])
            with sampler.awake(index) as scheduler:
                unpack(scheduler, tensors, state)
            clip.write(span, _fitting(tensors, clip, span))
    except _DAMAGE:
        return False
    return True


def _fitting(tensors: Tensors, clip: LatentClip, span: Span) -> Tensor:
    """The latents of a stretch.

    Raises:
        ValueError: They are of another clip.
    """
    x = tensors[_X]
    if x.shape != (*clip.shape[:2], span.length, clip.shape[3]):
        raise ValueError(f"latents of {tuple(x.shape)}")
    return x.to(clip.device)


def _read(path: Path) -> Piece:
    with safe_open(path, framework="pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        state: dict[str, Any] = json.loads((file.metadata() or {}).get(_STATE, "{}"))
    return tensors, state


def _apart(tensors: Tensors) -> Tensors:
    """Tensors as files want them: in host memory, each by itself."""
    return {name: values.detach().cpu().contiguous() for name, values in tensors.items()}


def _piece(index: int) -> str:
    """The file of a stretch."""
    return f"{index:05}.safetensors"


def _number(steps: Path) -> int:
    """Predictions that had been made when a folder was written."""
    return int(steps.name.removeprefix(_STEPS))


def _remove_old(root: Path) -> None:
    """Nobody comes back for these."""
    oldest = time.time() - KEPT_DAYS * _SECONDS_A_DAY
    for folder in root.iterdir() if root.is_dir() else ():
        with suppress(OSError):  # another program has removed it
            if folder.is_dir() and folder.stat().st_mtime < oldest:
                shutil.rmtree(folder, ignore_errors=True)


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
