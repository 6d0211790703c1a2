"""A device that is lost in the middle of a run: the model is dropped, and the processor goes on."""

import gc
from pathlib import Path

import pytest
import torch

from core.api.config import EngineConfig
from core.api.errors import DeviceLostError, keep_as_text
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.engine import Engine
from core.runtime.device import choose_device, device_names
from tests.core.devices.stand_in import StandIn


def test_every_kind_is_in_the_list_and_taken_by_itself(stand_in: StandIn) -> None:
    assert device_names() == (stand_in.kind, "cpu")
    assert choose_device("auto").type == stand_in.kind


def test_a_lost_device_leaves_the_processor_and_holds_nothing(
    cuda: StandIn, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = torch.AcceleratorError("CUDA error: unspecified launch failure")
    wanted = GenerationRequest(
        prompt="rain", model=str(model), duration_s=0.5, num_inference_steps=1
    )
    made = Engine(EngineConfig())
    made.load(wanted.model, Progress())
    with monkeypatch.context() as patch:
        patch.setattr(cuda.ledger, "_out_of_memory", lambda size: error)
        cuda.ledger.start(failing_allocation=50)
        with pytest.raises(DeviceLostError, match="Choose the processor") as lost:
            made.generate(wanted)
    assert lost.value.device == "cuda"
    keep_as_text(lost.value)  # as the window does with an error that it shows
    gc.collect()
    assert cuda.ledger.live_bytes == 0
    made.configure(EngineConfig(device="cpu"))
    assert made.generate(wanted).waveform.size == 8000
