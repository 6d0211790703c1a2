"""Products with packed weights are compared with those of the plain layers."""

import copy

import pytest
import torch
from diffusers.models.activations import GEGLU
from torch import nn

from core.kernels.packed_products import PackedGeglu, PackedLinear, PackedPointwise, can_pack

pytestmark = pytest.mark.skipif(not can_pack(), reason="this torch has no oneDNN")
IN_BFLOAT16 = pytest.mark.skipif(
    not can_pack(torch.bfloat16), reason="this processor does not multiply in bfloat16"
)
SIZE_IN, SIZE_OUT = 24, 40


def seeded(layer: nn.Module) -> nn.Module:
    torch.manual_seed(0)
    for values in layer.parameters():
        nn.init.normal_(values, std=0.2)
    return layer.requires_grad_(False)


def plain_and_packed(
    kind: str, dtype: torch.dtype = torch.float32
) -> tuple[nn.Module, nn.Module, torch.Tensor]:
    """A layer, the same one with packed weights, and what both read."""
    torch.manual_seed(1)
    if kind == "pointwise":
        convolution = nn.Conv2d(SIZE_IN, SIZE_OUT, 1)
        picture = torch.randn(2, SIZE_IN, 5, 3).contiguous(memory_format=torch.channels_last)
        return seeded(convolution), PackedPointwise.of(convolution, dtype), picture
    tokens = torch.randn(2, 7, SIZE_IN)
    if kind == "gated":
        gated = GEGLU(SIZE_IN, SIZE_OUT)
        return seeded(gated), PackedGeglu(gated.proj, dtype), tokens
    linear = nn.Linear(SIZE_IN, SIZE_OUT, bias=kind == "linear")
    return seeded(linear), PackedLinear.of(linear, dtype), tokens


KINDS = pytest.mark.parametrize("kind", ["linear", "no bias", "gated", "pointwise"])


@KINDS
@torch.inference_mode()
def test_packed_products_are_those_of_the_layer(kind: str) -> None:
    plain, packed, values = plain_and_packed(kind)
    torch.testing.assert_close(packed(values), plain(values), rtol=1e-5, atol=1e-5)


@KINDS
@torch.inference_mode()
def test_any_order_of_the_values_gives_the_same(kind: str) -> None:
    plain, packed, values = plain_and_packed(kind)
    reordered = values.transpose(0, -1).contiguous().transpose(0, -1)
    torch.testing.assert_close(packed(reordered), plain(values), rtol=1e-5, atol=1e-5)


@KINDS
def test_weights_keep_their_names_and_values(kind: str) -> None:
    plain, packed, values = plain_and_packed(kind)
    before = copy.deepcopy(plain.state_dict())
    packed(values)
    assert packed.state_dict().keys() == before.keys()
    assert all(torch.equal(packed.state_dict()[name], each) for name, each in before.items())


@KINDS
@torch.inference_mode()
def test_they_follow_a_weight_that_is_replaced(kind: str) -> None:
    plain, packed, values = plain_and_packed(kind)
    packed(values)
    for owner in (plain, packed):
        holder = owner.proj if kind == "gated" else owner
        holder.weight = nn.Parameter(0.5 * holder.weight, requires_grad=False)
    torch.testing.assert_close(packed(values), plain(values), rtol=1e-5, atol=1e-5)


@IN_BFLOAT16
@KINDS
@torch.inference_mode()
def test_rounded_products_stay_near_and_leave_the_weight(kind: str) -> None:
    plain, packed, values = plain_and_packed(kind, torch.bfloat16)
    truth, found = plain(values), packed(values)
    assert found.dtype == (torch.bfloat16 if kind == "gated" else torch.float32)
    assert 0 < (found.float() - truth).norm() < 0.02 * truth.norm()
    assert all(weight.dtype == torch.float32 for weight in packed.parameters())


@IN_BFLOAT16
@torch.inference_mode()
def test_attention_reads_rounded_products() -> None:
    linear = nn.Linear(SIZE_IN, SIZE_OUT).requires_grad_(False)
    packed = PackedLinear.of(linear, torch.bfloat16, returns_rounded=True)
    assert packed(torch.randn(2, 7, SIZE_IN)).dtype == torch.bfloat16
