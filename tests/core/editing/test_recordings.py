"""Edits of recordings: all outside of the cross-fade are the recording's own samples."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from core.api.edit import Edit, EditKind
from core.api.events import Event, TilePlanned
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.api.take import Take
from core.editing.edit_site import FADE_LATENTS
from core.engine import Engine
from core.pipeline.edge_fades import Edge
from core.sound_files.recording import read_recording
from tests.core.editing.tiny_edits import (
    SCALE,
    WINDOW_FRAMES,
    request_for,
    stretch,
)

SECONDS = 3.01
REACH_S = (FADE_LATENTS + 1) * SCALE / 100  # the cross-fade, and whole latent frames
FORMS = [
    ("PCM_16", 44100, 2),
    ("PCM_24", 48000, 2),
    ("FLOAT", 48000, 1),
    ("PCM_16", 16000, 1),
    ("PCM_24", 22050, 3),
    ("FLOAT", 11025, 2),
    ("PCM_16", 8000, 1),
]
form = pytest.mark.parametrize(("subtype", "rate", "channels"), FORMS)


def write_noise(path: Path, subtype: str, rate: int, channels: int) -> None:
    """A file of noise that differs on each channel, and ends loudly."""
    generator = np.random.default_rng(rate + channels)
    samples = 0.1 * generator.standard_normal((round(SECONDS * rate), channels))
    soundfile.write(path, samples, rate, subtype)


def recording_of(path: Path, folder: Path) -> Take:
    return read_recording(request_for(folder, recording=str(path)), Progress())


@pytest.fixture
def recording(tmp_path: Path, folder: Path, subtype: str, rate: int, channels: int) -> Take:
    path = tmp_path / "voice.wav"
    write_noise(path, subtype, rate, channels)
    return recording_of(path, folder)


@form
def test_a_repair_keeps_all_samples_outside_of_it(
    engine: Engine, recording: Take, subtype: str, rate: int, channels: int
) -> None:
    edited = engine.edit(recording, stretch(1.2, 1.8))

    start = round((1.2 - REACH_S) * rate)
    stop = round((1.8 + REACH_S) * rate)
    assert (edited.sample_rate, edited.channels) == (rate, channels)
    assert edited.waveform.shape == recording.waveform.shape
    assert np.array_equal(edited.waveform[:start], recording.waveform[:start])
    assert np.array_equal(edited.waveform[stop:], recording.waveform[stop:])
    middle = slice(round(1.3 * rate), round(1.7 * rate))
    assert not np.array_equal(edited.waveform[middle], recording.waveform[middle])


@form
@pytest.mark.parametrize("kind", [EditKind.CONTINUE_LEFT, EditKind.CONTINUE_RIGHT])
def test_a_continued_recording_keeps_all_of_its_samples(
    engine: Engine, recording: Take, rate: int, kind: EditKind
) -> None:
    edited = engine.edit(recording, Edit(kind=kind, added_s=0.52))

    count = len(recording.waveform)
    assert len(edited.waveform) == pytest.approx(count + 0.52 * rate, abs=1)
    if kind is EditKind.CONTINUE_RIGHT:
        old, new = edited.waveform[:count], edited.waveform[count:]
    else:
        old, new = edited.waveform[-count:], edited.waveform[:-count]
    assert np.array_equal(old, recording.waveform)
    assert np.abs(new[len(new) // 4 : len(new) // 2]).max() > 0


@form
def test_a_loop_keeps_its_middle(engine: Engine, recording: Take, rate: int) -> None:
    edited = engine.edit(recording, Edit(kind=EditKind.LOOP))
    middle = slice(round(1.2 * rate), round(1.8 * rate))
    assert np.array_equal(edited.waveform[middle], recording.waveform[middle])
    assert not np.array_equal(edited.waveform[:100], recording.waveform[:100])


@form
def test_new_samples_are_the_same_on_all_channels(
    engine: Engine, recording: Take, rate: int, channels: int
) -> None:
    edited = engine.edit(recording, stretch(1.2, 1.8))
    middle = edited.waveform[round(1.3 * rate) : round(1.7 * rate)].reshape(-1, channels)
    assert np.abs(middle - middle[:, :1]).max() < 1e-6


@pytest.mark.parametrize(("subtype", "rate", "channels"), [("PCM_24", 48000, 2)])
def test_a_band_keeps_what_is_beyond_it(engine: Engine, recording: Take, rate: int) -> None:
    edited = engine.edit(recording, stretch(0.5, 2.5, low_hz=719.0, high_hz=2598.0))

    window = np.blackman(len(recording.waveform))[:, None]
    old, new = (np.fft.rfft(window * take.waveform, axis=0) for take in (recording, edited))
    change = np.abs(new - old)
    hz = np.fft.rfftfreq(len(recording.waveform), 1 / rate)
    is_beyond = (hz < 700) | (hz > 2620)
    assert change[is_beyond].max() < 1e-3 * change.max()
    assert (change.max(axis=0) > 0).all()


@pytest.mark.parametrize(("subtype", "rate", "channels"), [("PCM_16", 44100, 2)])
def test_several_edits_in_turn_and_again_from_the_file(
    engine: Engine, recording: Take, rate: int
) -> None:
    edits = (stretch(0.4, 0.8), Edit(kind=EditKind.CONTINUE_RIGHT, added_s=0.5), stretch(2.0, 2.4))
    edited = recording
    for edit in edits:
        edited = engine.edit(edited, edit)

    between = slice(round(1.35 * rate), round(1.45 * rate))
    assert np.array_equal(edited.waveform[between], recording.waveform[between])
    assert edited.latents is None
    again = engine.generate(GenerationRequest.from_dict(edited.request.to_dict()))
    assert again.request == edited.request
    assert np.array_equal(again.waveform, edited.waveform)
    assert np.array_equal(again.mel, edited.mel)


@pytest.mark.parametrize(("subtype", "rate", "channels"), [("PCM_16", 44100, 2)])
@pytest.mark.parametrize(
    "edit", [stretch(), Edit(kind=EditKind.CONTINUE_LEFT, added_s=0.5), Edit(kind=EditKind.LOOP)]
)
def test_a_long_recording_is_edited_on_the_disk(
    engine: Engine, recording: Take, edit: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = engine.edit(recording, edit)
    monkeypatch.setattr("core.editing.clip_sound.IN_MEMORY_BYTES", 0)
    edited = engine.edit(recording, edit)
    assert isinstance(edited.waveform, np.memmap)
    assert np.array_equal(edited.waveform, expected.waveform)


@pytest.mark.parametrize("num_samples", [1, 100, 159, 5000])
def test_a_short_recording_can_be_made_longer(
    engine: Engine, folder: Path, tmp_path: Path, num_samples: int
) -> None:
    soundfile.write(tmp_path / "click.wav", np.full((num_samples, 2), 0.5), 44100)
    recording = recording_of(tmp_path / "click.wav", folder)
    edited = engine.edit(recording, Edit(kind=EditKind.CONTINUE_RIGHT, added_s=0.5))
    assert len(edited.waveform) == num_samples + 22050
    assert np.array_equal(edited.waveform[:num_samples], recording.waveform)


def test_a_quiet_end_is_joined_like_that_of_a_take(
    engine: Engine, folder: Path, tmp_path: Path
) -> None:
    samples = np.zeros((44100, 2))
    samples[:40000] = 0.1
    soundfile.write(tmp_path / "quiet.wav", samples, 44100)
    recording = recording_of(tmp_path / "quiet.wav", folder)
    edited = engine.edit(recording, Edit(kind=EditKind.CONTINUE_RIGHT, added_s=0.5))
    kept = 44100 - Edge.at_rate(44100).length
    assert np.array_equal(edited.waveform[:kept], recording.waveform[:kept])


def test_only_the_window_around_a_change_is_encoded(
    engine: Engine, folder: Path, tmp_path: Path
) -> None:
    noise = 0.1 * np.random.default_rng(0).standard_normal((60 * 22050, 2))
    soundfile.write(tmp_path / "long.wav", noise, 22050)
    recording, events = recording_of(tmp_path / "long.wav", folder), list[Event]()

    engine.edit(recording, stretch(40.0, 40.3), Progress(events.append))

    plans = [event.tiles for event in events if isinstance(event, TilePlanned)]
    assert len(plans) == 2  # of the encoder and of the decoder, both in mel frames of the clip
    for tiles in plans:
        start = min(tile.time.start for tile in tiles)
        stop = max(tile.time.stop for tile in tiles)
        assert start < 4000
        assert stop > 4030
        assert stop - start == WINDOW_FRAMES
