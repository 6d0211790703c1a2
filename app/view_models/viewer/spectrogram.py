"""The spectrogram on show: levels of a clip, filled in tile by tile."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.view_models.viewer.level_pyramid import (
    EMPTY,
    Columns,
    LevelPyramid,
    code_to_db,
    encode_log_mel,
)
from core.api.arrays import FloatArray
from core.api.region import Region, Span
from core.mel_scale import MelParams, bin_to_hz

_QUIETEST_PERCENT, _LOUDEST_PERCENT = 5, 99.8
_RANGE_STEP_DB = 3.0


@dataclass(frozen=True, slots=True)
class Reading:
    """A point of the spectrogram; `level_db` is None where nothing is laid."""

    time_s: float
    frame: int
    hz: float
    level_db: float | None


class SpectrogramModel(QObject):
    """Holds the levels; `reset` says the clip is another, `written` which frames came.

    `extended` says that the same clip has room for more.

    Attributes:
        params: Geometry of the mel axis and of time.
    """

    reset = Signal()
    extended = Signal()
    written = Signal(Span)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.params = MelParams()
        self._pyramid = LevelPyramid(0, self.params.n_mels)

    @property
    def num_frames(self) -> int:
        """Length in mel frames; 0 while there is no clip."""
        return self._pyramid.num_frames

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.num_frames / self.params.frames_per_second

    @property
    def is_empty(self) -> bool:
        """Whether there is no clip yet."""
        return self.num_frames == 0

    def begin(self, num_frames: int, params: MelParams | None = None) -> None:
        """Make room for a clip of `num_frames` frames, none of them laid."""
        self.params = params or self.params
        self._pyramid = LevelPyramid(num_frames, self.params.n_mels)
        self.reset.emit()

    def begin_seconds(self, duration_s: float) -> None:
        """Make room for a clip of `duration_s` seconds."""
        self.begin(max(1, round(duration_s * self.params.frames_per_second)))

    def make_room(self, duration_s: float) -> None:
        """Let the clip be at least so long; what is laid stays."""
        num_frames = round(duration_s * self.params.frames_per_second)
        if num_frames > self.num_frames:
            self._pyramid = self._pyramid.longer(num_frames)
            self.extended.emit()

    def work_on(self, levels: LevelPyramid) -> None:
        """Take another picture of the same clip, as long or longer: one that an edit lays."""
        self._pyramid = levels
        self.extended.emit()
        self.written.emit(Span(0, levels.num_frames))

    @property
    def levels(self) -> LevelPyramid:
        """The picture, which goes on being written while the clip is laid."""
        return self._pyramid

    def show(self, levels: LevelPyramid) -> None:
        """Take the picture of a finished clip."""
        self._pyramid = levels
        self.reset.emit()
        self.written.emit(Span(0, levels.num_frames))

    def write(self, region: Region, log_mel: FloatArray) -> None:
        """Lay a tile: `log_mel` (time, mel), natural log, onto `region` of the clip.

        Frames beyond the end are dropped: a decoder's last tile may be longer than the clip.
        """
        clip = Region(Span(0, self.num_frames), Span(0, self.params.n_mels))
        inside = Region(region.time.intersect(clip.time), region.bins.intersect(clip.bins))
        if inside.area == 0:
            return
        rows = inside.time.shift(-region.time.start).slice
        columns = inside.bins.shift(-region.bins.start).slice
        codes = encode_log_mel(log_mel[rows, columns])
        self._pyramid.write(inside, codes.T)  # (time, mel) -> (mel, time)
        self.written.emit(inside.time)

    def columns(self, frames: Span, max_columns: int) -> Columns:
        """What to draw of `frames` on a screen `max_columns` wide."""
        return self._pyramid.columns(frames, max_columns)

    def reading(self, time_s: float, place: float) -> Reading:
        """What lies at a point of the picture; `place` counts bins from the lower edge."""
        frame = int(time_s * self.params.frames_per_second)
        hz = max(0.0, bin_to_hz(place - 0.5, self.params))  # a bin's centre is half a bin up
        return Reading(time_s, frame, hz, self.level_db(frame, int(place)))

    def level_range_db(self) -> tuple[float, float] | None:
        """Levels that nearly all of what is laid lies between, in steps that do not flicker.

        None while nothing is laid. Read from the coarsest picture, which leans to the loud side
        and costs a millisecond whatever the length.
        """
        codes = self._pyramid.columns(Span(0, self.num_frames), 1).codes
        laid = codes[codes != EMPTY]
        if not laid.size:
            return None
        low, high = np.percentile(laid, (_QUIETEST_PERCENT, _LOUDEST_PERCENT))
        steps_down = code_to_db(int(low)) // _RANGE_STEP_DB
        steps_up = -(-code_to_db(int(high)) // _RANGE_STEP_DB)
        return steps_down * _RANGE_STEP_DB, steps_up * _RANGE_STEP_DB

    def level_db(self, frame: int, mel_bin: int) -> float | None:
        """The level of a cell in dB; None outside the clip, and where nothing is laid."""
        if not (0 <= frame < self.num_frames and 0 <= mel_bin < self.params.n_mels):
            return None
        code = self._pyramid.code_at(frame, mel_bin)
        return None if code == EMPTY else code_to_db(code)
