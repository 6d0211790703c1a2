"""A take: one finished sound, with everything that is known about how it was made.

The engine makes takes, an edit turns one into another, the library stores them, and the command
line and the window show them. All of them use this one type.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from core.api.arrays import FloatArray
from core.api.config import EngineConfig, TilingMode
from core.api.edit import Edit
from core.api.request import GenerationRequest

MOST_MARKERS = 1000
_LONGEST_NAME = 200
_DIGITS = 9  # of seconds: what floating-point sums add beyond them is no place of its own


class Checkpoint(Protocol):
    """What a long run stored on the disk, so that the same request can resume from it."""

    def discard(self) -> None:
        """Delete it. Called once the finished take is stored and nobody has to resume."""


@dataclass(frozen=True, slots=True, order=True)
class Marker:
    """A place in a sound that a person wants to find again.

    Attributes:
        time_s: Seconds from the beginning, at least 0.
        name: What is there; without a name it is empty. Long texts are cut, lines joined.

    Raises:
        ValueError: The time is no place in a sound.
    """

    time_s: float
    name: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.time_s < math.inf:
            raise ValueError(f"{self.time_s!r} is no place in a sound")
        object.__setattr__(self, "name", " ".join(self.name.split())[:_LONGEST_NAME].strip())


def sorted_markers(markers: Iterable[Marker], duration_s: float) -> tuple[Marker, ...]:
    """The markers that lie in a sound of a length, in the order of time, each once."""
    return tuple(sorted({one for one in markers if one.time_s <= duration_s})[:MOST_MARKERS])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Take:
    """One finished sound. The arrays are float32, and may be memory maps of files on the disk.

    The same request, config and plan give the same samples on the same machine, bit for bit.

    Attributes:
        request: What was asked for, with all edits made since.
        sample_rate: Samples per second.
        waveform: Samples, full scale = 1: (n,), or (n, channels) of several channels.
            Generated samples are limited to it; recordings, takes of older versions and edited
            bands may exceed it.
        mel: Natural-log mel spectrogram (T, F). The last frames may reach beyond the waveform,
            because a decoder's last tile does.
        gain: What the vocoded samples were multiplied by, to bring them to the request's level;
            log-mel and latents are from before. 1 = nothing.
        latents: Latents (C, T', F'), scaled as the denoiser left them. None for a recording: an
            edit encodes what it needs.
        config: How the engine worked. None where nobody knows.
        plan: Which tiles the latents were decoded in, and why: one line for a person. After an edit
            it describes the edited stretch, for endless sound one window. Empty where nothing was
            decoded or nobody knows.
        mode: The executor that decoded the latents, never AUTO. Where several did, the one that is
            not exact. None where nobody knows.
        checkpoint: What a long run left on the disk. It is discarded once the take is stored.
            None where nothing was left.
        markers: Those that it begins with: of the file that it was read from, or of the take that
            it was edited from. What a person does to them later is kept beside the take.
    """

    request: GenerationRequest
    sample_rate: int
    waveform: FloatArray
    mel: FloatArray
    gain: float = 1.0
    latents: FloatArray | None = None
    config: EngineConfig | None = None
    plan: str = ""
    mode: TilingMode | None = None
    checkpoint: Checkpoint | None = None
    markers: tuple[Marker, ...] = ()

    def with_markers_after(self, before: "Take", edit: Edit) -> "Take":
        """This take with the markers of the one that it was edited from, moved with their sound."""
        times = (before.duration_s, self.duration_s)
        moved = ((edit.moved_s(one.time_s, *times), one.name) for one in before.markers)
        markers = (
            Marker(max(round(time_s, _DIGITS), 0.0), name)
            for time_s, name in moved
            if time_s is not None
        )
        return replace(self, markers=sorted_markers(markers, self.duration_s))

    @property
    def duration_s(self) -> float:
        """Length of the waveform in seconds."""
        return len(self.waveform) / self.sample_rate

    @property
    def channels(self) -> int:
        """How many channels the waveform has."""
        return 1 if self.waveform.ndim == 1 else self.waveform.shape[1]
