"""What comes is copied in order, what is lost is counted, and the latest samples are kept."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.recording.capture import Capture, PreRoll


def test_blocks_are_copied_in_order() -> None:
    capture, block = Capture(1000, 2), np.zeros((10, 2), np.float32)
    for number in range(5):
        block[:] = number  # the device uses its memory again
        capture.receive(block, has_gap=False)
    np.testing.assert_array_equal(capture.read()[:, 0], np.repeat(np.arange(5), 10))
    assert len(capture.read()) == 0
    assert (capture.num_blocks, capture.num_gaps) == (5, 0)


def test_a_reader_that_stands_still_too_long_loses_samples() -> None:
    capture = Capture(10, 1)
    for _ in range(21):
        capture.receive(np.ones((10, 1), np.float32), has_gap=False)
    assert capture.num_gaps == 1


def test_gaps_of_the_system_are_counted() -> None:
    capture = Capture(1000, 1)
    capture.receive(np.ones((10, 1), np.float32), has_gap=True)
    assert capture.num_gaps == 1


@given(
    capacity=st.integers(1, 40),
    sizes=st.lists(st.integers(0, 60), max_size=8),
    wanted=st.integers(0, 60),
)
def test_the_pre_roll_gives_the_latest_samples(
    capacity: int, sizes: list[int], wanted: int
) -> None:
    pre_roll = PreRoll(capacity, 2)
    samples = np.arange(2 * sum(sizes), dtype=np.float32).reshape(-1, 2)
    start = 0
    for size in sizes:
        pre_roll.push(samples[start : start + size])
        start += size
    count = min(capacity, wanted, len(samples))
    np.testing.assert_array_equal(pre_roll.take(wanted), samples[len(samples) - count :])
    assert len(pre_roll.take(wanted)) == 0
