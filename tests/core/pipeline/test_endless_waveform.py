"""Endless sound of waveform models: one sequence of latents, decoded without a seam."""

from pathlib import Path

import numpy as np
import torch

from core.api.config import TilingConfig
from core.api.events import AudioChunk, Event
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.editing.sound_parts import log_mel_of
from core.engine import Engine
from core.mel import MelParams
from core.models.text_to_audio_model import WaveformModel
from core.pipeline.endless_waveform import EndlessWaveform, JoinedWindows
from tests.tiny_stable_audio import HOP_LENGTH, SAMPLE_RATE

EDGE = round(0.01 * SAMPLE_RATE)


def test_windows_that_agree_are_joined_without_a_trace() -> None:
    whole = torch.randn(1, 4, 70, 1)
    joined = JoinedWindows(10)
    found = [joined.push(whole[:, :, start : start + 40]) for start in (0, 30)]
    torch.testing.assert_close(torch.cat(found, dim=2), whole[:, :, :60])


@torch.inference_mode()
def test_a_stream_is_what_the_whole_network_gives(tiny_stable_audio_folder: Path) -> None:
    model = Engine().load(str(tiny_stable_audio_folder), Progress())
    assert isinstance(model, WaveformModel)
    latents = torch.randn(1, 4, 120, 1, generator=torch.Generator().manual_seed(2))
    sound = EndlessWaveform(model, TilingConfig(), lambda _: 1.0, Progress())
    pieces = [sound.push(latents[:, :, start : start + 30])[0] for start in range(0, 120, 30)]
    samples = np.concatenate(pieces)
    whole = model.waveform_vae.decode(latents[..., 0]).sample[0].numpy().T[: len(samples)]
    assert len(samples) > 90 * HOP_LENGTH
    np.testing.assert_allclose(samples[EDGE:], whole[EDGE:], atol=1e-5)


def test_endless_sound_becomes_a_take_in_stereo(tiny_stable_audio_folder: Path) -> None:
    heard = []

    def hear(event: Event) -> None:
        if isinstance(event, AudioChunk):
            heard.append(event.samples)
            if len(heard) == 3:
                progress.cancel()

    progress = Progress(hear)
    request = GenerationRequest(
        prompt="organ", model=str(tiny_stable_audio_folder), num_inference_steps=2
    )
    take = Engine().record_endless(request, progress)
    assert take.waveform.shape == (sum(map(len, heard)), 2)
    assert take.latents is not None
    covered = take.latents.shape[1] * HOP_LENGTH
    assert covered - HOP_LENGTH < len(take.waveform) <= covered
    whole = log_mel_of(take.waveform, take.sample_rate, MelParams())
    np.testing.assert_allclose(take.mel, whole[: len(take.mel)], atol=1e-3)
    assert abs(take.duration_s * 100 - len(take.mel)) <= 1
