"""The computed receptive field against the impulse response of real convolutions."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from core.api.region import Span
from core.vocoders.receptive_field import FieldConvolution, Upsampling, inputs_of, output_length

NUM_INPUTS = 40


@st.composite
def stacks(draw: st.DrawFn) -> tuple[nn.Sequential, list[FieldConvolution | Upsampling]]:
    """A network of positive weights, so that nothing cancels, and its geometry."""
    modules: list[nn.Module] = []
    layers: list[FieldConvolution | Upsampling] = []
    for _ in range(draw(st.integers(1, 3))):
        if draw(st.booleans()):
            reach, dilation = draw(st.integers(0, 2)), draw(st.integers(1, 3))
            modules.append(
                nn.Conv1d(1, 1, 2 * reach + 1, dilation=dilation, padding=reach * dilation)
            )
            layers.append(FieldConvolution(reach * dilation))
        else:
            stride = draw(st.integers(1, 3))
            kernel = stride + draw(st.integers(0, 4))
            padding = (kernel - stride) // 2
            modules.append(nn.ConvTranspose1d(1, 1, kernel, stride=stride, padding=padding))
            layers.append(Upsampling(stride, kernel, padding))
    network = nn.Sequential(*modules).requires_grad_(False).double()
    for parameter in network.parameters():
        parameter.fill_(0.0 if parameter.dim() == 1 else 1.0)
    return network, layers


@given(stacks(), st.data())
@settings(deadline=None, max_examples=60)
def test_an_output_depends_on_exactly_the_inputs_named(
    stack: tuple[nn.Sequential, list[FieldConvolution | Upsampling]], data: st.DataObject
) -> None:
    network, layers = stack
    inputs = torch.zeros(1, 1, NUM_INPUTS, dtype=torch.double, requires_grad=True)
    outputs = network(inputs)
    assert outputs.shape[-1] == output_length(layers, NUM_INPUTS)
    start = data.draw(st.integers(0, outputs.shape[-1] - 1))
    stop = data.draw(st.integers(start + 1, outputs.shape[-1]))
    outputs[..., start:stop].sum().backward()
    assert inputs.grad is not None
    touched = inputs.grad[0, 0].nonzero().flatten().tolist()
    needed = inputs_of(layers, Span(start, stop))
    assert all(needed.start <= index < needed.stop for index in touched)
    if Span(0, NUM_INPUTS).intersect(needed) == needed:  # away from the zero padding
        assert (touched[0], touched[-1] + 1) == (needed.start, needed.stop)
