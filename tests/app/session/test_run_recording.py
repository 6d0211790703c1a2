"""What an endless run was heard by, kept for whoever comes back to it."""

import numpy as np

from app.session.run_recording import RunRecording
from core.api.events import AudioChunk, Notice, TileDecoded
from core.api.region import Region, Span

BINS = Span(0, 64)


def test_everything_comes_back_in_its_place_and_in_small_pieces():
    random = np.random.default_rng(1)
    samples = random.uniform(-1, 1, 16000 * 50).astype(np.float32)
    mel = random.normal(-5, 2, (5000, 64)).astype(np.float32)
    reel = RunRecording()
    reel.put(Notice("not to be seen again"))
    for number in range(5):
        start = number * 160_000
        reel.put(AudioChunk(start, samples[start : start + 160_000]))
        frames = Span(number * 1000, number * 1000 + 1000)
        reel.put(TileDecoded(number, Region(frames, BINS), mel[frames.slice]))
    pieces = list(reel.pieces())
    chunks = [piece for piece in pieces if isinstance(piece, AudioChunk)]
    tiles = [piece for piece in pieces if isinstance(piece, TileDecoded)]
    assert len(chunks) + len(tiles) == len(pieces)
    assert max(len(chunk.samples) for chunk in chunks) < len(samples)
    np.testing.assert_array_equal(np.concatenate([chunk.samples for chunk in chunks]), samples)
    np.testing.assert_array_equal(np.concatenate([tile.mel for tile in tiles]), mel)
    assert [tile.region.time.start for tile in tiles] == [0, 2000, 4000]


def test_nothing_was_said_yet():
    assert list(RunRecording().pieces()) == []
