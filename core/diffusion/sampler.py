"""A scheduler for clips of any length: its arithmetic goes stretch by stretch.

A step makes several copies of all it is given. Schedulers treat every value by itself, so each
stretch of a long clip can have a scheduler of its own, and the copies are those of one stretch.
What it remembers from step to step waits on the disk until its next turn.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any

from torch import Tensor

from core.diffusion.latent_clip import STRETCH_FRAMES, stretches
from core.diffusion.scheduler_state import SchedulerState
from core.runtime.host_memory import release_free_memory


class Sampler:
    """One scheduler for a short clip, one for each stretch of a long one; all in the same state.

    Args:
        scheduler: A diffusers scheduler, its timesteps laid out.
        num_frames: Length of the clip in latent frames.
        stretch_frames: How much of it is stepped at a time.

    Attributes:
        spans: The stretches.
    """

    def __init__(
        self, scheduler: Any, num_frames: int, stretch_frames: int = STRETCH_FRAMES
    ) -> None:
        self.spans = stretches(num_frames, stretch_frames)
        self._schedulers = [scheduler, *(_twin(scheduler) for _ in self.spans[1:])]
        self._resting = SchedulerState(len(self.spans)) if len(self.spans) > 1 else None

    @property
    def order(self) -> int:
        """Predictions in a step."""
        return int(self._schedulers[0].order)

    @property
    def timesteps(self) -> Tensor:
        """Where predictions are wanted, from the noisiest on."""
        timesteps: Tensor = self._schedulers[0].timesteps
        return timesteps

    def scaled(self, x: Tensor, t: Tensor) -> Tensor:
        """Latents (B, C, t, F) of stretches not yet stepped, as the denoiser wants to see them."""
        return self._scaled(-1, x, t)  # the last stretch is stepped last

    @contextmanager
    def awake(self, index: int) -> Iterator[Any]:
        """The scheduler of a stretch, with all that it remembers."""
        scheduler = self._schedulers[index]
        if self._resting is None:
            yield scheduler
            return
        self._resting.wake(index, scheduler)
        yield scheduler
        self._resting.rest(index, scheduler)

    def step(self, index: int, eps: Tensor, t: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
        """The latents x of a stretch as they were seen, and one prediction further."""
        with self.awake(index) as scheduler:
            seen = self._scaled(index, x, t)
            stepped: Tensor = scheduler.step(eps, t, x, return_dict=False)[0]
        if self._resting is not None:
            release_free_memory()  # freed stretches lie between live blocks and would add up
        return seen, stepped

    def _scaled(self, index: int, x: Tensor, t: Tensor) -> Tensor:
        scaled: Tensor = self._schedulers[index].scale_model_input(x, t)
        return scaled


def _twin(scheduler: Any) -> Any:
    """A scheduler in the same state; the noise levels, which nobody changes, are shared."""
    twin = copy(scheduler)
    for name, value in vars(scheduler).items():
        if isinstance(value, list):
            setattr(twin, name, list(value))
    return twin
