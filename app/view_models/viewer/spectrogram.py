"""The spectrogram shown: levels of a clip, written tile by tile."""

from dataclasses import dataclass, replace

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
from core.frequency_scale import FrequencyScale, MelFrequencies
from core.mel_scale import MelParams

_QUIETEST_PERCENT, _LOUDEST_PERCENT = 5, 99.8
_RANGE_STEP_DB = 3.0


@dataclass(frozen=True, slots=True)
class Reading:
    """A point of the spectrogram; `level_db` is None where nothing is decoded yet."""

    time_s: float
    frame: int
    mel_bin: int
    hz: float
    level_db: float | None

    def at_level(self, level_db: float | None) -> "Reading":
        """The same point with another level."""
        return replace(self, level_db=level_db)


class SpectrogramModel(QObject):
    """Holds the levels of the clip shown.

    Signals:
        reset: The clip is another.
        extended: The clip has room for more frames.
        written: These frames have new levels.
        scale_changed: It is drawn over another axis of frequencies.

    Attributes:
        params: Geometry of the mel axis and of time.
        scale: The axis of frequencies that the clip is drawn over.
        shows_edit: Whether an edit that is being made is drawn over the clip.
    """

    reset = Signal()
    extended = Signal()
    written = Signal(Span)
    scale_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.params = MelParams()
        self.scale: FrequencyScale = MelFrequencies(self.params)
        self.shows_edit = False
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
        """Begin an empty clip of `num_frames` frames."""
        if params is not None:
            self.params, self.scale = params, MelFrequencies(params)
        self._pyramid, self.shows_edit = LevelPyramid(num_frames, self.params.n_mels), False
        self.reset.emit()

    @property
    def highest_hz(self) -> float:
        """The highest frequency that the axis shows."""
        return self.scale.highest_hz

    def set_scale(self, scale: FrequencyScale) -> None:
        """Draw the clip over another axis of frequencies."""
        if scale != self.scale:
            self.scale = scale
            self.scale_changed.emit()

    def begin_seconds(self, duration_s: float) -> None:
        """Begin an empty clip of `duration_s` seconds."""
        self.begin(max(1, round(duration_s * self.params.frames_per_second)))

    def make_room(self, duration_s: float) -> None:
        """Let the clip be at least `duration_s` long; its levels stay."""
        num_frames = round(duration_s * self.params.frames_per_second)
        if num_frames > self.num_frames:
            self._pyramid = self._pyramid.longer(num_frames)
            self.extended.emit()

    def continue_on(self, levels: LevelPyramid, *, is_edit: bool) -> None:
        """Continue with other levels of the same clip, as long or longer.

        Args:
            levels: Those that an edit writes, or the clip's own.
            is_edit: Which of the two.
        """
        self._pyramid, self.shows_edit = levels, is_edit
        self.extended.emit()
        self.written.emit(Span(0, levels.num_frames))

    @property
    def levels(self) -> LevelPyramid:
        """The levels, which are written further while the clip is decoded."""
        return self._pyramid

    def show(self, levels: LevelPyramid) -> None:
        """Show the levels of a finished clip."""
        self._pyramid, self.shows_edit = levels, False
        self.reset.emit()
        self.written.emit(Span(0, levels.num_frames))

    def write(self, region: Region, log_mel: FloatArray) -> None:
        """Write a tile: `log_mel` (time, mel), natural log, into `region` of the clip.

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
        """Return the columns of `frames` to draw on a screen `max_columns` wide."""
        return self._pyramid.columns(frames, max_columns)

    def reading(self, time_s: float, place: float) -> Reading:
        """Return time, frequency and level at a point; `place` is on the axis of frequencies."""
        frame, hz = int(time_s * self.params.frames_per_second), self.scale.hz_at(place)
        mel_bin = int(MelFrequencies(self.params).place_of(hz))
        return Reading(time_s, frame, mel_bin, hz, self.level_db(frame, mel_bin))

    def level_range_db(self) -> tuple[float, float] | None:
        """Return a range that holds nearly all levels, in steps of 3 dB to avoid flicker.

        None while nothing is decoded. It is read from the coarsest level of the pyramid, which is
        biased to loud levels and takes a millisecond at any length.
        """
        codes = self._pyramid.columns(Span(0, self.num_frames), 1).codes
        written = codes[codes != EMPTY]
        if not written.size:
            return None
        low, high = np.percentile(written, (_QUIETEST_PERCENT, _LOUDEST_PERCENT))
        steps_down = code_to_db(int(low)) // _RANGE_STEP_DB
        steps_up = -(-code_to_db(int(high)) // _RANGE_STEP_DB)
        return steps_down * _RANGE_STEP_DB, steps_up * _RANGE_STEP_DB

    def level_db(self, frame: int, mel_bin: int) -> float | None:
        """Return the level of a cell in dB; None outside the clip, and where it is empty."""
        if not (0 <= frame < self.num_frames and 0 <= mel_bin < self.params.n_mels):
            return None
        code = self._pyramid.code_at(frame, mel_bin)
        return None if code == EMPTY else code_to_db(code)
