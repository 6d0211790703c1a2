"""A sound output without a device: remembers what it was given, moves when the test says so."""

import numpy as np
from numpy.typing import NDArray

from app.view_models.transport.peak_pyramid import PeakPyramid
from app.view_models.transport.playback import LevelStep, MixedSound


class FakePlayback:
    """Keeps samples; its play head is moved by hand."""

    def __init__(self, silent_reason: str = "") -> None:
        self.position_s = 0.0
        self.is_playing = False
        self.is_buffering = False
        self.is_closed = False
        self.is_finished = False
        self.silent_reason = silent_reason
        self.volume = 1.0
        self.loop_s: tuple[float, float] | None = None
        self.stretch_s: tuple[float, float] | None = None
        self.band_hz: tuple[float, float] | None = None
        self.is_scanning = False
        self.device_names: tuple[str, ...] = ()
        self.device_name: str | None = None
        self.sample_rate, self.grows = 16000, False
        self.samples = np.zeros(0, np.float32)
        self.peaks = PeakPyramid(0)
        self.lanes: tuple[PeakPyramid, ...] = ()
        self.mix: MixedSound | None = None
        self.num_renewals = 0
        self.heard: list[LevelStep] = []

    @property
    def channel_peaks(self) -> tuple[PeakPyramid, ...]:
        return self.lanes or (self.peaks,)

    @property
    def duration_s(self) -> float:
        return len(self.samples) / self.sample_rate

    def begin(
        self, sample_rate: int, num_samples: int, *, grows: bool = False, channels: int = 1
    ) -> None:
        self.sample_rate, self.grows = sample_rate, grows
        shape = (num_samples,) if channels == 1 else (num_samples, channels)
        self.samples = np.full(shape, np.nan, np.float32)
        self.peaks = PeakPyramid(num_samples)
        self.lanes = tuple(PeakPyramid(num_samples) for _ in range(channels) if channels > 1)
        self.position_s, self.is_playing, self.is_finished = 0.0, False, False
        self.band_hz, self.mix = None, None

    def begin_mix(self, sound: MixedSound) -> None:
        self.begin(sound.sample_rate, sound.num_samples, channels=sound.channels)
        self.mix = sound

    def renew_mix(self) -> None:
        self.num_renewals += 1

    def append(self, start_sample: int, samples: NDArray[np.float32]) -> None:
        missing = start_sample + len(samples) - len(self.samples)
        if self.grows and missing > 0:
            self.samples = np.pad(self.samples, (0, missing), constant_values=np.nan)
            self.peaks = self.peaks.longer(len(self.samples))
        self.samples[start_sample : start_sample + len(samples)] = samples
        self.peaks.write(start_sample, samples)
        for channel, lane in enumerate(self.lanes):
            lane.write(start_sample, samples[:, channel])

    def finish(self) -> None:
        self.is_finished = True

    def play(self) -> None:
        self.is_playing = True

    def play_stretch(self, start_s: float, stop_s: float) -> None:
        self.stretch_s = (start_s, stop_s)
        self.position_s, self.is_playing = start_s, True

    def set_loop(self, start_s: float, stop_s: float) -> None:
        self.loop_s = (start_s, stop_s)

    def clear_loop(self) -> None:
        self.loop_s = None

    def set_band(self, band_hz: tuple[float, float] | None) -> None:
        self.band_hz = band_hz

    def pause(self) -> None:
        self.is_playing = False

    def seek(self, position_s: float) -> None:
        self.position_s = position_s

    def set_volume(self, volume: float) -> None:
        self.volume = volume

    def take_heard(self) -> list[LevelStep]:
        heard, self.heard = self.heard, []
        return heard

    def choose_device(self, name: str | None) -> None:
        self.device_name = name

    def rescan_devices(self) -> None:
        self.device_names = ("Speakers", "Headphones")
        self.silent_reason = ""

    def close(self) -> None:
        self.is_closed = True
        self.is_playing = False
