"""What torch's own table says of the devices."""

import pytest
from torchgen.model import DispatchKey

from tests.core.devices.kernel_table import Support, kernels_of, support


@pytest.mark.parametrize("kind", ["mps", "cuda"])
def test_it_knows_what_runs_and_how(kind: str) -> None:
    assert support("add.Tensor", kind) is Support.KERNEL
    assert support("convolution", kind) is Support.COMPOSITE
    assert support("no_such_operation", kind) is Support.NONE


def test_it_knows_what_mps_has_not() -> None:
    assert support("_fft_c2c", "cuda") is Support.KERNEL
    assert support("geqrf", "mps") is Support.NONE
    assert support("geqrf", "cuda") is Support.KERNEL


def test_it_cannot_tell_what_xpu_has_not() -> None:
    """Once torch lists these kernels too, XPU belongs into the table's keys."""
    named = kernels_of(DispatchKey.XPU)
    assert "bmm.out" in named
    assert named.isdisjoint({"add.out", "mul.out", "silu.out", "convolution_overrideable"})
    assert len(named) < len(kernels_of(DispatchKey.MPS)) / 10
