"""One resumable training loop for every network of the recipe.

All chance of a step is drawn from the seed and the step's number, so nothing but the weights, the
optimiser and the counters needs to be kept to go on exactly where a run was stopped.

A batch is computed in parts, one thread each, and never by two threads inside one operation:
oneDNN's convolution gradients wait for each other in spin locks, and beside any other program
that costs several times the work itself.
"""

import time
from abc import ABC, abstractmethod
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from bundled_model.schedule import Schedule
from core.api.errors import TesseraError

PARTS = 2
"""Parts of a batch; fixed, so that the result does not depend on the machine."""
SECONDS_BETWEEN_CHECKPOINTS = 60.0
GRADIENT_NORM = 1.0
EMA_RAMP_STEPS = 10
"""The average's decay is (1 + n) / (this + n) at step n until it reaches the schedule's."""


class StaleFilesError(TesseraError):
    """The work folder holds what other settings made."""

    def __init__(self, path: Path, held: str) -> None:
        super().__init__(
            f"{path} holds {held}: other settings made it. Delete it, and what was learnt from it, "
            "and start again."
        )


class Task(ABC):
    """What is trained: a network with its loss and its validation."""

    network: nn.Module

    @abstractmethod
    def loss(self, step: int, generator: torch.Generator) -> Tensor:
        """Return the scalar loss of one of `PARTS` parts of a batch, drawn with `generator`."""

    @abstractmethod
    def validate(self, network: nn.Module) -> dict[str, float]:
        """Return named figures on held-out clips, of the given (averaged) network."""


class Trainer:
    """Trains a task to the end of its schedule, with checkpoints and averaged weights.

    Args:
        task: What is trained.
        schedule: Learning rate and length.
        checkpoint: File to go on from, and to write to about once a minute.
        seed: Start of all chance.
        validate_every: Steps between two validations.
    """

    def __init__(
        self, task: Task, schedule: Schedule, checkpoint: Path, seed: int, validate_every: int
    ) -> None:
        self.task, self.schedule, self.seed = task, schedule, seed
        self.checkpoint, self.validate_every = checkpoint, validate_every
        self.parameters = list(task.network.parameters())
        self.step = 0
        self.curve: list[dict[str, float]] = []
        self.averaged = deepcopy(task.network).requires_grad_(False)
        is_on_cpu = self.parameters[0].device.type == "cpu"
        workers = min(PARTS, torch.get_num_threads()) if is_on_cpu else 1
        self._pool = ThreadPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(1,))
        self.optimizer = torch.optim.AdamW(
            self.parameters, betas=(0.9, 0.99), weight_decay=0.01, fused=True
        )

    def run(self) -> nn.Module:
        """Train until the schedule ends and return the network of averaged weights."""
        self._restore()
        saved_at, began, losses = time.monotonic(), time.monotonic(), []
        while self.step < self.schedule.steps:
            losses.append(self._advance())
            if self.step % self.validate_every == 0 or self.step == self.schedule.steps:
                seconds_a_step = (time.monotonic() - began) / len(losses)
                self._record(sum(losses) / len(losses), seconds_a_step)
                began, losses = time.monotonic(), []
            if time.monotonic() - saved_at > SECONDS_BETWEEN_CHECKPOINTS:
                self._save()
                saved_at = time.monotonic()
        self._save()
        return self.averaged.eval()

    def _advance(self) -> float:
        """Take one optimiser step and return its loss."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.schedule.rate(self.step)
        self.task.network.train()
        losses, gradients = zip(*self._pool.map(self._part, range(PARTS)), strict=True)
        for parameter, *parts in zip(self.parameters, *gradients, strict=True):
            parameter.grad = torch.stack(parts).mean(dim=0)
        nn.utils.clip_grad_norm_(self.parameters, GRADIENT_NORM)
        self.optimizer.step()
        self.step += 1
        self._average()
        return sum(losses) / PARTS

    def _part(self, part: int) -> tuple[float, tuple[Tensor, ...]]:
        """Return loss and gradients of one part of this step's batch."""
        generator = torch.Generator().manual_seed(
            (self.seed * 1_000_003 + self.step) * PARTS + part
        )
        loss = self.task.loss(self.step, generator)
        return loss.item(), torch.autograd.grad(loss, self.parameters)

    @torch.no_grad()
    def _average(self) -> None:
        """Move the averaged weights towards the present ones."""
        decay = min(self.schedule.ema_decay, (1 + self.step) / (EMA_RAMP_STEPS + self.step))
        averaged = list(self.averaged.parameters())
        torch._foreach_lerp_(averaged, self.parameters, 1 - decay)

    @torch.no_grad()
    def _record(self, training_loss: float, seconds_a_step: float) -> None:
        """Append the figures of this moment to the curve and say them.

        The training loss is the mean since the record before, or since this run began.
        """
        figures = self.task.validate(self.averaged.eval())
        self.curve.append({"step": self.step, "training": training_loss, **figures})
        words = " ".join(f"{name} {value:.4g}" for name, value in self.curve[-1].items())
        print(f"{self.checkpoint.stem}: {words} ({seconds_a_step:.3f} s a step)", flush=True)

    def _save(self) -> None:
        """Write the checkpoint beside, then rename: a stop at any moment leaves a whole one."""
        self.checkpoint.parent.mkdir(parents=True, exist_ok=True)
        beside = self.checkpoint.with_suffix(".part")
        state = {
            "step": self.step,
            "curve": self.curve,
            "network": self.task.network.state_dict(),
            "averaged": self.averaged.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }
        torch.save(state, beside)
        beside.rename(self.checkpoint)

    def _restore(self) -> None:
        """Go on from the checkpoint when there is one.

        Raises:
            StaleFilesError: It is of a network of other sizes.
        """
        if not self.checkpoint.exists():
            return
        state: dict[str, Any] = torch.load(
            self.checkpoint, weights_only=True, map_location=self.parameters[0].device
        )
        try:
            self.task.network.load_state_dict(state["network"])
        except RuntimeError as error:
            raise StaleFilesError(self.checkpoint, "a network of other sizes") from error
        self.averaged.load_state_dict(state["averaged"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.curve = state["step"], state["curve"]
