"""The sound output as the window needs it, and the levels that it measures for a meter."""

from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from app.view_models.transport.peak_pyramid import PeakPyramid
from core.api.region import Span

LONGEST_STEP_S = 0.5
"""Of the play head between two looks: a longer one is a jump, whose samples were not heard."""


@dataclass(frozen=True, slots=True)
class LevelStep:
    """The level of a short stretch, as it is heard or recorded.

    Attributes:
        duration_s: Its length.
        peak: The largest magnitude, full scale = 1.
        mean_square: The mean of the squares.
        channel_peaks: The largest magnitude of each channel, where there are several.
    """

    duration_s: float
    peak: float
    mean_square: float
    channel_peaks: tuple[float, ...] = ()

    @classmethod
    def of(cls, samples: NDArray[np.float32], sample_rate: int) -> Self:
        """Measure samples (n,) or (n, channels), at least one."""
        peaks = np.abs(samples).reshape(len(samples), -1).max(axis=0).tolist()
        mean_square = float(np.square(samples, dtype=np.float64).mean())
        channel_peaks = tuple(peaks) if len(peaks) > 1 else ()
        return cls(len(samples) / sample_rate, max(peaks), mean_square, channel_peaks)


class MixedSound(Protocol):
    """A sound that is computed when it is read, and that may change at any time.

    Attributes:
        sample_rate: Samples a second.
        channels: 1, or 2 for left and right.
    """

    sample_rate: int
    channels: int

    @property
    def num_samples(self) -> int:
        """Its length now."""

    def read(self, span: Span) -> NDArray[np.float32]:
        """Compute the samples of a span within it, (n,) or (n, channels); from any thread."""


class Playback(Protocol):
    """What the window needs of the player; `append` is called from the engine's thread."""

    @property
    def position_s(self) -> float:
        """Where the play head is, in seconds."""

    @property
    def is_playing(self) -> bool:
        """Whether playback is on."""

    @property
    def is_buffering(self) -> bool:
        """Whether the play head waits for samples that are not made yet."""

    @property
    def silent_reason(self) -> str:
        """A sentence on why nothing can be heard; empty otherwise."""

    @property
    def is_scanning(self) -> bool:
        """Whether a search for sound devices is going on."""

    @property
    def device_names(self) -> tuple[str, ...]:
        """The devices that were found."""

    @property
    def peaks(self) -> PeakPyramid:
        """The extremes of the samples so far."""

    @property
    def channel_peaks(self) -> tuple[PeakPyramid, ...]:
        """Those of each channel that is played."""

    @property
    def sample_rate(self) -> int:
        """Samples a second of the clip."""

    @property
    def duration_s(self) -> float:
        """Length of the clip, or the space reserved for one that grows."""

    def begin(
        self, sample_rate: int, num_samples: int, *, grows: bool = False, channels: int = 1
    ) -> None:
        """Stop playing, and reserve space for another clip, which may grow."""

    def begin_mix(self, sound: MixedSound) -> None:
        """Stop playing, and take a sound that is computed while it is heard as the next clip."""

    def renew_mix(self) -> None:
        """Note that this sound has changed: from the play head on it is computed again."""

    def append(self, start_sample: int, samples: NDArray[np.float32]) -> None:
        """Take samples (n,) or (n, channels) of the clip, from `start_sample` onward."""

    def finish(self) -> None:
        """No more samples will come."""

    def play(self) -> None:
        """Start at the play head, or at the beginning if it is at the end."""

    def play_stretch(self, start_s: float, stop_s: float) -> None:
        """Play only a range, then return to its start."""

    def set_loop(self, start_s: float, stop_s: float) -> None:
        """Repeat a range, once the play head reaches its end."""

    def clear_loop(self) -> None:
        """Stop repeating."""

    def set_band(self, band_hz: tuple[float, float] | None) -> None:
        """Play only what lies between two frequencies, or everything; a new clip begins so."""

    def pause(self) -> None:
        """Stop, and keep the play head where it is."""

    def seek(self, position_s: float) -> None:
        """Move the play head."""

    def set_volume(self, volume: float) -> None:
        """Set the volume, 0 to 1."""

    def take_heard(self) -> list[LevelStep]:
        """The levels of what was heard since the last call, in order."""

    def choose_device(self, name: str | None) -> None:
        """Play through a device of `device_names`, or through the system's own choice."""

    def rescan_devices(self) -> None:
        """Search for sound devices again."""

    def close(self) -> None:
        """Release the sound device."""
