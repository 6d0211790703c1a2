"""What was heard and seen of a run comes back from the disk."""

import gc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.session.run_recording import NO_TILE, RunRecording
from core.api.events import AudioChunk, Notice, TileDecoded
from core.api.region import Region, Span

BINS = Span(0, 64)


@pytest.fixture
def recording():
    return RunRecording()


def tile(start, stop, mel, bins=BINS):
    return TileDecoded(0, Region(Span(start, stop), bins), mel[start:stop, bins.slice])


def laid(pieces, num_frames):
    """The picture that the pieces make; NaN where they lay nothing."""
    mel = np.full((num_frames, 64), np.nan, np.float32)
    for piece in pieces:
        if isinstance(piece, TileDecoded):
            mel[piece.region.time.slice, piece.region.bins.slice] = piece.mel
    return mel


def test_everything_comes_back_in_place_and_in_small_pieces(recording):
    random = np.random.default_rng(1)
    samples = random.uniform(-1, 1, 16_000 * 50).astype(np.float32)
    mel = random.normal(-5, 2, (5000, 64)).astype(np.float32)
    recording.put(Notice("not recorded"))
    for start in range(0, 5000, 1000):
        first = start * 160
        recording.put(AudioChunk(first, samples[first : first + 160_000]))
        recording.put(tile(start, start + 1000, mel))
    pieces = list(recording.pieces())
    chunks = [piece for piece in pieces if isinstance(piece, AudioChunk)]
    tiles = [piece for piece in pieces if isinstance(piece, TileDecoded)]
    assert pieces == [*tiles, *chunks]
    assert max(len(chunk.samples) for chunk in chunks) < len(samples)
    np.testing.assert_array_equal(np.concatenate([chunk.samples for chunk in chunks]), samples)
    np.testing.assert_array_equal(laid(pieces, 5000), mel)
    assert [one.region.time.start for one in tiles] == [0, 2000, 4000]
    assert {one.tile for one in tiles} == {NO_TILE}


@given(order=st.permutations(range(12)), num_laid=st.integers(0, 12))
def test_tiles_of_part_of_the_height_come_in_any_order(order, num_laid):
    recording = RunRecording()
    mel = np.random.default_rng(1).normal(-5, 2, (40, 64)).astype(np.float32)
    wanted = np.full_like(mel, np.nan)
    for number in order[:num_laid]:
        start, bins = 10 * (number // 3), (Span(0, 16), Span(16, 40), Span(40, 64))[number % 3]
        recording.put(tile(start, start + 10, mel, bins))
        wanted[start : start + 10, bins.slice] = mel[start : start + 10, bins.slice]
    np.testing.assert_array_equal(laid(recording.pieces(), 40), wanted)


def test_a_gap_in_the_sound_stays_a_gap(recording):
    for start in (0, 4, 100):
        recording.put(AudioChunk(start, np.ones(4, np.float32)))
    assert [(one.start_sample, len(one.samples)) for one in recording.pieces()] == [
        (0, 8),
        (100, 4),
    ]


def test_pieces_are_what_there_was_when_they_were_asked_for(recording):
    recording.put(AudioChunk(0, np.ones(4, np.float32)))
    pieces = recording.pieces()
    recording.put(AudioChunk(4, np.ones(4, np.float32)))
    assert [len(piece.samples) for piece in pieces] == [4]


def test_pieces_outlive_the_recording():
    recording = RunRecording()
    recording.put(AudioChunk(0, np.ones(4, np.float32)))
    pieces = recording.pieces()
    del recording
    gc.collect()
    assert [piece.samples.sum() for piece in pieces] == [4]


def test_an_empty_recording_has_no_pieces(recording):
    assert list(recording.pieces()) == []


def test_sound_of_several_channels_comes_back_as_it_was(recording):
    samples = np.random.default_rng(2).uniform(-1, 1, (44_100 * 25, 2)).astype(np.float32)
    assert recording.form is None
    for start in range(0, len(samples), 44_100):
        recording.put(AudioChunk(start, samples[start : start + 44_100], 44_100))
    assert recording.form == (44_100, 2)
    pieces = list(recording.pieces())
    assert [len(piece.samples) for piece in pieces] == [44_100 * 20, 44_100 * 5]
    assert {piece.sample_rate for piece in pieces} == {44_100}
    np.testing.assert_array_equal(np.concatenate([piece.samples for piece in pieces]), samples)
