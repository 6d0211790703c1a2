"""Mel frames are released in order, and silence stays silence through all stages."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from core.api.arrays import FloatArray
from core.api.config import EngineConfig
from core.api.events import AudioChunk, Event, TilePlanned
from core.api.progress import Progress
from core.api.region import Region, Span
from core.api.request import GenerationRequest, Level
from core.engine import Engine
from core.pipeline.mel_decoder import MelFrontier
from core.vocoders.limiter import LEVELLED_PEAK
from core.vocoders.vocoder import VocoderStream


def _grid(num_frames: int, n_mels: int, tile_frames: int, tile_bins: int) -> list[Region]:
    times = [Span(t, min(t + tile_frames, num_frames)) for t in range(0, num_frames, tile_frames)]
    bins = [Span(f, min(f + tile_bins, n_mels)) for f in range(0, n_mels, tile_bins)]
    return [Region(time, height) for time in times for height in bins]


@given(st.data())
def test_tiles_in_any_order_release_every_frame_in_order(data: st.DataObject) -> None:
    num_frames, n_mels = data.draw(st.integers(1, 40)), data.draw(st.integers(1, 8))
    clip = np.arange(num_frames * n_mels, dtype=np.float32).reshape(num_frames, n_mels)
    tiles = _grid(
        num_frames, n_mels, data.draw(st.integers(1, 15)), data.draw(st.integers(1, n_mels))
    )
    frontier = MelFrontier(n_mels)

    released = [
        frontier.fill(region, clip[region.slices]).copy()
        for region in data.draw(st.permutations(tiles))
    ]

    assert np.array_equal(np.concatenate(released), clip)


def test_a_frame_is_held_until_all_its_bins_are_there() -> None:
    frontier = MelFrontier(2)
    low, high = Region(Span(0, 4), Span(0, 1)), Region(Span(0, 4), Span(1, 2))

    assert len(frontier.fill(low, np.ones((4, 1), np.float32))) == 0
    assert len(frontier.fill(high, np.ones((4, 1), np.float32))) == 4


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


class LoudStream:
    """A vocoder's stream whose loudest passages are far above full scale."""

    def __init__(self, stream: VocoderStream) -> None:
        self._stream = stream

    def push(self, mel: Tensor) -> FloatArray:
        return 500 * self._stream.push(mel)

    def finish(self) -> FloatArray:
        return 500 * self._stream.finish()


def test_what_is_generated_never_exceeds_full_scale(
    tiny_model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, events = Engine(EngineConfig(device="cpu")), list[Event]()
    request = GenerationRequest(
        prompt="rain", duration_s=1.5, num_inference_steps=2, model=str(tiny_model_folder)
    )
    kind = type(engine.load(request.model, Progress()).vocoder)
    stream = kind.stream
    monkeypatch.setattr(kind, "stream", lambda vocoder: LoudStream(stream(vocoder)))

    take = engine.generate(request, Progress(events.append))
    endless = [part.samples for part in islice(engine.endless(request), 3)]

    assert 0.9 < np.abs(take.waveform).max() <= 1
    assert 0.9 < np.abs(np.concatenate(endless)).max() <= 1
    chunks = [event.samples for event in events if isinstance(event, AudioChunk)]
    assert np.array_equal(np.concatenate(chunks), take.waveform)


def levelled(folder: Path, level: Level | float, duration_s: float = 1.5) -> GenerationRequest:
    values = {"prompt": "rain", "num_inference_steps": 1, "model": str(folder)}
    return GenerationRequest(**values, duration_s=duration_s, level=level)


@pytest.mark.parametrize("duration_s", [1.5, 11.0])  # one window, and two
def test_a_level_is_one_gain_for_all_samples(tiny_model_folder: Path, duration_s: float) -> None:
    engine, events = Engine(EngineConfig(device="cpu")), list[Event]()
    plain = engine.generate(levelled(tiny_model_folder, Level.UNCHANGED, duration_s))
    request = levelled(tiny_model_folder, -30.0, duration_s)

    take = engine.generate(request, Progress(events.append))

    assert plain.gain == 1.0 != take.gain
    middle = slice(1000, -1000)  # beside the fades
    gained = np.float32(take.gain) * plain.waveform
    assert np.abs(gained).max() < LEVELLED_PEAK
    assert np.array_equal(take.waveform[middle], gained[middle])
    assert np.array_equal(take.mel, plain.mel)
    assert np.array_equal(take.latents, plain.latents)
    chunks = [event.samples for event in events if isinstance(event, AudioChunk)]
    assert np.array_equal(np.concatenate(chunks), take.waveform)


def test_a_model_without_a_recommendation_keeps_its_samples(tiny_model_folder: Path) -> None:
    engine = Engine(EngineConfig(device="cpu"))
    takes = [engine.generate(levelled(tiny_model_folder, level)) for level in Level]
    assert np.array_equal(takes[0].waveform, takes[1].waveform)


def test_endless_sound_has_the_gain_of_its_first_stretch(tiny_model_folder: Path) -> None:
    engine = Engine(EngineConfig(device="cpu"))
    plain = list(islice(engine.endless(levelled(tiny_model_folder, Level.UNCHANGED)), 3))
    stretches = list(islice(engine.endless(levelled(tiny_model_folder, -30.0)), 3))

    assert len({stretch.gain for stretch in stretches}) == 1
    for stretch, before in zip(stretches[1:], plain[1:], strict=True):
        assert np.array_equal(stretch.samples, np.float32(stretch.gain) * before.samples)
