"""The events that the engine emits during a run.

They are frozen and hold plain values and NumPy copies, never tensors, so that any thread may keep
them. `Progress.emit` passes them on in order, in the engine's thread.
"""

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

import numpy as np

from core.api.arrays import FloatArray
from core.api.config import TilingMode
from core.api.region import Region, Span


class Stage(StrEnum):
    """The parts of a run, in their order."""

    DOWNLOADING = "downloading"
    CONVERTING = "converting the weights"
    LOADING = "loading the model"
    CONDITIONING = "reading the prompt"
    ENCODING = "reading the sound"
    DENOISING = "denoising"
    DECODING = "decoding"
    VOCODING = "vocoding"
    WRITING = "writing"


class TileState(StrEnum):
    """The state of a tile."""

    WAITING = "waiting"
    RUNNING = "running"
    PARKED = "parked"  # stopped at a group norm, waiting for the others
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Event:
    """Root of all events."""


@dataclass(frozen=True, slots=True)
class StageStarted(Event):
    """A stage of the run began."""

    stage: Stage


@dataclass(frozen=True, slots=True)
class StageFinished(Event):
    """A stage of the run ended after `duration_s` seconds."""

    stage: Stage
    duration_s: float


@dataclass(frozen=True, slots=True)
class BytesReceived(Event):
    """A download has received, or a conversion written, so many of its bytes."""

    received: int
    total: int


@dataclass(frozen=True, slots=True)
class DenoisingStep(Event):
    """Step `step` (from 1) of `num_steps` is done.

    Of a long clip only every n-th frame is in the arrays, at most 1024 latent frames.

    Attributes:
        latents: The latents (C, T, F) with their noise.
        clean: The estimate of the latents without noise; None where there is none, or `preview`
            shows it.
        preview: A cheap estimate of its natural-log mel spectrogram (frames, mel) over the whole
            clip, of fewer frames where the clip is long; None where there is none.
        frames: The mel frames of the clip that are denoised; None = all of them, or, for a loop,
            some at both ends.
    """

    step: int
    num_steps: int
    latents: FloatArray
    clean: FloatArray | None = None
    preview: FloatArray | None = None
    frames: Span | None = None


@dataclass(frozen=True, slots=True)
class TilePlanned(Event):
    """The plan of the tiles, before any is computed.

    Attributes:
        mode: The executor that was chosen.
        tiles: Each tile's region of the output, in mel frames x mel bins. They cover the output
            exactly once.
        padded: Each tile's region with its padding.
        explanation: One line for a person: what was chosen and why.
        ranks: The rank that computes each tile; empty where one computes all.
        devices: What each rank computes on; empty likewise.
    """

    mode: TilingMode
    tiles: tuple[Region, ...]
    padded: tuple[Region, ...]
    explanation: str
    ranks: tuple[int, ...] = ()
    devices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TileAdvanced(Event):
    """Tile `tile` changed its state, or reached task `task` of `num_tasks` (named `layer`).

    A listener may set `took_s`, the seconds for which the tile was computed so far.
    """

    tile: int
    state: TileState
    task: int
    num_tasks: int
    layer: str
    device: str
    took_s: float = 0.0


@dataclass(frozen=True, slots=True)
class BarrierPassed(Event):
    """The statistics of group norm `barrier` (from 1) of `num_barriers` are known."""

    barrier: int
    num_barriers: int
    layer: str


@dataclass(frozen=True, slots=True)
class TileDecoded(Event):
    """A tile is finished: `mel` (T, F), natural log, fills `region` of the clip."""

    tile: int
    region: Region
    mel: FloatArray


@dataclass(frozen=True, slots=True)
class AudioChunk(Event):
    """Samples `start_sample` onward of the clip, (n,) or (n, channels), full scale = 1."""

    start_sample: int
    samples: FloatArray
    sample_rate: int = 16_000

    @property
    def channels(self) -> int:
        """How many channels the samples have."""
        return 1 if self.samples.ndim == 1 else self.samples.shape[1]


@dataclass(frozen=True, slots=True)
class RunExpected(Event):
    """What a long run will take, before it begins.

    Attributes:
        duration_s: Length of the sound.
        expected_s: Seconds that the run will take.
        disk_bytes: Bytes that it needs on the disk.
    """

    duration_s: float
    expected_s: float
    disk_bytes: int


@dataclass(frozen=True, slots=True)
class ExportAdvanced(Event):
    """How much of an export is done, 0 to 1."""

    fraction: float


@dataclass(frozen=True, slots=True)
class Notice(Event):
    """One sentence that the person should see; the run goes on."""

    sentence: str


def to_json_dict(event: Event) -> dict[str, Any]:
    """The event as plain values for one line of JSON; arrays become their shapes."""
    values = {field.name: _plain(getattr(event, field.name)) for field in fields(event)}
    return {"event": type(event).__name__, **values}


def _plain(value: Any) -> Any:
    match value:
        case np.ndarray():
            return {"shape": list(value.shape)}
        case Span():
            return [value.start, value.stop]
        case Region():
            return {
                "time": [value.time.start, value.time.stop],
                "bins": [value.bins.start, value.bins.stop],
            }
        case tuple():
            return [_plain(item) for item in value]
    return value
