"""Silence stays silence, through the encoder, the decoder's windows and the vocoder."""

from pathlib import Path

import numpy as np
import soundfile

from core.api.config import EngineConfig
from core.api.events import Event, TilePlanned
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.engine import Engine


def test_a_silence_longer_than_a_window_stays_silent(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "silence.wav", np.zeros(16000 * 7), 16000)
    request = GenerationRequest(
        duration_s=7.0,
        init_audio=str(tmp_path / "silence.wav"),
        strength=0.0,
        num_inference_steps=1,
    )

    events: list[Event] = []

    take = Engine(EngineConfig(device="cpu")).generate(request, Progress(events.append))

    plans = [event for event in events if isinstance(event, TilePlanned)]
    assert len(plans[-1].tiles) > 1  # each is a window
    assert np.sqrt(np.mean(np.square(take.waveform))) < 10 ** (-60 / 20)
