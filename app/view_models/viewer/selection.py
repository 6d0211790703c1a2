"""The selection: a range of time, or of time and frequencies."""

from dataclasses import dataclass, replace
from enum import StrEnum

from PySide6.QtCore import QObject, Signal, Slot

from app.view_models.viewer.spectrogram import SpectrogramModel
from core.api.region import Region, Span
from core.frequency_scale import Band, FrequencyScale, MelFrequencies, moved_edge
from core.mel_scale import MelParams

SHORTEST_S = 0.001


class Edge(StrEnum):
    """The borders of a selection."""

    START = "start"
    STOP = "stop"
    LOW = "low"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Selection:
    """A selected part of a clip.

    Attributes:
        start_s, stop_s: The range of time, in seconds.
        band_hz: Lower and upper edge in Hz; None = all frequencies.
    """

    start_s: float
    stop_s: float
    band_hz: Band | None = None

    @property
    def length_s(self) -> float:
        """Length in seconds."""
        return self.stop_s - self.start_s

    def region(self, params: MelParams) -> Region:
        """Return all cells of the spectrogram that it touches."""
        rate = params.frames_per_second
        first, last = round(self.start_s * rate, 6), round(self.stop_s * rate, 6)
        frames = Span(int(first), max(int(first) + 1, -int(-last // 1)))
        return Region(frames, self._bins(params))

    def _bins(self, params: MelParams) -> Span:
        """The mel bins that it touches, at least one."""
        if self.band_hz is None:
            return Span(0, params.n_mels)
        low, high = (
            round(place, 6) for place in map(MelFrequencies(params).place_of, self.band_hz)
        )
        first = min(int(low), params.n_mels - 1)
        return Span(first, max(first + 1, -int(-high // 1)))

    def within(self, duration_s: float, highest_hz: float) -> "Selection | None":
        """Return the part that lies within a clip; None if there is none or it is too short.

        What lies above the axis of the picture stays chosen: another picture shows it.

        Args:
            duration_s: Length of the clip.
            highest_hz: The top of the axis. A band from 0 up to it means all frequencies.
        """
        start_s, stop_s = max(0.0, self.start_s), min(self.stop_s, duration_s)
        if stop_s - start_s < SHORTEST_S:
            return None
        if self.band_hz is None or self.band_hz == (0.0, highest_hz):
            return Selection(start_s, stop_s)
        low_hz, high_hz = max(0.0, self.band_hz[0]), self.band_hz[1]
        return Selection(start_s, stop_s, (low_hz, high_hz)) if low_hz < high_hz else None

    def moved(self, edge: Edge, by: float, scale: FrequencyScale) -> "Selection":
        """Return it with one edge moved, but not past the opposite edge.

        Args:
            edge: The edge.
            by: How far: seconds, or places on the axis of `scale`.
            scale: The axis of the picture.
        """
        if edge is Edge.START:
            return replace(self, start_s=min(self.start_s + by, self.stop_s - SHORTEST_S))
        if edge is Edge.STOP:
            return replace(self, stop_s=max(self.stop_s + by, self.start_s + SHORTEST_S))
        band_hz = self.band_hz or (0.0, scale.highest_hz)
        moved = moved_edge(band_hz, scale, is_upper=edge is Edge.HIGH, by=by)
        return replace(self, band_hz=moved)


class SelectionModel(QObject):
    """Holds at most one selection, which always lies within the clip, and regions kept beside it.

    It stays when the clip changes, if it still fits, so that two takes can be compared there.

    Attributes:
        current: The selection; None without one.
        kept: Regions that stay selected while others are, until nothing is.
    """

    changed = Signal()

    def __init__(self, spectrogram: SpectrogramModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._spectrogram = spectrogram
        self.current: Selection | None = None
        self.kept: tuple[Selection, ...] = ()
        spectrogram.reset.connect(self._on_reset)

    @property
    def regions(self) -> tuple[Selection, ...]:
        """All that is selected, in the order of time."""
        chosen = (*self.kept, self.current) if self.current not in self.kept else self.kept
        return tuple(sorted(filter(None, chosen), key=lambda one: (one.start_s, one.stop_s)))

    @property
    def region(self) -> Region | None:
        """All selected cells of the spectrogram; None without a selection."""
        if self.current is None:
            return None
        return self.current.region(self._spectrogram.params)

    @property
    def range_s(self) -> tuple[float, float] | None:
        """Where what is chosen begins and ends, in seconds; None = nothing."""
        return None if self.current is None else (self.current.start_s, self.current.stop_s)

    @property
    def band_hz(self) -> Band | None:
        """Lower and upper edge in Hz; None without a selection, or if it has all frequencies."""
        return None if self.current is None else self.current.band_hz

    @Slot(object)
    def select(self, selection: Selection | None) -> None:
        """Select the part of `selection` that lies within the clip; None ends what is kept too."""
        duration_s, highest_hz = self._spectrogram.duration_s, self._spectrogram.highest_hz
        inside = selection and selection.within(duration_s, highest_hz)
        kept = self.kept if selection is not None else ()
        if (inside, kept) != (self.current, self.kept):
            self.current, self.kept = inside, kept
            self.changed.emit()

    @Slot()
    def keep(self) -> None:
        """Let the selection stay selected while another one is made."""
        if self.current is not None and self.current not in self.kept:
            self.kept = (*self.kept, self.current)
            self.changed.emit()

    @Slot()
    def select_all(self) -> None:
        """Select the whole clip."""
        self.select(Selection(0.0, self._spectrogram.duration_s))

    @Slot()
    def clear(self) -> None:
        """Clear the selection."""
        self.select(None)

    @Slot(float)
    def clear_around(self, time_s: float) -> None:
        """Clear the selection if a moment is outside of all of it."""
        if not any(one.start_s <= time_s <= one.stop_s for one in self.regions):
            self.clear()

    def move_edge(self, edge: Edge, by: float) -> None:
        """Move one edge of the selection, by seconds or by places on the picture's axis."""
        if self.current is not None:
            self.select(self.current.moved(edge, by, self._spectrogram.scale))

    def set_edge(self, edge: Edge, time_s: float) -> None:
        """Let the selection begin or end at a moment; without one, use the clip's other end."""
        chosen = self.current or Selection(0.0, self._spectrogram.duration_s)
        if edge is Edge.START:
            stop_s = chosen.stop_s if chosen.stop_s > time_s else self._spectrogram.duration_s
            self.select(replace(chosen, start_s=time_s, stop_s=stop_s))
        else:
            start_s = chosen.start_s if chosen.start_s < time_s else 0.0
            self.select(replace(chosen, start_s=start_s, stop_s=time_s))

    def extend_to(self, time_s: float, from_s: float) -> None:
        """Move the nearer edge to a moment; without a selection, select from `from_s` on."""
        chosen = self.current
        if chosen is None:
            self.select(Selection(min(from_s, time_s), max(from_s, time_s)))
        elif abs(time_s - chosen.start_s) < abs(time_s - chosen.stop_s):
            self.select(replace(chosen, start_s=time_s))
        else:
            self.select(replace(chosen, stop_s=time_s))

    @Slot()
    def _on_reset(self) -> None:
        """Leave out what the clip does not have any more."""
        before = self.regions
        inside = [one for one in before if one.stop_s <= self._spectrogram.duration_s]
        self.kept = tuple(one for one in self.kept if one in inside)
        self.current = self.current if self.current in inside else None
        if self.regions != before:
            self.changed.emit()
