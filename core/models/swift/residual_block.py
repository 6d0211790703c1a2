"""A residual block whose small steps are done in place."""

from typing import Any

from torch import Tensor, nn
from torch.nn import functional as F


class ResidualBlock(nn.Module):
    """diffusers' ResnetBlock2D, without a fresh tensor for every activation and sum.

    Under the names of its layers, so that the weights keep theirs.

    Args:
        block: For which `fits` holds; it shares its layers.
    """

    def __init__(self, block: Any) -> None:
        super().__init__()
        self.norm1, self.conv1, self.time_emb_proj = block.norm1, block.conv1, block.time_emb_proj
        self.norm2, self.conv2, self.conv_shortcut = block.norm2, block.conv2, block.conv_shortcut
        self.output_scale_factor: float = block.output_scale_factor

    def forward(self, input_tensor: Tensor, temb: Tensor) -> Tensor:
        """(B, C, T, F) and the time's embedding (B, E) -> (B, O, T, F)."""
        shift = self.time_emb_proj(F.silu(temb))[:, :, None, None]
        hidden: Tensor = F.silu(self.norm1(input_tensor), inplace=True)
        hidden = self.conv1(hidden).add_(shift)
        hidden = self.conv2(F.silu(self.norm2(hidden), inplace=True))
        shortcut = self.conv_shortcut
        hidden.add_(input_tensor if shortcut is None else shortcut(input_tensor))
        return hidden if self.output_scale_factor == 1 else hidden.div_(self.output_scale_factor)


def fits(block: Any) -> bool:
    """Whether a ResnetBlock2D is of the plain kind: AudioLDM's, AudioLDM2's and MusicLDM's are."""
    return (
        isinstance(block.nonlinearity, nn.SiLU)
        and block.time_emb_proj is not None
        and block.time_embedding_norm == "default"
        and not block.skip_time_act
        and block.upsample is None
        and block.downsample is None
    )
