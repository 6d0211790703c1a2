"""Which forms of a convolution are faster on this processor: measured once, then kept on the disk.

Flags of a processor do not tell. bfloat16 is three times as fast as float32 where the processor has
AMX, about as fast where it only has avx512_bf16, and slower elsewhere. So convolutions as wide as
the networks' are timed. The result is kept beside the versions it holds for, because the same
request must give the same samples at the next start.
"""

import json
import logging
import math
import os
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import platformdirs
import torch
from torch import Tensor

from core.kernels import compared_forms as forms
from core.kernels.compared_forms import TAPS, Form
from core.kernels.packed_products import can_pack
from core.kernels.polynomial_convolution import MIN_TAPS
from core.runtime.atomic_file import part_path, put_in_place
from core.runtime.host_memory import return_large_blocks

MIN_SPEEDUP = 1.15  # what a form has to gain: less is lost in what surrounds a convolution
MIN_ROUNDED_SPEEDUP = 1.2  # what less exact products have to gain
MIN_PACKED_SPEEDUP = 1.05  # it is measured with all that surrounds the products
WIDTHS = (64, 128, 256)  # channels, in and out
DENOISER_WIDTH = 256  # mean channels of a denoiser's levels; narrower ones gain less
_MIN_ROUNDS, _MAX_ROUNDS = 5, 20
_BUDGET_S = 0.15  # of each comparison, once it has had the least number of rounds
# results of other forms or another way are not kept for these
_METHOD = "Winograd 4 x 4, polynomials, packed products, rounded ones, in turns"
_INSTRUCTION_LIMITS = ("ONEDNN_MAX_CPU_ISA", "MKL_ENABLE_INSTRUCTIONS", "ATEN_CPU_CAPABILITY")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ProcessorSpeed:
    """How many times as fast as its plain form each form of a convolution is.

    Attributes:
        winograd: In float32, Winograd's convolution against the direct one, for each of `WIDTHS`.
        products: In float32, upsampling by matrix products against a transposed convolution.
        polynomials: In float32, a convolution along time by polynomials against the direct one,
            of `TAPS` taps, for each of `WIDTHS`.
        innermost: In float32, the direct convolution along time with channels innermost against
            torch's own order and copies into it and back, for the first of `WIDTHS`.
        bfloat16: The direct convolution in bfloat16 against the faster one in float32.
        packed: In float32, a feed-forward layer of a denoiser with packed weights against plain
            ones; 0 where weights cannot be packed.
        rounded: A part of a denoiser with its products in bfloat16 against float32.
    """

    winograd: tuple[float, ...]
    products: float
    polynomials: tuple[float, ...]
    innermost: float
    bfloat16: float
    packed: float
    rounded: float

    @classmethod
    def from_dict(cls, values: Any) -> "ProcessorSpeed | None":
        """What `asdict` gave before it went through a file; None where that was changed since."""
        try:
            winograd, polynomials = (
                tuple(map(float, values[name])) for name in ("winograd", "polynomials")
            )
            products, *rest = (
                float(values[name])
                for name in ("products", "innermost", "bfloat16", "packed", "rounded")
            )
        except (KeyError, TypeError, ValueError):
            return None
        is_complete = len(winograd) == len(polynomials) == len(WIDTHS)
        return cls(winograd, products, polynomials, *rest) if is_complete else None

    @property
    def min_winograd_area(self) -> float:
        """Channels in x channels out from which Winograd's convolution is faster."""
        return _least_width(self.winograd) ** 2

    @property
    def min_polynomial_area(self) -> float:
        """Channels in x channels out x taps from which polynomials are faster."""
        return _least_width(self.polynomials) ** 2 * TAPS


def _least_width(speedups: Sequence[float]) -> float:
    """The width from which on a form is faster, also at all measured widths above."""
    slow = [width for width, speedup in zip(WIDTHS, speedups, strict=True) if speedup < MIN_SPEEDUP]
    return min((width for width in WIDTHS if width > max(slow, default=0)), default=math.inf)


def use_winograd(weight: Tensor, device: torch.device, dtype: torch.dtype) -> bool:
    """Whether Winograd's convolution is faster than the direct one: on a processor in float32."""
    if device.type != "cpu" or dtype != torch.float32:
        return False
    return weight.shape[0] * weight.shape[1] >= processor_speed().min_winograd_area


def use_polynomials(weight: Tensor) -> bool:
    """Whether a convolution along time is faster by polynomials: on a processor in float32."""
    channels_out, channels_in, taps = weight.shape
    if weight.device.type != "cpu" or weight.dtype != torch.float32:
        return False
    if taps % 2 == 0 or taps < MIN_TAPS:
        return False
    return channels_out * channels_in * taps >= processor_speed().min_polynomial_area


def keep_channels_innermost() -> bool:
    """Whether a direct convolution along time is fastest in this order; on AVX2 it is not."""
    return processor_speed().innermost >= 1


def use_matrix_products(device: torch.device, dtype: torch.dtype) -> bool:
    """Whether matrix products are faster than one transposed convolution."""
    if device.type != "cpu" or dtype != torch.float32:
        return False
    return processor_speed().products >= MIN_SPEEDUP


def use_bfloat16(device: torch.device, dtype: torch.dtype) -> bool:
    """Whether bfloat16 is faster than `dtype` where its precision is enough."""
    if device.type != "cpu" or dtype != torch.float32:
        return False
    return processor_speed().bfloat16 >= MIN_SPEEDUP


def use_packed_products(dtype: torch.dtype) -> bool:
    """Whether a denoiser's products are faster on a processor with packed weights."""
    return can_pack(dtype) and processor_speed().packed >= MIN_PACKED_SPEEDUP


def use_rounded_products(widths: Sequence[int]) -> bool:
    """Whether a denoiser is enough faster on a processor with its products in bfloat16.

    Args:
        widths: Channels of its levels.
    """
    is_wide = sum(widths) >= DENOISER_WIDTH * len(widths)
    return is_wide and processor_speed().rounded >= MIN_ROUNDED_SPEEDUP


@cache
def processor_speed() -> ProcessorSpeed:
    """What was measured on this machine, now or at an earlier start."""
    path, conditions = kept_path(), _conditions()
    kept = _read(path)
    speed = ProcessorSpeed.from_dict(kept.get(conditions))
    if speed is None:
        speed = measure()
        _keep(path, {**kept, conditions: asdict(speed)})
    return speed


def kept_path() -> Path:
    """Where measurements are kept: the platform's folder for an application's cache."""
    return Path(platformdirs.user_cache_path("Tessera", appauthor=False)) / "processor.json"


@torch.inference_mode()
def measure() -> ProcessorSpeed:
    """Time every form on one thread, in its own processor time: a busy machine changes little.

    Takes two to three seconds.
    """
    return_large_blocks()  # as engines do: before, every call would fill its memory with zeros
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        winograd = tuple(_speedup(*forms.direct_and_winograd(width)) for width in WIDTHS)
        products = _speedup(*forms.transposed_and_products(WIDTHS[-1]))
        polynomials = tuple(_speedup(*forms.along_time(width)) for width in WIDTHS)
        innermost = _speedup(*forms.along_time(WIDTHS[0])[:2])
        direct_or_winograd = forms.direct_and_winograd(WIDTHS[-1])
        bfloat16 = _speedup(*direct_or_winograd, forms.direct_in_bfloat16(WIDTHS[-1]))
        packed = _speedup(*forms.feed_forward(DENOISER_WIDTH)) if can_pack() else 0.0
        rounded = max(_speedup(*each) for each in forms.denoisers(DENOISER_WIDTH))
    finally:
        torch.set_num_threads(threads)
    return ProcessorSpeed(winograd, products, polynomials, innermost, bfloat16, packed, rounded)


def _speedup(*forms: Form, clock: Callable[[], float] = time.thread_time) -> float:
    """How many times as fast the last form is as the fastest of the others.

    The forms take turns, so that a busy time or another clock frequency meets all of them. What
    disturbs a round only adds to it, so the shortest time of each form counts.
    """
    _round_s(forms, clock)  # warms up
    start_s, rounds = clock(), list[list[float]]()
    while len(rounds) < _MIN_ROUNDS or (
        len(rounds) < _MAX_ROUNDS and clock() - start_s < _BUDGET_S
    ):
        rounds.append(_round_s(forms, clock))
    fastest_s: list[float] = [min(took_s) for took_s in zip(*rounds, strict=True)]
    return min(fastest_s[:-1]) / fastest_s[-1]


def _round_s(forms: Sequence[Form], clock: Callable[[], float]) -> list[float]:
    """Seconds that each form takes, once."""
    took_s = []
    for run in forms:
        started_s = clock()
        run()
        took_s.append(clock() - started_s)
    return took_s


def _conditions() -> str:
    """What a measurement holds for: processor, instructions, threads, and torch's version."""
    limits = [f"{name}={os.environ[name]}" for name in _INSTRUCTION_LIMITS if name in os.environ]
    parts = (
        _processor_name(),
        torch.backends.cpu.get_cpu_capability(),
        f"{torch.get_num_threads()} threads",
        f"torch {torch.__version__}",
        _METHOD,
        *limits,
    )
    return ", ".join(parts)


def _processor_name() -> str:
    """The processor's own name, as far as the system gives it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _read(path: Path) -> dict[str, Any]:
    """All kept measurements, by their conditions; none where the file is absent or damaged."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _keep(path: Path, kept: dict[str, Any]) -> None:
    """Write all measurements; where that fails, the next start measures again."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = part_path(path)
        part.write_text(json.dumps(kept, indent=2), encoding="utf-8")
        put_in_place(part, path)
    except OSError:
        _log.info("the measured speed could not be kept", exc_info=True)
