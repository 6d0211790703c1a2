"""The callback: copies, fades, waits, and makes no array."""

import tracemalloc

import numpy as np

from app.playback.voice import Voice
from app.portaudio.ring_buffer import RingBuffer


def make_ring(num_samples: int, capacity: int = 100_000) -> RingBuffer:
    ring = RingBuffer(capacity)
    ring.write(np.ones(num_samples, np.float32))
    return ring


def make_voice(ring: RingBuffer, enough: int = 1) -> Voice:
    voice = Voice()
    voice.change_to(ring, enough)
    voice.is_open = True
    return voice


def pull(voice: Voice, frames: int, now_s: float = 1.0) -> np.ndarray:
    out = np.full((frames, 2), np.nan, np.float32)
    voice.render(out, now_s)
    return out[:, 0]


def test_a_closed_voice_is_silent_and_takes_nothing() -> None:
    ring = make_ring(5000)
    voice = make_voice(ring)
    voice.is_open = False
    assert not pull(voice, 3000).any()
    assert ring.read == 0


def test_it_fades_in_and_then_gives_the_samples_as_they_are() -> None:
    heard = pull(make_voice(make_ring(5000)), 4000)
    assert heard[0] == 0
    assert np.diff(heard).max() < 0.002
    assert (heard[1024:] == 1).all()


def test_pausing_fades_out_and_loses_no_sample_after_that() -> None:
    ring = make_ring(9000)
    voice = make_voice(ring)
    pull(voice, 2048)
    voice.is_open = False
    faded = pull(voice, 4096)
    assert np.abs(np.diff(faded)).max() < 0.002
    assert not faded[1024:].any()
    assert ring.read == 3072
    voice.is_open = True
    pull(voice, 1024)
    assert ring.read == 4096


def test_the_volume_glides() -> None:
    voice = make_voice(make_ring(9000))
    pull(voice, 2048)
    voice.volume = 0.25
    heard = pull(voice, 2048)
    assert np.abs(np.diff(heard)).max() < 0.002
    np.testing.assert_allclose(heard[1024:], 0.25)


def test_a_muted_voice_plays_on() -> None:
    ring = make_ring(5000)
    voice = make_voice(ring)
    voice.volume = 0.0
    assert not pull(voice, 2000).any()
    assert ring.read == 2000


def test_another_ring_takes_over_after_a_fade() -> None:
    voice = make_voice(make_ring(9000))
    pull(voice, 2048)
    other = RingBuffer(9000)
    other.write(np.full(9000, -1, np.float32))
    voice.change_to(other, 1)
    heard = pull(voice, 4096)
    assert np.abs(np.diff(heard)).max() < 0.002
    assert (heard[2048:] == -1).all()


def test_running_dry_is_silence_until_there_is_enough_again() -> None:
    ring = make_ring(1500)
    voice = make_voice(ring, enough=1000)
    heard = pull(voice, 2048)
    assert not heard[1500:].any()
    assert voice.is_starved
    ring.write(np.ones(999, np.float32))
    assert not pull(voice, 512).any()
    ring.write(np.ones(1, np.float32))
    assert pull(voice, 512)[-1] > 0.9
    assert not voice.is_starved


def test_the_end_is_no_starvation() -> None:
    ring = make_ring(1500)
    ring.has_ended = True
    voice = make_voice(ring, enough=1000)
    pull(voice, 4096)
    assert not voice.is_starved
    assert ring.is_drained


def test_the_clock_stands_while_nothing_is_taken() -> None:
    ring = make_ring(1000)
    ring.has_ended = True
    voice = make_voice(ring)
    pull(voice, 1024, now_s=5.0)
    pull(voice, 1024, now_s=6.0)
    assert voice.clock_s == 5.0


def test_a_block_makes_no_array() -> None:
    voice = make_voice(make_ring(90_000))
    out = np.zeros((4096, 2), np.float32)
    voice.render(out, 0.0)
    tracemalloc.start()
    voice.render(out, 0.0)
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak_bytes < 1024  # views and numbers; a piece of samples alone has 4096


def test_left_and_right_stay_apart_and_one_channel_gets_their_average() -> None:
    both = np.stack([np.full(9000, 0.5), np.full(9000, -0.25)], axis=1).astype(np.float32)
    for channels, expected in ((2, [0.5, -0.25]), (1, [0.125])):
        ring = RingBuffer(9000, 2)
        ring.write(both)
        out = np.full((4000, channels), np.nan, np.float32)
        make_voice(ring).render(out, 1.0)
        assert np.allclose(out[2000:], expected)
