"""The gate of a transformer's feed-forward layer, with one large tensor less."""

from typing import Any

from torch import Tensor, nn
from torch.nn import functional as F


class GatedGelu(nn.Module):
    """diffusers' GEGLU (Shazeer 2020, arXiv 2002.05202): half of the values gate the others.

    Args:
        layer: A GEGLU; it shares its projection.
    """

    def __init__(self, layer: Any) -> None:
        super().__init__()
        self.proj: nn.Linear = layer.proj

    def forward(self, hidden_states: Tensor) -> Tensor:
        """(B, N, C) -> (B, N, inner width)."""
        values, gate = self.proj(hidden_states).chunk(2, dim=-1)
        return F.gelu(gate).mul_(values)
