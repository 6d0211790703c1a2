"""Whose prediction counts where windows overlap: all of them, or one of them frame by frame.

AVERAGE weighs them by a bell (MultiDiffusion, Bar-Tal et al. 2023, arXiv 2302.08113, eq. 5). SWAP
lets the windows over a frame take turns from frame to frame, after SaFa's latent swap (Dai et al.
2025, arXiv 2502.05130, section 4): nothing is averaged, so no fine structure is evened out. SaFa
swaps between latents that each window keeps for itself; here the windows share one latent and
what takes turns is their predictions, which any sampler can follow. SaFa's other operator, a
reference that guides windows which do not overlap, is left out.
"""

import torch
from torch import Tensor

from core.config import Blend
from core.diffusion.window_plan import WindowPlan


def window_weights(plan: WindowPlan, blend: Blend) -> list[Tensor]:
    """Weights (window_frames, 1) of every window, float32; over each frame they sum to 1."""
    return _turns(plan) if blend is Blend.SWAP else _bells(plan)


def _bells(plan: WindowPlan) -> list[Tensor]:
    """Hann windows sampled between their zeros, so that none of them is 0, evened out."""
    phase = (torch.arange(plan.window_frames, dtype=torch.float64) + 0.5) / plan.window_frames
    bell = torch.sin(torch.pi * phase).square()
    total = torch.zeros(plan.num_frames, dtype=torch.float64)
    for window in plan.windows:
        total[window.slice] += bell
    return [(bell / total[window.slice]).float().unsqueeze(1) for window in plan.windows]


def _turns(plan: WindowPlan) -> list[Tensor]:
    """1 where it is the window's turn: frame t belongs to window t mod n of the n over it."""
    count = torch.zeros(plan.num_frames, dtype=torch.long)
    for window in plan.windows:
        count[window.slice] += 1
    turn, rank = torch.arange(plan.num_frames) % count, torch.zeros_like(count)
    weights = []
    for window in plan.windows:
        weights.append((turn == rank)[window.slice].float().unsqueeze(1))
        rank[window.slice] += 1
    return weights
