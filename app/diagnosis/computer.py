"""Processor, memory, and the devices that the engine can compute on."""

import os
import platform
from pathlib import Path

from app.diagnosis.report import Problem, Section
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
    return Section("Devices", facts, tuple(map(Problem, unusable_devices())))


def processor_name() -> str:
    """The processor's own name, where the system has it."""
    try:
        lines = CPU_INFO.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
