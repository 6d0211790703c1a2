"""Processor, memory, and the devices that the engine can compute on."""

import os
import platform
import sys
from pathlib import Path

from app.bootstrap.graphics_cards import find_cards
from app.bootstrap.torch_build import advice
from app.diagnosis.report import Problem, Section
from app.frozen import is_frozen
from core.api.byte_count import size_text
from core.runtime.device import available_bytes, choose_device, device_names, unusable_devices
from core.runtime.host_memory import available_host_bytes

CPU_INFO = Path("/proc/cpuinfo")
ENOUGH_BYTES = 2 << 30  # for the bundled model, and the window


def describe_memory() -> Section:
    """Processor and memory."""
    free = available_host_bytes()
    facts = (
        f"{os.cpu_count()} cores, {processor_name()}",
        f"{size_text(free)} of memory may be used",
    )
    if free >= ENOUGH_BYTES:
        return Section("Computer", facts)
    problem = Problem(
        f"Only {size_text(free)} of memory are free: a generation may fail.",
        "Close other programs, or raise the limit of the container.",
    )
    return Section("Computer", facts, (problem,))


def describe_devices() -> Section:
    """What the engine would choose, what else there is, and which cards it cannot use."""
    import torch

    chosen = choose_device()
    facts = (
        f"Chosen: {chosen}, {size_text(available_bytes(chosen))} free",
        f"Found: {', '.join(device_names())}",
        f"torch: {torch.__version__}, CUDA {torch.version.cuda or 'not built in'}, "
        f"processor's instructions: {torch.backends.cpu.get_cpu_capability()}, "
        f"{torch.get_num_threads()} threads",
    )
    sentences = (*unusable_devices(), *_missing_builds())
    return Section("Devices", facts, tuple(map(Problem, sentences)))


def _missing_builds() -> list[str]:
    """Which build of torch the graphics cards need, where the one in use knows none of them."""
    import torch

    if choose_device().type != "cpu":
        return []
    version, _, suffix = torch.__version__.partition("+")
    cuda = torch.version.cuda
    suffix = suffix or (f"cu{cuda.replace('.', '')}" if cuda else "cpu")
    return advice(find_cards(), version, suffix, "" if is_frozen() else sys.executable)


def processor_name() -> str:
    """The processor's own name, where the system has it."""
    try:
        lines = CPU_INFO.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
