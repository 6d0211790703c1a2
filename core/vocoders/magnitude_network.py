"""A network that predicts Fourier magnitudes from log-mel, with the detail that the mel lacks.

64 mel values say nothing of the harmonics within a band, but the frames around them do. A network
trained on many sounds predicts them: ConvNeXt blocks at frame rate (Liu et al., *A ConvNet for the
2020s*, 2022; along time as in Siuzdak's *Vocos*, 2023) correct a smooth spectrum interpolated
between the mel bins. The result is then fitted to the given mel, so that the prediction decides the
fine structure only.
"""

import math
from collections.abc import Mapping
from typing import Any, Self

import torch
from torch import Tensor, nn

from core.mel import LOG_FLOOR, MelParams, mel_filter_bank
from core.vocoders.mel_inversion import MelInversion

_CENTRE, _SPREAD = -5.5, 3.0  # mean and deviation of log-mels of sounds
_KERNEL = 7
_HALF_KERNEL = _KERNEL // 2
_EXPANSION = 3
_LARGEST_LOG_MAGNITUDE = math.log(1e4)  # far above full scale; keeps exp finite
_CORRECTIONS = 4
_WIDTHS, _DEPTHS = range(1, 4097), range(1, 65)


class MagnitudeNetwork(nn.Module):
    """Predicts log-magnitudes from log-mel frames and `context_frames` on either side.

    Attributes:
        context_frames: Frames on either side that a frame's magnitudes depend on.

    Args:
        params: Geometry of the mel.
        width: Channels.
        num_blocks: ConvNeXt blocks.
    """

    smooth: Tensor

    def __init__(self, params: MelParams, width: int = 320, num_blocks: int = 5) -> None:
        super().__init__()
        self.context_frames = _HALF_KERNEL * (num_blocks + 1)
        self.register_buffer("smooth", _interpolation(params), persistent=False)
        self.first = nn.Conv1d(params.n_mels, width, _KERNEL, padding=_HALF_KERNEL)
        self.blocks = nn.ModuleList(_Block(width) for _ in range(num_blocks))
        self.norm = nn.LayerNorm(width)
        self.last = nn.Linear(width, params.n_fft // 2 + 1)

    @classmethod
    def from_config(cls, params: MelParams, config: Mapping[str, Any]) -> Self:
        """Build it, without weights, from the `magnitude_network` of a vocoder's config.

        Raises:
            KeyError: A size is missing.
            ValueError: A size is not a whole number in its range.
        """
        sizes = config["width"], config["num_blocks"]
        for size, allowed in zip(sizes, (_WIDTHS, _DEPTHS), strict=True):
            if type(size) is not int or size not in allowed:
                raise ValueError(f"the magnitude network's sizes cannot be {sizes!r}")
        return cls(params, *sizes)

    def forward(self, mel: Tensor) -> Tensor:
        """Natural-log mel (B, T, F) to natural-log magnitudes (B, T, n_fft // 2 + 1)."""
        x = self.first(((mel - _CENTRE) / _SPREAD).transpose(1, 2)).transpose(1, 2)
        for block in self.blocks:
            x = block(x)
        correction: Tensor = self.last(self.norm(x))
        return (mel @ self.smooth[:-1] + self.smooth[-1] + correction).clamp(
            LOG_FLOOR, _LARGEST_LOG_MAGNITUDE
        )


class LearntMagnitudes:
    """A magnitude model: the network's prediction, fitted to the mel it comes from.

    Attributes:
        context_frames: Frames on either side that a frame's magnitudes depend on.

    Args:
        network: The trained network, float32, on the CPU.
        params: Geometry of the mel.
    """

    def __init__(self, network: MagnitudeNetwork, params: MelParams) -> None:
        self.context_frames = network.context_frames
        self._network = network
        self._inversion = MelInversion(params, n_iter=_CORRECTIONS)

    def __call__(self, mel: Tensor) -> Tensor:
        """Natural-log mel (T, F) to Fourier magnitudes (T, n_fft // 2 + 1), float32."""
        mel = mel.float().cpu()
        with torch.inference_mode():
            predicted = self._network(mel[None])[0].exp()
        return self._inversion.correct(predicted, mel)


class _Block(nn.Module):
    """One ConvNeXt block along time: (B, T, C) to the same."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.along_time = nn.Conv1d(width, width, _KERNEL, padding=_HALF_KERNEL, groups=width)
        self.norm = nn.LayerNorm(width)
        self.widen = nn.Linear(width, _EXPANSION * width)
        self.narrow = nn.Linear(_EXPANSION * width, width)

    def forward(self, x: Tensor) -> Tensor:
        mixed = self.along_time(x.transpose(1, 2)).transpose(1, 2)
        result: Tensor = x + self.narrow(nn.functional.gelu(self.widen(self.norm(mixed))))
        return result


def _interpolation(params: MelParams) -> Tensor:
    """An affine map (F + 1, K) from log-mel to the log of a smooth spectrum; offsets come last.

    A Fourier bin that no filter covers is silent.
    """
    bank = torch.from_numpy(mel_filter_bank(params)).float()  # (F, K)
    coverage = bank.sum(dim=0)
    is_seen = coverage > 0
    weights = torch.where(is_seen, bank / coverage.clamp(min=1e-12), 0.0)
    offsets = -(weights * bank.sum(dim=1, keepdim=True).clamp(min=1e-12).log()).sum(dim=0)
    return torch.cat([weights, torch.where(is_seen, offsets, LOG_FLOOR)[None]])
