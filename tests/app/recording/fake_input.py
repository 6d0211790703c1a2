"""A sound input without a clock: the test gives blocks to it."""

import numpy as np

from app.recording.sound_input import InputError, Receive
from app.view_models.recording.recorder import InputProblem


class FakeInput:
    """Opens unless asked not to; `give` plays the device's part."""

    def __init__(self, sample_rate: int = 16000, problem: InputProblem | None = None) -> None:
        self.sample_rate = sample_rate
        self.problem = problem
        self.channels = 1
        self.latency_s = 0.0
        self.most_channels = 2
        self.device = ""
        self.device_names: tuple[str, ...] = ()
        self.found_names: tuple[str, ...] = ("microphone", "line")
        self.opened: list[tuple[str, int]] = []
        self.rescans = 0
        self.is_running = False
        self.has_ended = False
        self._receive: Receive | None = None

    @property
    def is_open(self) -> bool:
        return self._receive is not None

    def open(self, device: str, channels: int, receive: Receive) -> None:
        if self.problem is not None:
            raise InputError(self.problem, device)
        self.device_names = self.found_names
        self.device = device or self.found_names[0]
        self.channels = min(channels, self.most_channels)
        self.opened.append((device, channels))
        self._receive = receive

    def start(self) -> None:
        self.is_running = True

    def close(self) -> None:
        self.is_running = False
        self._receive = None

    def rescan(self) -> None:
        self.close()
        self.rescans += 1
        self.device_names = self.found_names

    def end(self) -> None:
        self.close()
        self.has_ended = True

    def give(self, samples: np.ndarray, *, has_gap: bool = False) -> None:
        """What the device records next, (frames, channels)."""
        assert self._receive is not None
        self._receive(samples, has_gap)

    def unplug(self) -> None:
        """The device goes away."""
        self.is_running = False
