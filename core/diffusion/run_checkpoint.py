"""The checkpoint of a run on the disk, from which it resumes after any interruption.

The denoiser's state is saved every few seconds, its latents when it is done, and all of it is
deleted when the finished take is stored. A run that is done before the first save leaves nothing:
repeating it takes no longer than that. Each state is a folder with a file for every stretch of
the clip, so that memory does not grow with length. Each file holds a checksum of its contents and
of its name: changed bytes would give another sound without a word. A run finds its checkpoint by
its identity: request, model, configuration and program.
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
from core.models.lora.adapter_file import lora_states
from core.runtime.atomic_file import sync_file, sync_folder
from core.runtime.outside_file import check_regular, file_state
from core.version import __version__

SAVE_INTERVAL_S = 2.0
WORK_PER_SAVE = 50.0  # seconds of work for a second of saving: it costs 2% at most
KEPT_DAYS = 30
_SECONDS_A_DAY = 86_400
_WEIGHTS = "*.safetensors"
_X = "x"
_STATE, _CHECKSUM = "state", "sha256"
_LATENTS, _STEPS, _PART = "latents", "steps-", "part-"
_READ_ERRORS = (
    AttributeError,
    LookupError,
    OSError,
    OverflowError,
    RuntimeError,
    SafetensorError,
    TypeError,
    ValueError,
)

Piece = tuple[Tensors, dict[str, Any]]
"""A stretch's tensors by name, and plain values for JSON."""

_log = logging.getLogger(__name__)


class RunCheckpoint:
    """The checkpoint of one run. A damaged state is ignored; a failed save is no error.

    Args:
        folder: Its folder; made when something is saved.
        save_interval_s: Seconds of work before something is saved, more where saving is slow;
            0 = every state is saved.

    Attributes:
        is_damaged: Whether something was saved that could not be restored.
    """

    def __init__(self, folder: Path, save_interval_s: float = SAVE_INTERVAL_S) -> None:
        self.folder = folder
        self.is_damaged = False
        self._save_interval_s = save_interval_s
        self._pause_s = save_interval_s
        self._start_s = self._last_s = time.monotonic()

    @classmethod
    def for_identity(cls, root: Path, identity: Mapping[str, Any]) -> Self:
        """The checkpoint of the run with this identity, plain JSON values; old ones are removed."""
        _remove_old(root)
        text = json.dumps(identity, sort_keys=True)
        return cls(root / hashlib.sha256(text.encode()).hexdigest()[:32])

    def restore_latents(self, clip: LatentClip) -> bool:
        """Read the finished latents into a clip of the same shape; False where there are none."""
        spans = stretches(clip.shape[2])
        try:
            # All is read once before the clip is written, so that damage leaves it unchanged.
            for write in (lambda *_: None, clip.write):
                for index, span in enumerate(spans):
                    tensors, _ = _read(self.folder / _LATENTS / _piece(index))
                    write(span, _checked_latents(tensors, clip, span))
        except _READ_ERRORS:
            self.is_damaged |= (self.folder / _LATENTS).exists()
            return False
        return True

    def save_latents(self, clip: LatentClip) -> None:
        """Save the finished latents, unless making them took less than the interval."""
        if time.monotonic() - self._start_s < self._save_interval_s:
            return
        spans = stretches(clip.shape[2])
        self._write(_LATENTS, (({_X: clip.read(span)}, {}) for span in spans))

    def resume(self, sampler: Sampler, clip: LatentClip) -> int:
        """Restore the last usable state; returns the number of predictions made up to it.

        Args:
            sampler: Gets the saved state.
            clip: Gets the saved latents; unchanged where no state is usable.
        """
        kept = sorted(self._saved_steps(), key=_number, reverse=True)
        done = next((_number(steps) for steps in kept if _restore_step(steps, sampler, clip)), 0)
        self.is_damaged |= bool(kept) and not done
        return done

    def save_step(
        self, done: int, clip: LatentClip, sampler: Sampler, *, before_decoding: bool = False
    ) -> None:
        """Save the state after `done` predictions, if the interval has passed.

        Before decoding a slow disk is no reason to wait: long work follows without a state to save.
        """
        now_s = time.monotonic()
        pause_s = self._save_interval_s if before_decoding else self._pause_s
        if now_s - self._last_s < pause_s:
            return
        name = f"{_STEPS}{done}"
        if self._write(name, _stretch_states(sampler, clip)):
            for steps in self._saved_steps():
                if steps.name != name:
                    shutil.rmtree(steps, ignore_errors=True)
        self._last_s = time.monotonic()
        if self._save_interval_s:
            slow_s = WORK_PER_SAVE * (self._last_s - now_s)
            self._pause_s = max(self._save_interval_s, slow_s)

    def discard(self) -> None:
        """Delete the checkpoint, since the take is stored."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _saved_steps(self) -> list[Path]:
        folders = self.folder.glob(f"{_STEPS}*")
        return [steps for steps in folders if steps.name.removeprefix(_STEPS).isdecimal()]

    def _write(self, name: str, pieces: Iterable[Piece]) -> bool:
        """Write a folder under a temporary name, then rename it, so that it is always complete.

        Returns:
            Whether it could be written.
        """
        part = self.folder / f"{_PART}{os.getpid()}"
        try:
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir(parents=True)
            for index, (tensors, state) in enumerate(pieces):
                _write_piece(part / _piece(index), name, tensors, json.dumps(state))
            sync_folder(part)  # all of it is on the disk before it takes its name
            shutil.rmtree(self.folder / name, ignore_errors=True)
            part.replace(self.folder / name)
            sync_folder(self.folder)
        except (OSError, SafetensorError, RuntimeError):
            _log.info("a checkpoint could not be saved", exc_info=True)
            return False
        return True


def _stretch_states(sampler: Sampler, clip: LatentClip) -> Iterator[Piece]:
    """Each stretch of latents with its scheduler's state."""
    for index, span in enumerate(sampler.spans):
        with sampler.loaded(index) as scheduler:
            tensors, state = pack(scheduler)
        yield {**tensors, _X: clip.read(span)}, state


def _restore_step(steps: Path, sampler: Sampler, clip: LatentClip) -> bool:
    """Restore a saved state; False where it is damaged or of another clip."""
    try:
        pieces = [steps / _piece(index) for index in range(len(sampler.spans))]
        for piece, span in zip(pieces, sampler.spans, strict=True):
            _checked_latents(_read(piece)[0], clip, span)
        for index, span in enumerate(sampler.spans):
            tensors, state = _read(pieces[index])
            with sampler.loaded(index) as scheduler:
                unpack(scheduler, tensors, state)
            clip.write(span, _checked_latents(tensors, clip, span))
    except _READ_ERRORS:
        return False
    return True


def _checked_latents(tensors: Tensors, clip: LatentClip, span: Span) -> Tensor:
    """The latents of a stretch.

    Raises:
        ValueError: They are of another clip.
    """
    x = tensors[_X]
    if x.shape != (*clip.shape[:2], span.length, clip.shape[3]):
        raise ValueError(f"latents of {tuple(x.shape)}")
    return x.to(clip.device)


def _write_piece(path: Path, folder_name: str, tensors: Tensors, state: str) -> None:
    kept = _for_file(tensors)
    checksum = _checksum(f"{folder_name}/{path.name}", kept, state)
    save_file(kept, path, {_STATE: state, _CHECKSUM: checksum})
    sync_file(path)


def _read(path: Path) -> Piece:
    """Read a file, and check that it is as it was written.

    Raises:
        ValueError: It is not.
    """
    check_regular(path)
    with safe_open(path, framework="pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        metadata = file.metadata() or {}
    state = metadata.get(_STATE, "{}")
    if metadata.get(_CHECKSUM) != _checksum(f"{path.parent.name}/{path.name}", tensors, state):
        raise ValueError(f"{path} is not as it was written")
    values: dict[str, Any] = json.loads(state)
    return tensors, values


def _checksum(name: str, tensors: Tensors, state: str) -> str:
    """SHA-256 of all that a file holds, and of its name: a state under another name is wrong."""
    digest = hashlib.sha256(f"{name}\n{state}\n".encode())
    for key in sorted(tensors):
        values = tensors[key]
        digest.update(f"{key} {values.dtype} {tuple(values.shape)}\n".encode())
        digest.update(values.reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()


def _for_file(tensors: Tensors) -> Tensors:
    """Tensors as safetensors stores them: in host memory, contiguous."""
    return {name: values.detach().cpu().contiguous() for name, values in tensors.items()}


def _piece(index: int) -> str:
    """The name of a stretch's file."""
    return f"{index:05}.safetensors"


def _number(steps: Path) -> int:
    """Predictions that were made when a folder was saved."""
    return int(steps.name.removeprefix(_STEPS))


def _remove_old(root: Path) -> None:
    """Remove checkpoints older than `KEPT_DAYS`."""
    oldest = time.time() - KEPT_DAYS * _SECONDS_A_DAY
    for folder in root.iterdir() if root.is_dir() else ():
        with suppress(OSError):  # another program has removed it
            if folder.is_dir() and folder.stat().st_mtime < oldest:
                shutil.rmtree(folder, ignore_errors=True)


def files_of(request: GenerationRequest) -> tuple[Path, list[Path]]:
    """The folder of a request's model, which is on this machine, and the files that count.

    They are the weights, and the sound to start from.
    """
    folder = find_folder(request.model, Hub())
    files = sorted(folder.rglob(_WEIGHTS))
    if request.init_audio is not None:
        files.append(Path(request.init_audio))
    return folder, files


def identity_of(
    request: GenerationRequest, config: EngineConfig, device: torch.device, dtype: torch.dtype
) -> dict[str, Any]:
    """The identity of a run: request, configuration, device, program, and the files it reads.

    Edits are left out, since they come after the latents. The model has to be on this machine.
    """
    _, files = files_of(request)
    return {
        "request": {**request.to_dict(), "edits": []},
        "blend": str(config.blend),
        "windows_at_once": config.windows_at_once,
        "tiling": "" if request.init_audio is None else repr(config.tiling),
        "device": str(device),
        "dtype": [str(dtype), config.precision],  # None: products may be rounded
        "program": [__version__, torch.__version__],
        "files": [*map(file_state, files), *lora_states(request.loras)],
    }
