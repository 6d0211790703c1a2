"""What a long run has done so far, kept on the disk so that it can go on after any end.

The steps of the denoiser are kept every few seconds, its latents when it is done, and all of it
goes with the finished take. A run finds its own by what was asked for, of which model and how.
"""

import hashlib
import json
import logging
import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from core.diffusion.sampler import Sampler
from core.diffusion.sampler_state import Tensors, pack, unpack

KEPT_EVERY_S = 2.0
KEPT_DAYS = 30
_SECONDS_A_DAY = 86_400
_X = "x"
_LATENTS, _STEPS = "latents.safetensors", "steps.safetensors"
_DAMAGE = (OSError, SafetensorError, ValueError, LookupError, TypeError, RuntimeError)

_log = logging.getLogger(__name__)


class UnfinishedRun:
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

    def latents(self) -> Tensor | None:
        """What the denoiser left, if it was done: (1, C, T, F)."""
        try:
            return _read(self.folder / _LATENTS)[0][_X]
        except _DAMAGE:
            return None

    def keep_latents(self, latents: Tensor) -> None:
        """The denoiser is done."""
        self._write(_LATENTS, {_X: latents.detach().cpu().contiguous()}, {})

    def resume(self, sampler: Sampler, x: Tensor) -> tuple[int, Tensor]:
        """Where to go on: predictions done and the latents after them; 0 and `x` at the start.

        Args:
            sampler: Takes over what the other remembered.
            x: The latents at the beginning.
        """
        try:
            tensors, state = _read(self.folder / _STEPS)
            kept = tensors.pop(_X).to(x)
            if kept.shape != x.shape:
                return 0, x
            unpack(sampler.schedulers, tensors, state["sampler"])
            return int(state["done"]), kept
        except _DAMAGE:
            return 0, x

    def keep_step(self, done: int, x: Tensor, sampler: Sampler) -> None:
        """`done` predictions were made, and x came of them; kept if it is time again."""
        now_s = time.monotonic()
        if now_s - self._last_s >= self._kept_every_s:
            tensors, states = pack(sampler.schedulers)
            tensors[_X] = x.detach().cpu().contiguous()
            self._write(_STEPS, tensors, {"done": done, "sampler": states})
            self._last_s = time.monotonic()

    def discard(self) -> None:
        """The take is finished."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _write(self, name: str, tensors: Tensors, state: dict[str, Any]) -> None:
        """Write beside and rename: whoever reads meets the old file or the new one."""
        part = self.folder / f"{name}.{os.getpid()}.part"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            save_file(tensors, part, metadata={"state": json.dumps(state)})
            part.replace(self.folder / name)
        except (OSError, SafetensorError, RuntimeError):
            _log.info("an unfinished run could not be kept", exc_info=True)


def _read(path: Path) -> tuple[Tensors, dict[str, Any]]:
    with safe_open(path, framework="pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        state: dict[str, Any] = json.loads((file.metadata() or {}).get("state", "{}"))
    return tensors, state


def _remove_old(root: Path) -> None:
    """Nobody comes back for these."""
    oldest = time.time() - KEPT_DAYS * _SECONDS_A_DAY
    for folder in root.iterdir() if root.is_dir() else ():
        if folder.is_dir() and folder.stat().st_mtime < oldest:
            shutil.rmtree(folder, ignore_errors=True)
