"""What several devices show: a sound over two ranks, and messages between two GPUs.

Ranks speak over gloo, so tensors of a GPU pass through host memory. NCCL would save that copy.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile
import torch
from torch import distributed as dist
from torch import multiprocessing

from core.runtime.device import device_names

SECONDS, STEPS = 25, 10
MESSAGE_BYTES, MESSAGES = 64 << 20, 8
_LIMIT_S = 120.0


def two_devices(device: torch.device) -> tuple[str, str]:
    """Two devices of this one's kind; where there is one, both ranks take it."""
    alike = [name for name in device_names() if torch.device(name).type == device.type]
    return alike[0], alike[min(1, len(alike) - 1)]


def compare_over_two(device: torch.device) -> tuple[float, str]:
    """The largest difference of a sound made over two devices, and what both took."""
    one, other = two_devices(device)
    with tempfile.TemporaryDirectory() as folder:
        alone, alone_s = _generate(Path(folder) / "alone.wav", "--device", one)
        both, both_s = _generate(Path(folder) / "both.wav", "--devices", f"{one},{other}")
    largest = float(np.abs(alone - both).max()) if len(alone) == len(both) else float("inf")
    return (
        largest,
        f"{largest:.1e} at most; {alone_s:.1f} s alone, {both_s:.1f} s on {one}, {other}",
    )


def _generate(output: Path, *devices: str) -> tuple[np.ndarray, float]:
    """The samples of a command, and its seconds with the start of all processes."""
    command = [sys.executable, "-m", "app.cli.main", "generate", "church organ", "--seed", "1"]
    command += ["--seconds", str(SECONDS), "--steps", str(STEPS), "-o", str(output), *devices]
    start_s = time.perf_counter()
    subprocess.run(command, check=True, timeout=_LIMIT_S, stderr=subprocess.DEVNULL)
    return soundfile.read(output, dtype="float32")[0], time.perf_counter() - start_s


def message_speeds(device: torch.device) -> str:
    """Gigabytes a second between two CUDA devices: over NCCL, and as now, through host memory."""
    one, other = two_devices(device)
    if device.type != "cuda" or one == other or not dist.is_nccl_available():
        return "needs two CUDA devices; ranks speak over gloo, through host memory"
    return ", ".join(f"{way} {_gigabytes_per_s(way):.1f} GB/s" for way in ("nccl", "gloo"))


def _gigabytes_per_s(way: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "seconds"
        store = Path(folder) / "store"
        multiprocessing.spawn(_exchange, (way, str(store), str(result)), nprocs=2)
        return MESSAGE_BYTES * MESSAGES / float(result.read_text()) / 1e9


def _exchange(rank: int, way: str, store: str, result: str) -> None:
    """Send to the other rank and receive from it, at once; rank 0 notes the seconds."""
    os.environ["NCCL_DEBUG"] = "WARN"
    torch.cuda.set_device(rank)
    dist.init_process_group(way, store=dist.FileStore(store, 2), rank=rank, world_size=2)
    own = torch.ones(MESSAGE_BYTES, dtype=torch.uint8, device="cuda")
    start_s = 0.0
    for number in range(MESSAGES + 1):
        outgoing = own if way == "nccl" else own.cpu()
        incoming = torch.empty_like(outgoing)
        operations = [
            dist.P2POp(dist.isend, outgoing, 1 - rank),
            dist.P2POp(dist.irecv, incoming, 1 - rank),
        ]
        for work in dist.batch_isend_irecv(operations):
            work.wait()
        incoming.cuda()
        torch.cuda.synchronize()
        if number == 0:  # the first one connects
            start_s = time.perf_counter()
    if rank == 0:
        Path(result).write_text(str(time.perf_counter() - start_s))
    dist.destroy_process_group()
