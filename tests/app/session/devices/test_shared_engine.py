"""A sound over two devices of this machine, with a real process for the second one."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from app.session.devices import shared_run
from app.session.devices.shared_engine import SharedEngine
from core.api.config import EngineConfig
from core.api.errors import Cancelled, InvalidRequestError, ModelLoadError, RankLostError
from core.api.events import DenoisingStep, Event, TilePlanned
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.engine import Engine
from tests.tiny_model import build_tiny_model

TWO = EngineConfig(device="cpu", other_devices=("cpu",))
SOON_S = 30.0  # seconds where nothing else is at work


@pytest.fixture(scope="module")
def request_of_two_windows(tmp_path_factory: pytest.TempPathFactory) -> GenerationRequest:
    model = build_tiny_model(tmp_path_factory.mktemp("model"))
    return GenerationRequest(
        prompt="rain", model=str(model), duration_s=12.0, num_inference_steps=4, seed=1
    )


@pytest.fixture(scope="module")
def engine() -> Iterator[SharedEngine]:
    """Of one thread, as each rank has: their number is part of a result."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "1")
        engine = SharedEngine(TWO)
        yield engine
        engine.close()
    torch.set_num_threads(before)


def process_of(engine: SharedEngine) -> int:
    assert engine.processes is not None
    process = engine.processes.process_ids[1]
    assert process is not None
    return process


def at_step(number: int, do: Callable[[], None]) -> Progress:
    """A progress that does something once so many steps are done."""

    def hear(event: Event) -> None:
        if isinstance(event, DenoisingStep) and event.step == number:
            do()

    return Progress(hear)


def test_two_devices_give_one_devices_sound_to_the_bit(
    engine: SharedEngine, request_of_two_windows: GenerationRequest
) -> None:
    events: list[Event] = []
    shared = engine.generate(request_of_two_windows, Progress(events.append))
    alone = Engine(EngineConfig(device="cpu")).generate(request_of_two_windows)

    assert np.array_equal(shared.waveform, alone.waveform)
    [plan] = [event for event in events if isinstance(event, TilePlanned)]
    assert set(plan.ranks) == {0, 1}
    assert plan.devices == ("cpu", "cpu")


def test_a_cancelled_run_leaves_the_process_ready(
    engine: SharedEngine, request_of_two_windows: GenerationRequest
) -> None:
    process, progress = process_of(engine), Progress()
    with (
        progress.with_listener(
            lambda event: progress.cancel() if isinstance(event, DenoisingStep) else None
        ),
        pytest.raises(Cancelled),
    ):
        engine.generate(request_of_two_windows, progress)
    assert process_of(engine) == process


@pytest.mark.skipif(sys.platform == "win32", reason="no signals between processes")
def test_a_lost_device_is_named_and_the_next_run_has_it_back(
    engine: SharedEngine, request_of_two_windows: GenerationRequest
) -> None:
    lost = at_step(2, lambda: os.kill(process_of(engine), signal.SIGKILL))
    start_s = time.monotonic()
    with pytest.raises(RankLostError, match=r"Rank 1 \(cpu\)") as named:
        engine.generate(request_of_two_windows, lost)
    assert named.value.rank == 1
    assert time.monotonic() - start_s < SOON_S
    assert engine.generate(request_of_two_windows).waveform.size == 12 * 16_000


@pytest.mark.skipif(sys.platform == "win32", reason="no signals between processes")
def test_cancelling_ends_a_device_that_does_not_answer(
    engine: SharedEngine,
    request_of_two_windows: GenerationRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shared_run, "PATIENCE_S", 0.2)
    progress = at_step(1, lambda: os.kill(process_of(engine), signal.SIGSTOP))
    timer = threading.Timer(0.5, progress.cancel)
    timer.start()
    with pytest.raises(Cancelled):
        engine.generate(request_of_two_windows, progress)
    timer.join()


def test_a_model_that_is_not_there_is_refused_before_any_rank(
    engine: SharedEngine, request_of_two_windows: GenerationRequest, tmp_path: Path
) -> None:
    with pytest.raises(ModelLoadError):
        engine.generate(replace(request_of_two_windows, model=str(tmp_path / "none")))


def test_a_device_that_is_not_there_is_an_error_of_the_choice(engine: SharedEngine) -> None:
    with pytest.raises(InvalidRequestError, match="abacus") as refused:
        engine.configure(replace(TWO, other_devices=("abacus",)))
    assert refused.value.field == "devices"
    assert engine.config == TWO


def test_one_device_alone_has_no_process(engine: SharedEngine) -> None:
    assert engine.processes is not None
    processes = engine.processes
    engine.configure(EngineConfig(device="cpu"))
    assert engine.processes is None
    assert processes.process_ids == {}
