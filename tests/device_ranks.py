"""What two GPUs show: how fast messages between them are.

Ranks speak over gloo, so tensors of a GPU pass through host memory. NCCL would save that copy.
"""

import os
import tempfile
import time
from pathlib import Path

import torch
from torch import distributed as dist
from torch import multiprocessing

MESSAGE_BYTES, MESSAGES = 64 << 20, 8


def message_speeds(device: torch.device) -> str:
    """Gigabytes a second between two CUDA devices: over NCCL, and as now, through host memory."""
    if device.type != "cuda" or torch.cuda.device_count() < 2 or not dist.is_nccl_available():
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
