"""A scheduler for clips of any length, which steps stretch by stretch.

A step makes several copies of its input. Schedulers treat every value by itself, so each stretch
of a long clip gets a scheduler of its own, and the copies are those of one stretch. Its state is on
the disk until its next step.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any

from torch import Tensor

from core.api.region import Span
from core.diffusion.latent_clip import STRETCH_FRAMES, stretches
from core.diffusion.noise import StepNoise
from core.diffusion.scheduler_state import SchedulerState, cut_latents
from core.runtime.host_memory import release_free_memory


class Sampler:
    """One scheduler for a short clip, or one for each stretch of a long one.

    Args:
        scheduler: A diffusers scheduler with its timesteps set.
        num_frames: Length of the clip in latent frames.
        step_noise: The noise of its steps; None = the scheduler draws none.
        stretch_frames: Latent frames in a stretch.

    Attributes:
        spans: The stretches.
    """

    def __init__(
        self,
        scheduler: Any,
        num_frames: int,
        step_noise: StepNoise | None = None,
        stretch_frames: int = STRETCH_FRAMES,
    ) -> None:
        self.spans = stretches(num_frames, stretch_frames)
        self._step_noise = step_noise
        self._schedulers = [scheduler, *(_copy_scheduler(scheduler) for _ in self.spans[1:])]
        self._state_on_disk = SchedulerState(len(self.spans)) if len(self.spans) > 1 else None

    @property
    def order(self) -> int:
        """Predictions in a step."""
        return int(self._schedulers[0].order)

    @property
    def extra_predictions(self) -> int:
        """Predictions of the first step beyond `order`: PNDM predicts twice in it."""
        return int(hasattr(self._schedulers[0], "plms_timesteps") and len(self.timesteps) > 1)

    @property
    def timesteps(self) -> Tensor:
        """The timesteps of the predictions, from the noisiest on."""
        timesteps: Tensor = self._schedulers[0].timesteps
        return timesteps

    @property
    def constants(self) -> Any:
        """A scheduler, for its settings and levels of noise, which all stretches share."""
        return self._schedulers[0]

    def scaled(self, x: Tensor, t: Tensor) -> Tensor:
        """Latents (B, C, t, F) of stretches not yet stepped, scaled as the denoiser's input."""
        # By the last scheduler, since its stretch is stepped last.
        scaled: Tensor = self._schedulers[-1].scale_model_input(x, t)
        return scaled

    @contextmanager
    def loaded(self, index: int) -> Iterator[Any]:
        """The scheduler of a stretch, with its state read from the disk and stored again after."""
        scheduler = self._schedulers[index]
        if self._state_on_disk is None:
            yield scheduler
            return
        self._state_on_disk.load(index, scheduler)
        yield scheduler
        self._state_on_disk.store(index, scheduler)

    def step(self, index: int, eps: Tensor, t: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
        """Step a stretch; returns the denoiser's input, and the latents after the step."""
        with self.loaded(index) as scheduler:
            model_input = scheduler.scale_model_input(x, t)
            stepped = self._stepped(scheduler, self.spans[index], eps, t, x)
        if self._state_on_disk is not None:
            release_free_memory()  # freed stretches lie between live blocks and would add up
        return model_input, stepped

    def step_part(
        self, index: int, part: Span, eps: Tensor, t: Tensor, x: Tensor
    ) -> tuple[Tensor, Tensor]:
        """The same for a part of a stretch in its last step; its state stays for other parts."""
        with self.loaded(index) as whole:
            scheduler = _copy_scheduler(whole)
            cut_latents(scheduler, part.shift(-self.spans[index].start))
        model_input: Tensor = scheduler.scale_model_input(x, t)
        return model_input, self._stepped(scheduler, part, eps, t, x)

    def _stepped(self, scheduler: Any, span: Span, eps: Tensor, t: Tensor, x: Tensor) -> Tensor:
        """The latents x of a span after a step of its scheduler."""
        if self._step_noise is None:
            stepped: Tensor = scheduler.step(eps, t, x, return_dict=False)[0]
            return stepped
        step = scheduler.step_index - scheduler.begin_index
        noise = self._step_noise.read(step, span)
        if not hasattr(scheduler, "step_with_noise"):
            return _step_ancestrally(scheduler, eps, x, noise)
        mixed: Tensor = scheduler.step_with_noise(eps, x, noise)
        return mixed


def _step_ancestrally(scheduler: Any, prediction: Tensor, x: Tensor, noise: Tensor) -> Tensor:
    """Step to less noise than the next level has, and add noise up to that level.

    `sample_euler_ancestral` of k-diffusion, with the noise as an argument: diffusers'
    EulerAncestralDiscreteScheduler draws it itself, for the whole tensor at once. The operations
    and their order are those of diffusers, so results are equal to the bit.

    Args:
        scheduler: An EulerAncestralDiscreteScheduler; its noise levels and counter are used.
        prediction: The denoiser's output.
        x: Latents before the step.
        noise: Standard normal; all three (B, C, t, F).
    """
    sigma, sigma_next = scheduler.sigmas[scheduler.step_index : scheduler.step_index + 2]
    sigma_up = (sigma_next**2 * (sigma**2 - sigma_next**2) / sigma**2) ** 0.5
    sigma_down = (sigma_next**2 - sigma_up**2).clamp_min(0) ** 0.5  # rounding may give less than 0
    match scheduler.config.prediction_type:
        case "v_prediction":
            x0 = prediction * (-sigma / (sigma**2 + 1) ** 0.5) + x / (sigma**2 + 1)
        case "sample":  # which diffusers' class does not know
            x0 = prediction
        case _:
            x0 = x - sigma * prediction
    scheduler._step_index += 1
    stepped: Tensor = x + (x - x0) / sigma * (sigma_down - sigma) + noise * sigma_up
    return stepped


def _copy_scheduler(scheduler: Any) -> Any:
    """A copy in the same state; constant tensors, such as the noise levels, are shared."""
    copied = copy(scheduler)
    for name, value in vars(scheduler).items():
        if isinstance(value, list):
            setattr(copied, name, list(value))
    return copied
