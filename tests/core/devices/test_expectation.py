"""What a run will take is measured until the device has done it, not until it was asked."""

from pathlib import Path

import pytest
import torch

from core.api.config import EngineConfig
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.models.loader import load_model
from core.pipeline import forecast
from tests.core.devices.stand_in import StandIn

LAUNCH_S = 0.001


class DeviceClock:
    """A clock that only a wait for the device moves: by the launches since the last one."""

    def __init__(self, stand_in: StandIn) -> None:
        self._ledger = stand_in.ledger
        self._done = 0
        self._now_s = 0.0

    def perf_counter(self) -> float:
        """Seconds."""
        return self._now_s

    def synchronize(self, device: torch.device) -> None:
        """Wait for the device."""
        self._now_s += (self._ledger.launches - self._done) * LAUNCH_S
        self._done = self._ledger.launches


def test_expectations_wait_for_the_device(
    cuda: StandIn, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = load_model(str(model), device=cuda.device, dtype=torch.float16, progress=Progress())
    clock = DeviceClock(cuda)
    monkeypatch.setattr(forecast, "time", clock)
    monkeypatch.setattr(forecast, "synchronize", clock.synchronize)
    one, two, four = (
        forecast.expected_s(
            loaded,
            GenerationRequest(duration_s=0.5, num_inference_steps=steps),
            EngineConfig(device="cuda"),
            Progress(),
        )
        for steps in (1, 2, 4)
    )
    assert one > 100 * LAUNCH_S
    assert two - one > 50 * LAUNCH_S
    assert four - two == pytest.approx(2 * (two - one))
