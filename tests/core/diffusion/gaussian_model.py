"""A denoiser whose data are Gaussian, so that every answer is known in closed form."""

from typing import Any

import torch
from torch import Tensor

from core.api.model_card import ModelCard
from core.clock import Clock
from core.models.noise_paths.beta_path import BetaPath
from core.models.text_to_audio_model import Conditioning

CONFIG = {
    "num_train_timesteps": 1000,
    "beta_start": 0.0015,
    "beta_end": 0.0195,
    "beta_schedule": "scaled_linear",
    "prediction_type": "epsilon",
    "clip_sample": False,
    "set_alpha_to_one": False,
    "steps_offset": 1,
}


class GaussianModel:
    """Data of mean 0 and deviation `std`: E[noise | x] is linear in x, the flow has a solution.

    The conditioning is one number that is added to the prediction.
    """

    device = torch.device("cpu")
    dtype = torch.float32
    clock = Clock(16000, 1, 640)
    window_frames = 16
    least_frames = 1
    latent_channels = 2
    latent_bins = 4

    def __init__(self, std: float = 0.5, config: dict[str, Any] | None = None) -> None:
        self.std = std
        self.config = config or CONFIG
        self.noise_path = BetaPath(self.config)
        self.card = ModelCard(name="", description="", licence="", window_frames=64)
        self.batch_sizes: list[int] = []
        betas = torch.linspace(0.0015**0.5, 0.0195**0.5, 1000, dtype=torch.float64) ** 2
        self.alphas = (1 - betas).cumprod(0)  # of Ho et al. 2020: the share of signal, squared

    def predict(self, latents: Tensor, timestep: Tensor, conditioning: dict[str, Tensor]) -> Tensor:
        self.batch_sizes.append(len(latents))
        alpha = self._alpha(float(timestep))
        eps = latents * (1 - alpha) ** 0.5 / (alpha * self.std**2 + 1 - alpha)
        if self.config["prediction_type"] == "v_prediction":
            clean = (latents - (1 - alpha) ** 0.5 * eps) / alpha**0.5
            eps = alpha**0.5 * eps - (1 - alpha) ** 0.5 * clean
        if self.config["prediction_type"] == "sample":
            eps = (latents - (1 - alpha) ** 0.5 * eps) / alpha**0.5
        return eps + conditioning["shift"].view(-1, 1, 1, 1)

    def clean(self, noise: Tensor) -> Tensor:
        """Where the probability flow takes noise of the last timestep."""
        alpha = float(self.alphas[-1])
        return noise * self.std / (alpha * self.std**2 + 1 - alpha) ** 0.5

    def clean_from(self, sound: Tensor, noise: Tensor, timestep: float) -> Tensor:
        """Where the probability flow takes a sound that was noised to `timestep`."""
        alpha = self._alpha(timestep)
        noisy = sound * alpha**0.5 + noise * (1 - alpha) ** 0.5
        return noisy * self.std / (alpha * self.std**2 + 1 - alpha) ** 0.5

    def _alpha(self, timestep: float) -> float:
        low = int(timestep)
        high, share = min(low + 1, 999), timestep - low
        return float(self.alphas[low] ** (1 - share) * self.alphas[high] ** share)


def shift(positive: float = 0.0, negative: float = 0.0) -> Conditioning:
    return Conditioning(
        positive={"shift": torch.tensor([positive])}, negative={"shift": torch.tensor([negative])}
    )
