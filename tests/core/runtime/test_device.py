import pytest
import torch

from core.api.config import Precision
from core.api.errors import InvalidRequestError
from core.runtime.device import available_bytes, choose_device, choose_dtype, device_names

CPU, CUDA, MPS = map(torch.device, ("cpu", "cuda", "mps"))


@pytest.fixture
def two_cuda_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (3 * 2**30, 8 * 2**30))


def test_auto_takes_the_processor_where_nothing_faster_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)
    monkeypatch.setattr(torch.mps, "device_count", lambda: 0)
    assert choose_device("auto") == CPU


@pytest.mark.usefixtures("two_cuda_devices")
def test_auto_takes_cuda_where_it_is_there() -> None:
    assert choose_device("auto").type == "cuda"


@pytest.mark.usefixtures("two_cuda_devices")
def test_a_device_is_found_by_its_number() -> None:
    assert choose_device("cuda:1") == torch.device("cuda", 1)


@pytest.mark.usefixtures("two_cuda_devices")
def test_a_number_too_high_is_refused_with_the_count() -> None:
    with pytest.raises(InvalidRequestError, match=r"no cuda:2: the 2 cuda device\(s\)"):
        choose_device("cuda:2")


@pytest.mark.parametrize("name", ["banana", "meta", "", "cpu:x", "vulkan", "xla:0"])
def test_a_missing_device_is_refused_with_those_present(name: str) -> None:
    with pytest.raises(
        InvalidRequestError, match=r"no device .* choose one of auto, .*cpu"
    ) as caught:
        choose_device(name)
    assert caught.value.field == "device"


def test_each_device_gets_the_precision_that_suits_it() -> None:
    chosen = [choose_dtype(device) for device in (CPU, CUDA, MPS)]
    assert chosen == [torch.float32, torch.float16, torch.float32]


@pytest.mark.parametrize("precision", [Precision.BFLOAT16, Precision.FLOAT32, Precision.FLOAT64])
def test_a_requested_precision_is_kept(precision: Precision) -> None:
    assert choose_dtype(CPU, precision) == getattr(torch, precision)


@pytest.mark.parametrize(
    ("device", "precision"), [(CPU, Precision.FLOAT16), (MPS, Precision.FLOAT64)]
)
def test_a_precision_that_cannot_work_is_refused(
    device: torch.device, precision: Precision
) -> None:
    with pytest.raises(InvalidRequestError, match="choose float32"):
        choose_dtype(device, precision)


def test_free_memory_of_the_host_is_a_part_of_what_it_has() -> None:
    assert 2**20 < available_bytes(CPU) < 2**50


@pytest.mark.usefixtures("two_cuda_devices")
def test_free_memory_of_a_device_comes_from_its_driver() -> None:
    assert available_bytes(CUDA) == 3 * 2**30


def test_every_device_that_is_named_can_be_chosen():
    names = device_names()
    assert "cpu" in names
    for name in names:
        assert str(choose_device(name)).startswith(name)
