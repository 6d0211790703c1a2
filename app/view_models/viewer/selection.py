"""What is chosen of the clip: a stretch of time, or of time and mel bins."""

from dataclasses import dataclass, replace
from enum import StrEnum

from PySide6.QtCore import QObject, Signal, Slot

from app.view_models.viewer.spectrogram import SpectrogramModel
from core.api.region import Region, Span
from core.mel_scale import MelParams, bin_to_hz

SHORTEST_S = 0.001


class Edge(StrEnum):
    """The borders of a selection."""

    START = "start"
    STOP = "stop"
    LOW = "low"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Selection:
    """A chosen part of a clip.

    Attributes:
        start_s, stop_s: The stretch of time, in seconds.
        bins: The mel bins, of which only whole ones can be chosen; None = all of them.
    """

    start_s: float
    stop_s: float
    bins: Span | None = None

    @property
    def length_s(self) -> float:
        """Length in seconds."""
        return self.stop_s - self.start_s

    def region(self, params: MelParams) -> Region:
        """All cells of the spectrogram that it touches."""
        rate = params.frames_per_second
        first, last = round(self.start_s * rate, 6), round(self.stop_s * rate, 6)
        frames = Span(int(first), max(int(first) + 1, -int(-last // 1)))
        return Region(frames, self.bins or Span(0, params.n_mels))

    def hz_range(self, params: MelParams) -> tuple[float, float]:
        """Lower and upper edge in Hz; the edges of a bin lie half a bin around its centre."""
        bins = self.bins or Span(0, params.n_mels)
        low, high = (bin_to_hz(place - 0.5, params) for place in (bins.start, bins.stop))
        return max(0.0, low), min(high, params.fmax)

    def within(self, duration_s: float, num_bins: int) -> "Selection | None":
        """The part of it that lies in a clip; None where too little is left to be chosen."""
        start_s, stop_s = max(0.0, self.start_s), min(self.stop_s, duration_s)
        bins = self.bins and self.bins.intersect(Span(0, num_bins))
        if stop_s - start_s < SHORTEST_S or (bins is not None and bins.length == 0):
            return None
        return Selection(start_s, stop_s, None if bins == Span(0, num_bins) else bins)

    def moved(self, edge: Edge, by: float, num_bins: int) -> "Selection":
        """With one edge moved: by seconds, or by bins; the opposite edge stands in its way."""
        if edge is Edge.START:
            return replace(self, start_s=min(self.start_s + by, self.stop_s - SHORTEST_S))
        if edge is Edge.STOP:
            return replace(self, stop_s=max(self.stop_s + by, self.start_s + SHORTEST_S))
        bins = self.bins or Span(0, num_bins)
        if edge is Edge.LOW:
            low = max(0, min(bins.start + round(by), bins.stop - 1))
            return replace(self, bins=Span(low, bins.stop))
        high = min(num_bins, max(bins.stop + round(by), bins.start + 1))
        return replace(self, bins=Span(bins.start, high))


class SelectionModel(QObject):
    """Holds at most one selection, which never leaves the clip.

    It outlives a change of the clip where it still fits, so that two takes can be compared there.

    Attributes:
        current: What is chosen; None = nothing.
    """

    changed = Signal()

    def __init__(self, spectrogram: SpectrogramModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._spectrogram = spectrogram
        self.current: Selection | None = None
        spectrogram.reset.connect(self._on_reset)

    @property
    def region(self) -> Region | None:
        """All cells of the spectrogram that are chosen; None = nothing."""
        if self.current is None:
            return None
        return self.current.region(self._spectrogram.params)

    @property
    def range_s(self) -> tuple[float, float] | None:
        """Where what is chosen begins and ends, in seconds; None = nothing."""
        return None if self.current is None else (self.current.start_s, self.current.stop_s)

    @property
    def hz_range(self) -> tuple[float, float] | None:
        """Lower and upper edge in Hz; None where all frequencies, or nothing, are chosen."""
        if self.current is None or self.current.bins is None:
            return None
        return self.current.hz_range(self._spectrogram.params)

    @Slot(object)
    def select(self, selection: Selection | None) -> None:
        """Choose the part of `selection` that lies in the clip."""
        duration_s, num_bins = self._spectrogram.duration_s, self._spectrogram.params.n_mels
        inside = selection and selection.within(duration_s, num_bins)
        if inside != self.current:
            self.current = inside
            self.changed.emit()

    @Slot()
    def select_all(self) -> None:
        """Choose the whole clip."""
        self.select(Selection(0.0, self._spectrogram.duration_s))

    @Slot()
    def clear(self) -> None:
        """Choose nothing."""
        self.select(None)

    def move_edge(self, edge: Edge, by: float) -> None:
        """Move one edge of what is chosen, by seconds or by bins."""
        if self.current is not None:
            self.select(self.current.moved(edge, by, self._spectrogram.params.n_mels))

    def set_edge(self, edge: Edge, time_s: float) -> None:
        """Let the selection begin or end at a moment; the clip's own ends stand in for none."""
        chosen = self.current or Selection(0.0, self._spectrogram.duration_s)
        if edge is Edge.START:
            stop_s = chosen.stop_s if chosen.stop_s > time_s else self._spectrogram.duration_s
            self.select(replace(chosen, start_s=time_s, stop_s=stop_s))
        else:
            start_s = chosen.start_s if chosen.start_s < time_s else 0.0
            self.select(replace(chosen, start_s=start_s, stop_s=time_s))

    def extend_to(self, time_s: float, from_s: float) -> None:
        """Move the nearer edge to a moment; without a selection, choose from `from_s` on."""
        chosen = self.current
        if chosen is None:
            self.select(Selection(min(from_s, time_s), max(from_s, time_s)))
        elif abs(time_s - chosen.start_s) < abs(time_s - chosen.stop_s):
            self.select(replace(chosen, start_s=time_s))
        else:
            self.select(replace(chosen, stop_s=time_s))

    @Slot()
    def _on_reset(self) -> None:
        kept = self.current
        if kept is not None and kept.stop_s > self._spectrogram.duration_s:
            self.clear()
