"""Ping-pong: the sampler of models that were distilled to a few steps of rectified flow.

Each step estimates the sound, and mixes it with fresh noise of the next level: Euler's ancestral
method, all of whose noise is exchanged in each step.
"""

from dataclasses import dataclass
from types import MappingProxyType

import torch
from torch import Tensor

from core.api.request import Scheduler
from core.models.noise_paths.flow_path import Samplers
from core.models.noise_paths.flow_samplers import FlowEuler

_LOW_SNR, _HIGH_SNR = -6.2, 2.0  # natural logarithms of what Stable Audio 3 was distilled with


@dataclass(frozen=True, slots=True)
class SnrLevels:
    """Levels of noise whose ratios to the sound are even in logarithm, for `FlowPath`.

    Attributes:
        first: The noisiest level: 1, or less where a sound is started from.
    """

    first: float = 1.0

    def __call__(self, num_steps: int) -> list[float]:
        """The level before each step; below 1 the first two may not fall, as in the training."""
        if self.first == 0:
            return []
        t = torch.linspace(self.first, 0.0, num_steps + 1)
        levels: list[float] = torch.sigmoid(t * (_HIGH_SNR - _LOW_SNR) - _HIGH_SNR).tolist()
        return [self.first, *levels[1:-1]]


class PingPong(FlowEuler):
    """The sampler, whose noise is an argument; diffusers' Euler sampler draws it itself."""

    timesteps: Tensor
    sigmas: Tensor

    def shorten(self, first: float) -> None:
        """Lay all steps, once they are set, between another first level and 0: 0 leaves none."""
        num_steps, self.levels = len(self.timesteps), SnrLevels(first)
        if first > 0:
            self.set_timesteps(num_steps, device=self.timesteps.device)
            self.set_begin_index(0)
        else:
            self.timesteps, self.sigmas = self.timesteps[:0], self.sigmas[-1:]

    def scale_model_input(self, sample: Tensor, timestep: Tensor) -> Tensor:
        """The denoiser's input: latents as they are."""
        if self.step_index is None:
            self._init_step_index(timestep)
        return sample

    def step_with_noise(self, prediction: Tensor, x: Tensor, noise: Tensor) -> Tensor:
        """Step latents x, with standard normal noise of the same shape."""
        level, following = self.sigmas[self.step_index : self.step_index + 2].to(x)
        self._step_index += 1
        mixed: Tensor = (1 - following) * (x - level * prediction) + following * noise
        return mixed


PING_PONG_SAMPLERS: Samplers = MappingProxyType({Scheduler.EULER_ANCESTRAL: PingPong})
"""Of models that were distilled to ping-pong, and make nothing of another sampler's steps."""
