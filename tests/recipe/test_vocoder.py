"""Pieces of sounds for the vocoder's training, and what is measured of its sound."""

from collections.abc import Sequence

import numpy as np
import pytest
import torch
from bundled_model.data.clip import SAMPLE_SCALE
from bundled_model.data.recordings.catalogue import Recording
from bundled_model.data.recordings.library import NO_RECORDINGS, Library, LibraryClip
from bundled_model.data.recordings.split import Part
from bundled_model.data.waveform_store import WaveformStore
from bundled_model.training import PARTS
from bundled_model.vocoder.measures import energy_before_db, harmonic_to_noise_db, onsets
from bundled_model.vocoder.sounds import TrainingSounds
from bundled_model.vocoder.task import CROP_FRAMES, MagnitudeTask

from core.mel import MelParams
from core.vocoders.magnitude_network import MagnitudeNetwork

RATE = 16000
SILENT_STORE = WaveformStore(np.zeros((2, 40_000), np.int16), ())


def library_of(parts: Sequence[tuple[Part, int, int]]) -> Library:
    """Recordings of a constant level, each of a part, a level and a length."""
    clips, start = [], 0
    recording = Recording("pkg", "a.wav", "rain", (), "CC0-1.0", "somebody")
    for part, _, length in parts:
        clips.append(LibraryClip(recording, "a", part, start, length))
        start += length
    samples = np.concatenate([np.full(length, level, np.int16) for _, level, length in parts])
    return Library(tuple(clips), (), samples)


def pieces(sounds: TrainingSounds, samples: int, seed: int = 0) -> torch.Tensor:
    return sounds.pieces(40, samples, torch.Generator().manual_seed(seed))


def test_recordings_for_tests_are_never_heard() -> None:
    parts = [(Part.TRAINING, SAMPLE_SCALE, 30_000), (Part.TEST, -SAMPLE_SCALE, 30_000)]
    drawn = pieces(TrainingSounds(SILENT_STORE, library_of(parts)), 2000)
    assert drawn.max() > 0.1
    assert drawn[:, 500:1500].min() >= 0


@pytest.mark.parametrize("length", [1, 300, 1999, 2000, 2001, 30_000])
def test_pieces_of_recordings_of_any_length_are_whole(length: int) -> None:
    sounds = TrainingSounds(SILENT_STORE, library_of([(Part.TRAINING, 9000, length)]))
    drawn = pieces(sounds, 2000)
    assert drawn.shape == (40, 2000)
    assert torch.isfinite(drawn).all()
    assert drawn.abs().max() <= 1
    assert torch.equal(drawn, pieces(sounds, 2000))
    assert not torch.equal(drawn, pieces(sounds, 2000, seed=1))


def test_the_magnitude_network_learns() -> None:
    noise = np.random.default_rng(0).normal(0, 3000, (2, 60_000)).astype(np.int16)
    params, sounds = (
        MelParams(n_fft=256, n_mels=32),
        TrainingSounds(WaveformStore(noise, ()), NO_RECORDINGS),
    )
    torch.manual_seed(0)
    network = MagnitudeNetwork(params, 8, 1)
    held_out = [torch.from_numpy(noise[0, : 256 + CROP_FRAMES * 160].astype(np.float32) / 32768)]
    task = MagnitudeTask(network, params, sounds, held_out, clips=1)
    optimizer = torch.optim.Adam(network.parameters(), 1e-2)
    before = task.validate(network)
    for step in range(20 * PARTS):
        optimizer.zero_grad()
        task.loss(step, torch.Generator().manual_seed(step)).backward()
        optimizer.step()
    after = task.validate(network)
    assert after["error_db"] < before["error_db"]
    assert after.keys() == {"error_db", "along_frequency_db", "along_time_db"}


@pytest.mark.parametrize("wanted_db", [0.0, 10.0, 20.0])
def test_the_noise_between_harmonics_is_measured(wanted_db: float) -> None:
    time = np.arange(2 * RATE) / RATE
    note = sum(np.sin(2 * np.pi * 82.4 * k * time + k) for k in range(1, 6))
    noise = np.random.default_rng(0).normal(size=len(time))
    noise *= note.std() / noise.std() * 10 ** (-wanted_db / 20)
    measured = harmonic_to_noise_db((note + noise).astype(np.float32), 82.4)
    assert abs(measured - wanted_db) < 1.5


def test_energy_before_an_onset_is_measured() -> None:
    rng = np.random.default_rng(0)
    sound = rng.normal(0, 0.1, RATE).astype(np.float32)
    sound[:8000] *= 1e-3
    (onset,) = onsets(sound)
    assert abs(onset - 8000) <= 16
    assert -63 < energy_before_db(sound, onset) < -57
