"""The export dialog's settings, and the length and size of the file that they give."""

import json
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from core.api.arrays import FloatArray
from core.api.errors import InvalidRequestError
from core.sound_files.audio_format import AudioFormat
from core.sound_files.clipping import Clipping, find_clipping
from core.sound_files.export.settings import ExportSettings, Normalisation
from core.sound_files.export.shaping import time_range
from core.sound_files.export.size import estimated_bytes

TimeRange = tuple[float, float]


class ExportDraft(QObject):
    """Export settings of one take, kept for the next.

    Attributes:
        settings: All but the range of time.
        with_sidecar: Whether a file with the sound's settings is written beside it.
        duration_s: Length of the take.
        selection: The selected range in seconds; None = no selection.
        only_selection: Whether only the selection is exported.
        has_settings: Whether there are settings that made the sound; a mix has none.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = ExportSettings()
        self.with_sidecar = False
        self.duration_s = 0.0
        self.selection: TimeRange | None = None
        self.only_selection, self.has_settings = False, True
        self._take_rate, self._take_channels = 16000, 1
        self._samples: FloatArray | None = None
        self._deepened: tuple[AudioFormat, AudioFormat] | None = None  # from and to
        self._measured: dict[bool, Clipping] = {}  # of the selection, and of the whole

    def begin(
        self,
        duration_s: float,
        sample_rate: int,
        selection: TimeRange | None,
        samples: FloatArray | None = None,
        channels: int = 1,
        *,
        has_settings: bool = True,
    ) -> None:
        """Begin with another take; if there is a selection, export only that by default.

        Args:
            duration_s: Length of the take.
            sample_rate: Its samples a second.
            selection: The selected range in seconds.
            samples: The take's samples, full scale = 1; without them no clipping is found.
            channels: Its channels.
            has_settings: Whether there are settings that made it.
        """
        self.has_settings = has_settings
        self.duration_s, self._take_rate = duration_s, sample_rate
        self._take_channels = channels
        self._samples, self._measured = samples, {}
        self.selection, self.only_selection = selection, selection is not None
        self.changed.emit()

    def deepen(self, recorded: AudioFormat) -> None:
        """Begin with the depth of a recording; the next export begins as the last one did."""
        before = self.settings.audio_format
        self.set_value("audio_format", before.as_deep_as(recorded))
        self._deepened = (before, self.settings.audio_format)

    def set_value(self, field: str, value: Any) -> None:
        """Fill in a field of the settings."""
        if getattr(self.settings, field) != value:
            self.settings = replace(self.settings, **{field: value})
            self.changed.emit()

    def set_with_sidecar(self, wanted: bool) -> None:
        """Set whether a file with the settings is written beside the sound."""
        if self.with_sidecar != wanted:
            self.with_sidecar = wanted
            self.changed.emit()

    def set_only_selection(self, wanted: bool) -> None:
        """Set whether only the selection is exported."""
        if self.only_selection != wanted:
            self.only_selection = wanted and self.selection is not None
            self.changed.emit()

    @property
    def complete_settings(self) -> ExportSettings:
        """The settings with the range of time."""
        if not self.only_selection or self.selection is None:
            return self.settings
        start_s, stop_s = self.selection
        return replace(self.settings, start_s=start_s, stop_s=stop_s)

    @property
    def length_s(self) -> float:
        """Seconds that will be written, at most: trimming may leave less."""
        settings = self.complete_settings
        stop_s = self.duration_s if settings.stop_s is None else settings.stop_s
        return max(0.0, min(stop_s, self.duration_s) - settings.start_s)

    @property
    def sample_rate(self) -> int:
        """Samples a second of the file."""
        return self.settings.written_rate(self._take_rate)

    @property
    def size_bytes(self) -> int:
        """About how large the file will be."""
        num_frames = round(self.length_s * self.sample_rate)
        return estimated_bytes(num_frames, self.sample_rate, self.settings, self._take_channels)

    @property
    def channels(self) -> int:
        """Channels of the file."""
        return self.settings.written_channels(self._take_channels)

    @property
    def clipping(self) -> Clipping:
        """What the format would cut off of the take, before fades and another sample rate."""
        settings = self.settings
        is_kept = settings.normalisation is Normalisation.NONE and settings.audio_format.is_clipped
        return self.beyond_full_scale if is_kept else Clipping()

    @property
    def beyond_full_scale(self) -> Clipping:
        """How far the samples to export exceed full scale; measured once."""
        if self._samples is None:
            return Clipping()
        if self.only_selection not in self._measured:
            settings, samples = self.complete_settings, self._samples
            span = time_range(len(samples), self._take_rate, settings.start_s, settings.stop_s)
            self._measured[self.only_selection] = find_clipping(samples[span.slice])
        return self._measured[self.only_selection]

    def lower_peak(self) -> None:
        """Bring the loudest sample to the usual peak, so that nothing is cut off."""
        peak_dbfs = ExportSettings().peak_dbfs
        self.settings = replace(
            self.settings, normalisation=Normalisation.PEAK, peak_dbfs=peak_dbfs
        )
        self.changed.emit()

    def keep_as_float(self) -> None:
        """Choose the format that keeps samples beyond full scale."""
        self.set_value("audio_format", AudioFormat.WAV_FLOAT)

    def to_json(self) -> str:
        """Return the settings as JSON, to be kept until the next start."""
        settings = self.settings
        if self._deepened is not None and self._deepened[1] is settings.audio_format:
            settings = replace(settings, audio_format=self._deepened[0])
        return json.dumps({**settings.to_dict(), "with_sidecar": self.with_sidecar})

    def restore(self, text: str) -> None:
        """Fill in settings of `to_json`; change nothing if they cannot be used."""
        try:
            stored = json.loads(text)
            settings = ExportSettings.from_dict(stored)
        except (ValueError, TypeError, AttributeError, InvalidRequestError):
            return
        self.settings = replace(settings, start_s=0.0, stop_s=None)
        self.with_sidecar = stored.get("with_sidecar") is True
        self.changed.emit()
