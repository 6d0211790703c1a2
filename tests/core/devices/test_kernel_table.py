"""What torch's own table says of the devices."""

import pytest

from tests.core.devices.kernel_table import Support, support


@pytest.mark.parametrize("kind", ["mps", "cuda"])
def test_it_knows_what_runs_and_how(kind: str) -> None:
    assert support("add.Tensor", kind) is Support.KERNEL
    assert support("convolution", kind) is Support.COMPOSITE
    assert support("no_such_operation", kind) is Support.NONE


def test_it_knows_what_mps_has_not() -> None:
    assert support("_fft_c2c", "cuda") is Support.KERNEL
    assert support("geqrf", "mps") is Support.NONE
    assert support("geqrf", "cuda") is Support.KERNEL
