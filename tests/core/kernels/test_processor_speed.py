"""The measurement of the processor: what follows from it, and that it is kept."""

import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch

from core.kernels import processor_speed as module
from core.kernels.packed_products import can_pack
from core.kernels.processor_speed import (
    WIDTHS,
    ProcessorSpeed,
    keep_channels_innermost,
    measure,
    processor_speed,
    use_bfloat16,
    use_matrix_products,
    use_packed_products,
    use_polynomials,
    use_rounded_products,
    use_winograd,
)

CPU, ELSEWHERE = torch.device("cpu"), torch.device("meta")
FAST, SLOW = 1.5, 0.9


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A machine that was not measured yet; where its measurement will lie."""
    path = tmp_path / "cache" / "processor.json"
    monkeypatch.setattr(module, "kept_path", lambda: path)
    processor_speed.cache_clear()
    yield path
    processor_speed.cache_clear()


def speed(winograd: tuple[float, ...] = (SLOW, FAST, FAST), rest: float = FAST) -> ProcessorSpeed:
    return ProcessorSpeed(winograd, rest, winograd, rest, rest, rest, rest)


def of_width(channels: int) -> torch.Tensor:
    return torch.empty(channels, channels, 3, 3)


@pytest.mark.parametrize(
    ("winograd", "area"),
    [
        ((FAST, FAST, FAST), 64 * 64),
        ((SLOW, FAST, FAST), 128 * 128),
        ((FAST, SLOW, FAST), 256 * 256),
        ((FAST, FAST, SLOW), float("inf")),
    ],
)
def test_winograd_is_used_from_where_no_wider_layer_is_slower(
    winograd: tuple[float, ...], area: float
) -> None:
    assert speed(winograd).min_winograd_area == area


def test_forms_are_used_where_they_were_measured_to_be_faster(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for rest in (FAST, SLOW):
        monkeypatch.setattr(module, "processor_speed", lambda rest=rest: speed(rest=rest))
        assert use_winograd(of_width(128), CPU, torch.float32)
        assert not use_winograd(of_width(127), CPU, torch.float32)
        assert use_matrix_products(CPU, torch.float32) == (rest == FAST)
        assert use_bfloat16(CPU, torch.float32) == (rest == FAST)
        assert keep_channels_innermost() == (rest == FAST)
        assert use_packed_products(torch.float32) == (rest == FAST and can_pack())
        assert not use_packed_products(torch.float64)


@pytest.mark.parametrize(
    ("channels", "taps", "expected"),
    [
        (128, 7, True),
        (127, 7, False),
        (195, 3, False),
        (196, 3, True),
        (512, 1, False),
        (512, 4, False),
    ],
)
def test_polynomials_are_used_for_wide_and_long_weights(
    monkeypatch: pytest.MonkeyPatch, channels: int, taps: int, expected: bool
) -> None:
    monkeypatch.setattr(module, "processor_speed", speed)
    assert use_polynomials(torch.empty(channels, channels, taps)) == expected
    for changed in ({"device": ELSEWHERE}, {"dtype": torch.bfloat16}):
        assert not use_polynomials(torch.empty(channels, channels, taps, **changed))


@pytest.mark.parametrize(
    ("widths", "expected"),
    [((64, 128, 192), False), ((128, 256, 384, 640), True), ((32, 64), False)],
)
def test_products_are_rounded_where_denoisers_as_wide_gain(
    monkeypatch: pytest.MonkeyPatch, widths: tuple[int, ...], expected: bool
) -> None:
    monkeypatch.setattr(module, "processor_speed", speed)
    assert use_rounded_products(widths) == expected
    monkeypatch.setattr(module, "processor_speed", lambda: speed(rest=1.1))
    assert not use_rounded_products(widths)


def test_other_devices_and_precisions_are_left_as_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "processor_speed", speed)
    for device, dtype in ((ELSEWHERE, torch.float32), (CPU, torch.bfloat16), (CPU, torch.float64)):
        assert not use_winograd(of_width(256), device, dtype)
        assert not use_matrix_products(device, dtype)
        assert not use_bfloat16(device, dtype)


def test_the_processor_is_measured_once_and_kept(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured = iter([speed()])
    monkeypatch.setattr(module, "measure", lambda: next(measured))
    assert processor_speed() == speed()
    processor_speed.cache_clear()  # another start
    assert processor_speed() == speed()


@pytest.mark.parametrize("damage", ["", "[]", "{", '{"other": 1}', "[" * 100_000])
def test_a_damaged_file_is_measured_again(
    damage: str, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.parent.mkdir()
    kept.write_text(damage)
    monkeypatch.setattr(module, "measure", speed)
    assert processor_speed() == speed()
    assert ProcessorSpeed.from_dict(list(json.loads(kept.read_text()).values())[-1]) == speed()


@pytest.mark.parametrize(
    "values", [None, {}, {"winograd": [1.0], "products": 1, "bfloat16": 1}, {"winograd": "abc"}]
)
def test_values_of_other_types_are_no_measurement(values: object) -> None:
    assert ProcessorSpeed.from_dict(values) is None


def test_a_limit_of_instructions_is_measured_apart(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured = iter([speed(), speed(rest=SLOW)])
    monkeypatch.setattr(module, "measure", lambda: next(measured))
    processor_speed()
    processor_speed.cache_clear()
    monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", "AVX2")
    assert processor_speed() == speed(rest=SLOW)
    assert len(json.loads(kept.read_text())) == 2


def test_a_disk_that_refuses_does_not_stop_the_start(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.parent.write_text("a file where the folder should be")
    monkeypatch.setattr(module, "measure", speed)
    assert processor_speed() == speed()


class MadeClock:
    """A clock that goes on only where a form runs."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.rounds = 0
        self.pace = 1.0

    def __call__(self) -> float:
        return self.now_s

    def form(self, *took_s: float) -> Callable[[], torch.Tensor]:
        """A form that takes these times in turn."""
        times = itertools.cycle(took_s)

        def run() -> torch.Tensor:
            self.now_s += next(times) * self.pace
            self.rounds += 1
            return torch.empty(0)

        return run


def test_the_last_form_is_compared_with_the_fastest_other() -> None:
    clock = MadeClock()
    forms = [clock.form(took_s) for took_s in (0.006, 0.003, 0.002)]
    assert module._speedup(*forms, clock=clock) == pytest.approx(1.5)


def test_rounds_that_were_disturbed_change_nothing() -> None:
    clock = MadeClock()
    disturbed = clock.form(0.003, 0.003, 0.003, 0.1, 0.003)
    forms = clock.form(0.0036, 0.0036, 0.0036, 0.0036, 0.05), disturbed
    assert module._speedup(*forms, clock=clock) == pytest.approx(1.2)


def test_a_frequency_that_drifts_changes_nothing() -> None:
    clock = MadeClock()
    fast, slow = clock.form(0.0030), clock.form(0.0036)

    def slower_from_round_to_round() -> torch.Tensor:
        clock.pace *= 1.3
        return slow()

    assert module._speedup(slower_from_round_to_round, fast, clock=clock) == pytest.approx(1.2)


@pytest.mark.parametrize(("took_s", "rounds"), [(1e-4, 20), (0.008, 10), (5.0, 5)])
def test_slow_processors_are_measured_in_fewer_rounds(took_s: float, rounds: int) -> None:
    clock = MadeClock()
    module._speedup(clock.form(took_s), clock.form(took_s), clock=clock)
    assert clock.rounds == 2 * (rounds + 1)


def test_a_real_measurement_is_plausible_and_leaves_the_threads() -> None:
    threads = torch.get_num_threads()
    found = measure()
    assert torch.get_num_threads() == threads
    assert len(found.winograd) == len(WIDTHS)
    single = (found.products, found.innermost, found.bfloat16, found.rounded)
    assert (found.packed > 0.01) == can_pack()
    speedups = (*found.winograd, *found.polynomials, *single)
    assert all(0.01 < value < 100 for value in speedups)
