"""Convolutions along time, channels innermost, against torch's own."""

import pytest
import torch
from torch import nn

from core.kernels import time_convolution
from core.kernels.time_convolution import TimeConvolution, TransposedConvolution


@pytest.mark.parametrize(
    ("is_polynomial", "is_innermost"), [(True, True), (False, True), (False, False)]
)
@pytest.mark.parametrize(("taps", "dilation"), [(3, 1), (7, 3), (11, 5)])
@torch.inference_mode()
def test_a_convolution_equals_its_layers(
    monkeypatch: pytest.MonkeyPatch,
    is_polynomial: bool,
    is_innermost: bool,
    taps: int,
    dilation: int,
) -> None:
    monkeypatch.setattr(time_convolution, "keep_channels_innermost", lambda: is_innermost)
    monkeypatch.setattr(time_convolution, "use_polynomials", lambda weight: is_polynomial)
    layer = nn.Conv1d(4, 6, taps, dilation=dilation)
    values = torch.randn(70, 4)
    expected = layer(values.T[None])[0].T
    torch.testing.assert_close(TimeConvolution(layer)(values), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("stride", "taps"), [(5, 16), (4, 16), (2, 4), (3, 3), (3, 2)])
@torch.inference_mode()
def test_a_transposed_convolution_equals_its_layers(stride: int, taps: int) -> None:
    layer = nn.ConvTranspose1d(4, 6, taps, stride=stride)
    values = torch.randn(9, 4)
    expected = layer(values.T[None])[0].T
    found = TransposedConvolution(layer)(values)
    torch.testing.assert_close(found[: len(expected)], expected, rtol=1e-5, atol=1e-5)
    assert (found[len(expected) :] == layer.bias).all()


@torch.inference_mode()
def test_the_layers_keep_their_weights() -> None:
    layer = nn.Conv1d(4, 6, 3)
    form = TimeConvolution(layer)
    form(torch.randn(9, 4))
    assert not list(form.parameters())
    assert list(form.state_dict()) == []
