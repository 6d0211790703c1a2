"""The waveform of the sound on show: where it is drawn, and what of it."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from app.view_models.transport.peak_pyramid import BIN_SAMPLES, Peaks
from app.view_models.transport.transport import TransportModel
from app.view_models.viewer.shown_take import ShownTakeModel
from core.api.arrays import FloatArray
from core.api.region import Span

_MOST_READ = 1 << 20  # samples that are read to be drawn; more are drawn by their peaks


class WaveformPlace(StrEnum):
    """Where the waveform is drawn."""

    OFF = "off"
    BELOW = "below"  # the spectrogram
    INSTEAD = "instead"  # of it


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    """What is drawn of one channel: columns, or samples where there are fewer of them.

    Attributes:
        peaks: The extremes of adjacent columns; None = there are fewer samples than columns.
        samples: The samples (n,) in place of them; empty where there are peaks.
        first_sample: The place of the first one.
    """

    peaks: Peaks | None
    samples: FloatArray
    first_sample: int = 0


class WaveformModel(QObject):
    """Reads the channels of the sound on show as it is heard.

    Signals:
        changed: The waveform is drawn in another place.
        written: There are more samples, or others.

    Attributes:
        place: Where it is drawn.
    """

    changed = Signal()
    written = Signal()

    def __init__(
        self, transport: TransportModel, shown: ShownTakeModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._transport, self._shown = transport, shown
        self._seen: tuple[object, ...] = ()
        self.place = WaveformPlace.OFF
        transport.changed.connect(self._on_changed)
        shown.changed.connect(self._on_changed)

    @property
    def num_lanes(self) -> int:
        """The channels that are heard: one, or left and right."""
        return len(self._transport.channel_peaks)

    @property
    def sample_rate(self) -> int:
        """Samples a second."""
        return self._transport.sample_rate

    def choose_place(self, place: WaveformPlace) -> None:
        """Draw it in another place, or not."""
        if place is not self.place:
            self.place = place
            self.changed.emit()

    def restore(self, text: str) -> None:
        """Restore a place by its name; change nothing if there is none."""
        if text in list(WaveformPlace):
            self.choose_place(WaveformPlace(text))

    def lanes(self, start_s: float, stop_s: float, count: int) -> list[Lane]:
        """Return what is drawn of a stretch on a screen of `count` columns, channel by channel.

        A column has the extremes of its samples and the next column's first one, so that columns
        touch each other as the samples do.
        """
        start, stop = start_s * self.sample_rate, stop_s * self.sample_rate
        per_column = (stop - start) / max(count, 1)
        if per_column < BIN_SAMPLES and stop - start <= _MOST_READ:
            samples = self._read(Span(max(0, int(start) - 1), max(0, int(stop)) + 2))
            if samples is not None and len(samples):
                first = max(0, int(start) - 1)
                return [_exact(lane, first, start, per_column, count) for lane in samples.T]
        edges = start + per_column * np.arange(count + 1, dtype=np.float64)
        none = np.zeros(0, np.float32)
        return [
            Lane(peaks.between(edges[:-1], edges[1:]), none)
            for peaks in self._transport.channel_peaks
        ]

    def peak(self, start_s: float, stop_s: float) -> float:
        """The largest magnitude of a stretch, full scale = 1."""
        rate, peaks = self.sample_rate, self._transport.peaks
        return peaks.peak(Span(max(0, int(start_s * rate)), max(0, int(stop_s * rate)) + 1))

    def _read(self, span: Span) -> FloatArray | None:
        """Samples (n, lanes) of a sound that is finished; None while it is made."""
        sound = self._shown.take or self._shown.source
        if sound is None:
            return None
        samples = sound.waveform[span.intersect(Span(0, len(sound.waveform))).slice]
        rows = samples.reshape(len(samples), -1)
        if rows.shape[1] != self.num_lanes:
            rows = rows.mean(axis=1, dtype=np.float32)[:, None]
        lanes: FloatArray = np.asarray(rows)
        return lanes

    @Slot()
    def _on_changed(self) -> None:
        versions = [peaks.version for peaks in self._transport.channel_peaks]
        seen = (self._transport.peaks, versions, self._shown.take, self._shown.source)
        if seen != self._seen:
            self._seen = seen
            self.written.emit()


def _exact(samples: FloatArray, first: int, start: float, per_column: float, count: int) -> Lane:
    """A lane of samples (n,), the first of which is at `first`."""
    if per_column <= 1:
        return Lane(None, samples, first)
    edges = np.floor(start + per_column * np.arange(count + 1)).astype(int) - first
    last = len(samples) - 1
    begin, end = np.clip(edges[:-1], 0, last), np.clip(edges[1:] + 1, 1, last + 1)
    pairs = np.stack([begin, np.maximum(end, begin + 1)], axis=1).ravel()
    padded = np.append(samples, samples[-1:])
    low = np.minimum.reduceat(padded, pairs)[::2]
    high = np.maximum.reduceat(padded, pairs)[::2]
    is_beyond = edges[:-1] > last
    low[is_beyond], high[is_beyond] = np.inf, -np.inf
    return Lane(Peaks(low, high), np.zeros(0, np.float32))
