import pytest
import torch

from core.api.config import Precision
from core.api.errors import InvalidRequestError
from core.runtime.device import (
    available_bytes,
    choose_device,
    choose_dtype,
    convolution_format,
    device_names,
    unusable_devices,
)

CPU, CUDA, MPS = map(torch.device, ("cpu", "cuda", "mps"))


@pytest.fixture
def two_cuda_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {
        "is_available": lambda: True,
        "device_count": lambda: 2,
        "mem_get_info": lambda device: (3 * 2**30, 8 * 2**30),
        "memory_reserved": lambda device: 4 * 2**30,
        "memory_allocated": lambda device: 2**30,
        "get_arch_list": lambda: ["sm_75", "sm_80", "sm_86", "compute_90"],
        "get_device_capability": lambda index: (8, 9),
        "get_device_name": lambda index: f"card {index}",
    }
    for name, answer in answers.items():
        monkeypatch.setattr(torch.cuda, name, answer)


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
def test_free_memory_counts_what_torch_keeps_for_later() -> None:
    assert available_bytes(CUDA) == 6 * 2**30


@pytest.mark.usefixtures("two_cuda_devices")
@pytest.mark.parametrize("capability", [(6, 1), (7, 0), (7, 2)])
def test_cards_without_kernels_leave_the_cpu_and_a_sentence(
    capability: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda index: capability)
    assert choose_device("auto") == CPU
    assert device_names() == ("cpu",)
    old, _ = unusable_devices()
    assert "card 0 (compute capability" in old
    assert "CUDA 12.6" in old
    with pytest.raises(InvalidRequestError, match="no kernels for the graphics card card 1"):
        choose_device("cuda:1")


@pytest.mark.usefixtures("two_cuda_devices")
@pytest.mark.parametrize(
    ("capability", "remedy"), [((3, 7), "No build"), ((12, 0), "A build of torch for CUDA 13.0")]
)
def test_a_card_of_another_age_is_told_its_own_build(
    capability: tuple[int, int], remedy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda index: capability)
    monkeypatch.setattr(torch.cuda, "get_arch_list", lambda: ["sm_50", "sm_80", "sm_90"])
    assert remedy in unusable_devices()[0]


@pytest.mark.usefixtures("two_cuda_devices")
@pytest.mark.parametrize("capability", [(7, 5), (8, 0), (8, 9), (9, 0), (12, 0)])
def test_cards_with_kernels_or_code_for_their_driver_are_used(
    capability: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda index: capability)
    assert device_names() == ("cuda:0", "cuda:1", "cpu")
    assert unusable_devices() == ()


@pytest.mark.usefixtures("two_cuda_devices")
def test_the_second_card_is_taken_where_the_first_is_too_old(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    capabilities = [(6, 1), (8, 6)]
    monkeypatch.setattr(torch.cuda, "get_device_capability", capabilities.__getitem__)
    assert choose_device("auto") == torch.device("cuda", 1)


@pytest.mark.usefixtures("two_cuda_devices")
def test_a_driver_too_old_leaves_the_processor_and_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert choose_device("auto") == CPU
    (sentence,) = unusable_devices()
    assert sentence.startswith("The driver of the graphics card is too old")
    with pytest.raises(InvalidRequestError, match="too old"):
        choose_device("cuda")


def test_nothing_is_said_of_devices_that_are_not_there() -> None:
    assert unusable_devices() == ()


@pytest.mark.parametrize("device", [CPU, torch.device("meta")])
def test_a_processor_convolves_in_channels_last_order(device: torch.device) -> None:
    assert convolution_format(device) is torch.channels_last


def test_where_channels_last_may_be_slow_it_is_not_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert convolution_format(CUDA) is torch.channels_last
    assert convolution_format(MPS) is torch.contiguous_format
    assert convolution_format(torch.device("xpu")) is torch.contiguous_format
    monkeypatch.setattr(torch.version, "hip", "6.4")
    assert convolution_format(CUDA) is torch.contiguous_format


def test_every_device_that_is_named_can_be_chosen():
    names = device_names()
    assert "cpu" in names
    for name in names:
        assert str(choose_device(name)).startswith(name)
