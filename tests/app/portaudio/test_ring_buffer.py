"""The ring against a plain list."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.portaudio.ring_buffer import RingBuffer


@given(
    st.integers(1, 9),
    st.sampled_from([1, 2]),
    st.lists(st.tuples(st.booleans(), st.integers(0, 12)), max_size=30),
)
def test_what_goes_in_comes_out_in_order(
    capacity: int, channels: int, moves: list[tuple[bool, int]]
) -> None:
    ring, inside, counter = RingBuffer(capacity, channels), [], 0
    for is_write, count in moves:
        if is_write:
            offered = np.arange(counter, counter + count, dtype=np.float32)
            offered = np.stack([offered, -offered][:channels], axis=1)
            taken = ring.write(offered)
            assert taken == min(count, capacity - len(inside))
            inside += offered[:taken].tolist()
            counter += taken
        else:
            out = np.full((count, channels), 0.5, np.float32)
            given_out = ring.read_into(out)
            assert out[:given_out].tolist() == inside[:count]
            assert (out[given_out:] == 0.5).all()
            inside = inside[given_out:]
        assert (ring.available, ring.free) == (len(inside), capacity - len(inside))


def test_it_is_drained_only_once_it_ended_and_is_empty() -> None:
    ring = RingBuffer(4)
    ring.write(np.ones(2, np.float32))
    ring.has_ended = True
    assert not ring.is_drained
    ring.read_into(np.zeros((4, 1), np.float32))
    assert ring.is_drained
