"""How a command saves a sound, as options of the command line."""

import argparse
from dataclasses import replace
from pathlib import Path

from core.errors import InvalidRequestError
from core.sound_files.audio_format import AudioFormat
from core.sound_files.export.settings import SAMPLE_RATES, ExportSettings, Normalisation

BITS = ("16", "24", "float")


def add_export_options(parser: argparse.ArgumentParser) -> None:
    """Add what can be said beyond the name of the file."""
    parser.add_argument("--bits", choices=BITS, help="depth of .wav and .flac; default: 16")
    parser.add_argument(
        "--rate", type=int, choices=SAMPLE_RATES, help="sample rate; default: the model's own"
    )
    level = parser.add_mutually_exclusive_group()
    level.add_argument("--normalise", action="store_true", help="scale the peak to -1 dBFS")
    level.add_argument(
        "--loudness",
        type=float,
        metavar="LUFS",
        help="bring the sound to a loudness such as -16, with true peaks below -1 dB",
    )


def export_settings(options: argparse.Namespace, output: Path) -> ExportSettings:
    """What was asked for.

    Raises:
        AudioFileError: Nothing known is written under this name.
        InvalidRequestError: A value cannot be used, or not with this kind of file.
    """
    settings = ExportSettings(audio_format=_format(output, options.bits), sample_rate=options.rate)
    if options.normalise:
        return replace(settings, normalisation=Normalisation.PEAK)
    if options.loudness is not None:
        loudness = {"normalisation": Normalisation.LOUDNESS, "loudness_lufs": options.loudness}
        return replace(settings, **loudness)
    return settings


def needs_whole(settings: ExportSettings) -> bool:
    """Whether the sound cannot be written as it comes."""
    return settings.normalisation is not Normalisation.NONE or settings.sample_rate is not None


def _format(output: Path, bits: str | None) -> AudioFormat:
    usual = AudioFormat.of(output)
    if bits is None:
        return usual
    try:
        return AudioFormat(f"{usual.container.lower()}-{bits}")
    except ValueError as error:
        raise InvalidRequestError(
            "bits", f"{output.suffix} files hold no samples of {bits} bits; leave --bits out."
        ) from error
