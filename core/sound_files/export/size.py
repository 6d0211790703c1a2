"""Estimates the size of an export before it is written."""

from core.sound_files.audio_format import AudioFormat
from core.sound_files.export.settings import ExportSettings

_HEADER_BYTES = 44
# Measured with noise and tones of 16 kHz; in higher rates their upper band is empty.
_FLAC_RATIO = {16000: 0.75, 44100: 0.5, 48000: 0.5}  # two equal channels cost as much as one
_VORBIS_BITS = {16000: 2.35, 44100: 1.2, 48000: 1.1}  # a sample
_VORBIS_SECOND_CHANNEL = 1.17


def estimated_bytes(
    num_frames: int, sample_rate: int, settings: ExportSettings, take_channels: int = 1
) -> int:
    """The size of the file in bytes: exact for WAV, else what sounds usually take."""
    nearest = min(_VORBIS_BITS, key=lambda rate: abs(rate - sample_rate))
    audio_format, channels = settings.audio_format, settings.written_channels(take_channels)
    if audio_format.has_bit_rate:
        kbps = audio_format.written_bit_rate_kbps(settings.bit_rate_kbps, sample_rate, channels)
        bits = 1000 * kbps / sample_rate
    elif audio_format is AudioFormat.OGG:
        bits = _VORBIS_BITS[nearest] * (_VORBIS_SECOND_CHANNEL if channels > 1 else 1.0)
    elif audio_format.container == "FLAC":
        bits = min(channels, take_channels) * (audio_format.bits or 24) * _FLAC_RATIO[nearest]
    else:
        bits = float((audio_format.bits or 32) * channels)
    return _HEADER_BYTES + round(num_frames * bits / 8)
