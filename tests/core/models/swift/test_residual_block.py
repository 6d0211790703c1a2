import pytest
import torch
from diffusers.models.resnet import ResnetBlock2D

from core.models.swift.residual_block import ResidualBlock, fits


def block(**options: object) -> ResnetBlock2D:
    torch.manual_seed(0)
    return ResnetBlock2D(in_channels=8, temb_channels=6, groups=4, **options).eval()


@pytest.mark.parametrize(
    "options", [{}, {"out_channels": 12}, {"output_scale_factor": 2.0}], ids=str
)
@torch.inference_mode()
def test_it_equals_diffusers_block_and_leaves_its_input_alone(options: dict[str, object]) -> None:
    plain = block(**options)
    x, embedding = torch.randn(2, 8, 5, 3), torch.randn(2, 6)
    given_x, given_embedding = x.clone(), embedding.clone()
    torch.testing.assert_close(ResidualBlock(plain)(x, embedding), plain(x, embedding))
    assert torch.equal(x, given_x)
    assert torch.equal(embedding, given_embedding)


@pytest.mark.parametrize(
    "options",
    [
        {"up": True},
        {"down": True},
        {"skip_time_act": True},
        {"non_linearity": "gelu"},
        {"time_embedding_norm": "scale_shift"},
    ],
    ids=str,
)
def test_blocks_of_another_kind_are_left_out(options: dict[str, object]) -> None:
    assert fits(block())
    assert not fits(block(**options))
