"""A sound device without a clock: the test takes blocks from it."""

import threading
import time
from collections.abc import Callable

import numpy as np

from app.playback.sound_output import OutputError, Render


class FakeOutput:
    """Opens unless asked not to; `pull` plays the device's part."""

    latency_s = 0.0

    def __init__(self, sample_rate: int = 16000, failure: str = "") -> None:
        self.sample_rate = sample_rate
        self.failure = failure
        self.device_names: tuple[str, ...] = ()
        self.opened: list[str | None] = []
        self.rescans = 0
        self.is_running = False
        self.has_ended = False
        self._render: Render | None = None

    @property
    def is_open(self) -> bool:
        return self._render is not None

    def open(self, device_name: str | None, render: Render) -> None:
        if self.failure:
            raise OutputError(self.failure)
        self.opened.append(device_name)
        self.device_names = ("speaker", "headphones")
        self._render = render

    def start(self) -> None:
        if self.failure:
            raise OutputError(self.failure)
        self.is_running = True

    def close(self) -> None:
        self.is_running = False
        self._render = None

    def rescan(self) -> None:
        self.close()
        self.rescans += 1

    def end(self) -> None:
        self.close()
        self.has_ended = True

    def pull(self, frames: int) -> np.ndarray:
        """What the device plays next, (frames,): both channels are alike."""
        block = np.full((frames, 2), np.nan, np.float32)
        if self._render is None or not self.is_running:
            return np.zeros(frames, np.float32)
        self._render(block, time.perf_counter())
        np.testing.assert_array_equal(block[:, 0], block[:, 1])
        return block[:, 0]


def wait_until(is_so: Callable[[], bool], timeout_s: float = 10.0) -> None:
    deadline = time.monotonic() + timeout_s
    tick = threading.Event()
    while not is_so():
        assert time.monotonic() < deadline, "it did not come to that"
        tick.wait(0.002)


def pull_until(output: FakeOutput, is_so: Callable[[], bool]) -> np.ndarray:
    """Let the device play until something is so; what was heard, without silence at the ends."""
    heard: list[np.ndarray] = []

    def play_a_block() -> bool:
        heard.append(output.pull(512))
        return is_so()

    wait_until(play_a_block)
    return np.trim_zeros(np.concatenate(heard))
