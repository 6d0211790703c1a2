"""What overflows in half precision is computed again in float32, and said."""

from pathlib import Path

import numpy as np
import pytest
import torch

from core.api.config import EngineConfig
from core.api.events import Event, Notice
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.engine import Engine
from tests.core.devices.stand_in import StandIn


@pytest.mark.parametrize("part", ["denoiser", "vocoder"])
def test_an_overflow_is_computed_again_in_float32(
    cuda: StandIn, tiny_model_folder: Path, part: str
) -> None:
    request = GenerationRequest(
        prompt="rain", model=str(tiny_model_folder), duration_s=0.5, num_inference_steps=2
    )
    engine = Engine(EngineConfig(device="cuda"))
    truth = engine.generate(request)
    model = engine.load(request.model, Progress())
    broken = model.unet.conv_in if part == "denoiser" else model.vocoder.network.conv_pre
    count = [0]

    def overflow(module: object, args: object, output: torch.Tensor) -> torch.Tensor:
        if output.dtype == torch.float16:
            count[0] += 1
            return output * torch.tensor(float("inf"))
        return output

    hook = broken.register_forward_hook(overflow)
    events: list[Event] = []
    take = engine.generate(request, Progress(events.append))
    hook.remove()
    assert count[0]
    assert np.isfinite(take.waveform).all()
    notices = [event.sentence for event in events if isinstance(event, Notice)]
    assert len([text for text in notices if part in text]) == 1
    assert np.abs(take.mel - truth.mel).mean() < 0.05
    assert model.dtype == torch.float16
