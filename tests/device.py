"""`python3 -m tests.device`: what only hardware shows, in at most four minutes on one with a GPU.

Tries the fastest device of this machine, or the one named as argument, with the bundled model:
differences from the processor by mode, by precision and over two ranks, reproducibility, memory
that really runs out, planning beside a filled cache, expectations, and speed and memory of models
at full size, ours and in diffusers' own pipelines. It prints a table that a README can take, and
exits with the number of checks that failed. A processor is compared with itself, and with an eighth
of the widths only.
"""

import gc
import itertools
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import torch

from app.session.devices.shared_engine import SharedEngine
from core.api.config import EngineConfig, Offload, Precision, TilingConfig, TilingMode
from core.api.edit import Edit, EditKind
from core.api.progress import Progress
from core.api.request import GenerationRequest, Scheduler
from core.api.take import Take
from core.engine import Engine
from core.pipeline.forecast import expected_s
from core.runtime.device import (
    available_bytes,
    choose_device,
    device_names,
    synchronize,
    unusable_devices,
)
from core.tiled_vae import TiledVAE
from tests.device_ranks import message_speeds
from tests.device_speed import compare
from tests.full_width_models import WIDTHS

DB_PER_LOG_MEL = 8.686
LIMIT_S = 240.0
SAME_DB, ALIKE_DB = 0.05, 0.5  # mean difference of the log-mel in float32, and in half precision
EXACT, APPROXIMATE = 1e-3, 0.1  # root mean square of a VAE's error, in deviations of its output


class Result(NamedTuple):
    """What a check found: whether it is as it should be, and the figure."""

    is_good: bool
    figure: str


Check = Callable[[], Result]


@dataclass
class Trial:
    """The device to try, and the processor beside it.

    Attributes:
        device: Where to try.
        here: Makes the truth, in float32 on the processor.
        there: An engine on the device, in the device's own precision.
        exact: An engine on the device, in float32.
    """

    device: torch.device
    here: Engine
    there: Engine
    exact: Engine

    @classmethod
    def of(cls, device: torch.device) -> "Trial":
        """Engines that have loaded nothing."""
        config = EngineConfig(device=str(device))
        wide = replace(config, precision=Precision.FLOAT32)
        here = Engine(replace(wide, device="cpu"))
        return cls(device, here, Engine(config, previews=True), Engine(wide))

    def checks(self) -> Iterator[tuple[str, Check]]:
        """Every check with its name, the quickest first."""
        yield "float32, as on the processor", lambda: self.alike(self.exact, SAME_DB)
        yield "own precision, as on the processor", lambda: self.alike(self.there, ALIKE_DB)
        for scheduler in Scheduler:
            yield (
                f"scheduler {scheduler}",
                lambda s=scheduler: self.alike(self.there, ALIKE_DB, scheduler=s, duration_s=2),
            )
        for config in _vae_ways(self.device):
            name = f"VAE {config.mode}, {config.compute_dtype or 'float32'}, {config.offload}"
            yield name, lambda c=config: self.vae(c)
        if self.device.type != "cpu":
            yield "25 s in windows", lambda: self.alike(self.there, ALIKE_DB, duration_s=25)
            yield "25 s over two ranks", self.shared
        yield "twice the same", self.reproducible
        yield "an edit leaves the rest", self.edit
        yield "endless sound", self.endless
        if self.device.type != "cpu":
            yield "planning beside a filled cache", self.planning
            yield "memory that runs out", self.out_of_memory
        yield "expectation of 25 s", self.expectation
        yield "speed", self.speed
        yield "messages between two", lambda: Result(True, message_speeds(self.device))
        for name in WIDTHS:
            yield name, lambda n=name: Result(True, compare(self.device, n))

    def alike(self, engine: Engine, limit_db: float, **changes: Any) -> Result:
        """Whether a take is the processor's."""
        found, truth = engine.generate(_request(**changes)), self.here.generate(_request(**changes))
        difference_db = float(np.abs(found.mel - truth.mel).mean() * DB_PER_LOG_MEL)
        is_good = difference_db < limit_db and bool(np.isfinite(found.waveform).all())
        return Result(is_good, f"{difference_db:.4f} dB")

    def shared(self) -> Result:
        """Whether two devices of this kind, or this one twice, make the processor's sound."""
        kind = self.device.type
        alike = [name for name in device_names() if name.partition(":")[0] == kind]
        first, other = alike[:2] if len(alike) > 1 else [str(self.device)] * 2
        with closing(SharedEngine(EngineConfig(device=first, other_devices=(other,)))) as engine:
            found = self.alike(engine, ALIKE_DB, duration_s=25)
        return found._replace(figure=f"{first} and {other}: {found.figure}")

    def vae(self, config: TilingConfig) -> Result:
        """Whether a way to decode gives what the processor's untiled network gives."""
        there, here = (engine.load("bundled", Progress()) for engine in (self.exact, self.here))
        shape = (1, here.latent_channels, 600, here.latent_bins)
        latents = torch.randn(shape, generator=torch.Generator().manual_seed(0))
        with torch.no_grad():
            truth: torch.Tensor = here.vae.decode(latents).sample
        found = TiledVAE(there.vae, config).decode(latents.to(self.device)).cpu()
        error = float((found - truth).square().mean().sqrt() / truth.std())
        is_exact = config.mode is TilingMode.EXACT and config.compute_dtype is None
        return Result(error < (EXACT if is_exact else APPROXIMATE), f"{error:.1e} of a deviation")

    def reproducible(self) -> Result:
        """Whether the same request gives the same bits."""
        one, other = (self.there.generate(_request()) for _ in range(2))
        largest = float(np.abs(one.waveform - other.waveform).max())
        return Result(largest == 0, f"{largest:.1e} at most")

    def edit(self) -> Result:
        """Whether an edit keeps what it is not about, to the bit."""
        take = self.there.generate(_request())
        edit = Edit(kind=EditKind.REGENERATE, prompt="rain", start_s=2, stop_s=3, seed=2)
        edited: Take = self.there.edit(take, edit)
        is_kept = bool((edited.waveform[:16000] == take.waveform[:16000]).all())
        return Result(is_kept, "to the bit")

    def endless(self) -> Result:
        """Whether sound without an end goes on."""
        count = sum(1 for _ in itertools.islice(self.there.endless(_request()), 3))
        return Result(count == 3, f"{count} stretches")

    def planning(self) -> Result:
        """Whether memory that torch keeps for later is counted as free."""
        self._empty()
        before = available_bytes(self.device)
        values = torch.empty(before // 2, dtype=torch.uint8, device=self.device)
        del values
        after = available_bytes(self.device)
        return Result(after > 0.9 * before, f"{before >> 20} MiB, then {after >> 20}")

    def out_of_memory(self) -> Result:
        """Whether tiles are made smaller where another takes the memory."""
        model = self.exact.load("bundled", Progress())
        shape = (1, model.latent_channels, 2000, model.latent_bins)
        latents = torch.randn(shape, generator=torch.Generator().manual_seed(0)).to(self.device)
        greedy = TiledVAE(model.vae, TilingConfig(memory_budget=1 << 42, tile_frames=8000))
        whole = greedy.decode(latents).cpu()
        self._empty()
        taken_bytes = max(0, available_bytes(self.device) - (1 << 30))
        taken = torch.empty(taken_bytes, dtype=torch.uint8, device=self.device)
        parts = greedy.decode(latents).cpu()
        del taken
        self._empty()
        largest = float((parts - whole).abs().max())
        return Result(largest < 1e-2, f"{largest:.1e} at most")

    def expectation(self) -> Result:
        """Whether a run takes as long as it was said to."""
        request = _request(duration_s=25)
        model = self.there.load(request.model, Progress())
        expected = expected_s(model, request, self.there.config, Progress())
        took_s = self._seconds(lambda: self.there.generate(request))
        return Result(0.5 < expected / took_s < 2, f"{expected:.1f} s expected, {took_s:.1f} s")

    def speed(self) -> Result:
        """Seconds for ten seconds of sound, and the most memory they took."""
        request = _request(duration_s=10)
        self.there.generate(request)
        module = None if self.device.type == "cpu" else torch.get_device_module(self.device)
        took_s = self._seconds(lambda: self.there.generate(request))
        peak = getattr(module, "max_memory_allocated", None)
        memory = f", {peak() >> 20} MiB" if peak else ""
        return Result(True, f"{took_s:.2f} s for 10 s of sound{memory}")

    def _seconds(self, work: Callable[[], object]) -> float:
        synchronize(self.device)
        start_s = time.perf_counter()
        work()
        synchronize(self.device)
        return time.perf_counter() - start_s

    def _empty(self) -> None:
        gc.collect()
        torch.get_device_module(self.device).empty_cache()


def _vae_ways(device: torch.device) -> list[TilingConfig]:
    """Ways to decode; half precision where a processor does not take minutes for it."""
    ways = [
        TilingConfig(mode=TilingMode.EXACT),
        TilingConfig(mode=TilingMode.EXACT, tile_bins=32),
        TilingConfig(mode=TilingMode.EXACT, offload=Offload.CPU, memory_budget=64 << 20),
        TilingConfig(mode=TilingMode.STREAMING),
        TilingConfig(mode=TilingMode.PADDED, fast=True),
    ]
    if device.type != "cpu":
        halves = (Precision.FLOAT16, Precision.BFLOAT16)
        ways += [TilingConfig(mode=TilingMode.EXACT, compute_dtype=half) for half in halves]
    return ways


def _request(**changes: Any) -> GenerationRequest:
    usual = {"prompt": "church organ", "duration_s": 5.0, "num_inference_steps": 10, "seed": 1}
    return GenerationRequest.from_dict({**usual, **changes})


def _tried(check: Check) -> Result:
    try:
        return check()
    except Exception as error:  # a table of all checks tells more than the first that fails
        return Result(False, f"{type(error).__name__}: {error}")


def main(arguments: list[str]) -> int:
    """Print the table; the number of checks that failed."""
    for sentence in unusable_devices():
        print(sentence)
    device = choose_device(arguments[0] if arguments else "auto")
    print(f"torch {torch.__version__} on {device}\n\n| check | good | found | s |\n|-|-|-|-|")
    start_s, num_failed = time.perf_counter(), 0
    for name, check in Trial.of(device).checks():
        if time.perf_counter() - start_s > LIMIT_S:
            print(f"| {name} | not tried: {LIMIT_S:.0f} s have passed | | |")
            continue
        began_s = time.perf_counter()
        result = _tried(check)
        num_failed += not result.is_good
        verdict = "yes" if result.is_good else "NO"
        took_s = time.perf_counter() - began_s
        print(f"| {name} | {verdict} | {result.figure} | {took_s:.1f} |", flush=True)
    return num_failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
