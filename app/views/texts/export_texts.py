"""Texts about exports: names of formats, and what will be written."""

from PySide6.QtCore import QLocale, QObject

from app.clock_time import clock_text
from app.view_models.drafts.export_draft import ExportDraft
from app.views.texts.units import level_text
from core.sound_files.audio_format import AudioFormat
from core.sound_files.clipping import Clipping
from core.sound_files.export.settings import ExportSettings, Normalisation

_STEREO = 2


class ExportTexts(QObject):
    """Makes short sentences of export settings."""

    def formats(self) -> dict[AudioFormat, str]:
        """Each format by its name."""
        return {
            AudioFormat.WAV_16: self.tr("WAV, 16 bit"),
            AudioFormat.WAV_24: self.tr("WAV, 24 bit"),
            AudioFormat.WAV_FLOAT: self.tr("WAV, 32 bit float"),
            AudioFormat.FLAC_16: self.tr("FLAC, 16 bit"),
            AudioFormat.FLAC_24: self.tr("FLAC, 24 bit"),
            AudioFormat.OGG: self.tr("Ogg Vorbis"),
            AudioFormat.OPUS: self.tr("Opus"),
            AudioFormat.MP3: self.tr("MP3"),
        }

    def rate(self, sample_rate: int) -> str:
        """`44.1 kHz`."""
        return self.tr("{rate} kHz").format(rate=f"{sample_rate / 1000:g}")

    def bit_rate(self, kbps: int) -> str:
        """`128 kbit/s`."""
        return self.tr("{rate} kbit/s").format(rate=kbps)

    def channels(self, channels: int) -> str:
        """`mono`, `stereo` or `4 channels`."""
        if channels > _STEREO:
            return self.tr("{count} channels").format(count=channels)
        return self.tr("stereo") if channels == _STEREO else self.tr("mono")

    def summary(self, draft: ExportDraft) -> str:
        """What will be written."""
        settings = draft.complete_settings
        size = QLocale().formattedDataSize(
            draft.size_bytes, 1, QLocale.DataSizeFormat.DataSizeSIFormat
        )
        first = self.tr("{length} of {format}, {rate}, {channels}: about {size}.").format(
            length=clock_text(draft.length_s, 1),
            format=self.formats()[settings.audio_format],
            rate=self.rate(draft.sample_rate),
            channels=self.channels(draft.channels),
            size=size,
        )
        changes = self._changes(settings)
        if not changes and self._is_plain(settings) and not draft.clipping.num_samples:
            changes = [self.tr("The samples stay as they are.")]
        return " ".join([first, *changes])

    def clipping(self, clipping: Clipping) -> str:
        """What will be cut off at full scale; empty where nothing is."""
        if not clipping.num_samples:
            return ""
        return self.tr(
            "Samples that will be cut off at full scale: {count}. The sound peaks at {peak} dB."
        ).format(count=f"{clipping.num_samples:,}", peak=f"{clipping.peak_db:+.1f}")

    def _changes(self, settings: ExportSettings) -> list[str]:
        changes = []
        if settings.trim_silence:
            changes.append(self.tr("Silence at its ends is left out."))
        match settings.normalisation:
            case Normalisation.PEAK:
                peak = self.tr("The loudest sample lies at {level} dB.")
                changes.append(peak.format(level=level_text(settings.peak_dbfs)))
            case Normalisation.LOUDNESS:
                loudness = self.tr(
                    "The whole is as loud as {level} LUFS, or as loud as true peaks below "
                    "−1 dB allow."
                )
                changes.append(loudness.format(level=level_text(settings.loudness_lufs)))
        return changes

    def _is_plain(self, settings: ExportSettings) -> bool:
        """Whether nothing but the format's own rounding changes a sample."""
        plain = ExportSettings(
            audio_format=settings.audio_format,
            channels=settings.channels,
            start_s=settings.start_s,
            stop_s=settings.stop_s,
        )
        return settings == plain and not settings.audio_format.is_lossy
