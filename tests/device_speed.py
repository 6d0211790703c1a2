"""Speed and memory of models at full size on a device, beside diffusers' own pipelines."""

import gc
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import torch

from core.api.config import EngineConfig
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.engine import Engine
from core.runtime.device import choose_dtype, synchronize
from tests.full_width_models import build_model
from tests.stock_pipelines import stock_audioldm, stock_audioldm2


class Cost(NamedTuple):
    """What a run took: seconds, and the most memory of the device; None = not counted there."""

    took_s: float
    peak_bytes: int | None

    def __str__(self) -> str:
        memory = "" if self.peak_bytes is None else f", {self.peak_bytes >> 20} MiB"
        return f"{self.took_s:.2f} s{memory}"


def compare(device: torch.device, name: str) -> str:
    """Ours and the stock pipeline's cost of the same request, as a figure for a table.

    On a processor an eighth of all widths and a second of sound show that it runs.
    """
    is_small = device.type == "cpu"
    with TemporaryDirectory() as place:
        folder = build_model(Path(place) / name, name, part=8 if is_small else 1)
        request = GenerationRequest(
            prompt="rain",
            model=str(folder),
            duration_s=1.0 if is_small else 10.0,
            num_inference_steps=2 if is_small else 20,
        )
        ours = _ours(device, request)
        _free(device)
        stock = _stock(device, request)
    _free(device)
    size = "widths / 8, " if is_small else ""
    steps = f"{request.duration_s:g} s, {request.num_inference_steps} steps"
    return f"{size}{steps}: {ours}; stock {stock}"


def _ours(device: torch.device, request: GenerationRequest) -> Cost:
    engine = Engine(EngineConfig(device=str(device)))
    engine.load(request.model, Progress())
    engine.generate(replace(request, num_inference_steps=2))  # warms up
    return _cost(device, lambda: engine.generate(request))


def _stock(device: torch.device, request: GenerationRequest) -> Cost:
    folder = Path(request.model)
    load = stock_audioldm2 if folder.name == "audioldm2" else stock_audioldm
    pipeline: Any = load(folder).to(device, choose_dtype(device))

    def run(steps: int) -> None:
        pipeline(
            request.prompt,
            audio_length_in_s=request.duration_s,
            num_inference_steps=steps,
            guidance_scale=request.guidance_scale,
        )

    run(2)
    return _cost(device, lambda: run(request.num_inference_steps))


def _cost(device: torch.device, work: Callable[[], object]) -> Cost:
    module = None if device.type == "cpu" else torch.get_device_module(device)
    counts = module is not None and hasattr(module, "reset_peak_memory_stats")
    if module is not None and counts:
        module.reset_peak_memory_stats()
    synchronize(device)
    start_s = time.perf_counter()
    work()
    synchronize(device)
    took_s = time.perf_counter() - start_s
    peak = int(module.max_memory_allocated()) if module is not None and counts else None
    return Cost(took_s, peak)


def _free(device: torch.device) -> None:
    gc.collect()
    if device.type != "cpu":
        torch.get_device_module(device).empty_cache()
