"""The command line's options of the written file: depth, bit rate, sample rate and level."""

import argparse
from dataclasses import replace
from pathlib import Path

from core.api.errors import InvalidRequestError
from core.sound_files.audio_format import BIT_RATES_KBPS, AudioFormat
from core.sound_files.export.settings import SAMPLE_RATES, ExportSettings, Normalisation

BIT_DEPTHS = ("16", "24", "float")


def add_export_options(parser: argparse.ArgumentParser) -> None:
    """Add depth, bit rate, sample rate and level of the written file."""
    parser.add_argument(
        "--bits",
        choices=BIT_DEPTHS,
        help="depth of .wav and .flac; default: 16, or as a recording has it",
    )
    parser.add_argument(
        "--bit-rate",
        type=int,
        choices=BIT_RATES_KBPS,
        default=ExportSettings().bit_rate_kbps,
        help="of .mp3 and .opus, in kbit/s; default: 128",
    )
    parser.add_argument(
        "--rate", type=int, choices=SAMPLE_RATES, help="sample rate; default: the sound's own"
    )
    level = parser.add_mutually_exclusive_group()
    level.add_argument("--normalise", action="store_true", help="scale the peak to -1 dBFS")
    level.add_argument(
        "--loudness",
        type=float,
        metavar="LUFS",
        help="bring the sound to a loudness such as -16, with true peaks below -1 dB",
    )


def export_settings(
    options: argparse.Namespace, output: Path, usual_bits: str | None = None
) -> ExportSettings:
    """Return how to write the sound into `output`.

    `usual_bits` are those of `BIT_DEPTHS` that hold a recording as it is, as far as the kind of
    file can: 24 bits stand for floats in a .flac. None = the usual ones of the kind of file.

    Raises:
        AudioFileError: The file's ending is not one of a known format.
        InvalidRequestError: A value cannot be used, or not with this kind of file.
    """
    settings = ExportSettings(
        audio_format=_format(output, options.bits, usual_bits),
        sample_rate=options.rate,
        bit_rate_kbps=options.bit_rate,
    )
    if options.normalise:
        return replace(settings, normalisation=Normalisation.PEAK)
    if options.loudness is not None:
        loudness = {"normalisation": Normalisation.LOUDNESS, "loudness_lufs": options.loudness}
        return replace(settings, **loudness)
    return settings


def needs_whole_sound(settings: ExportSettings, sample_rate: int | None = None) -> bool:
    """Return whether all samples must be known before the first can be written.

    Args:
        settings: How to save the sound.
        sample_rate: The take's own samples a second, which the format may not have; None = not
            known before the model is loaded.
    """
    if settings.normalisation is not Normalisation.NONE or settings.sample_rate is not None:
        return True
    return sample_rate is not None and settings.written_rate(sample_rate) != sample_rate


def _format(output: Path, bits: str | None, usual_bits: str | None) -> AudioFormat:
    usual = AudioFormat.of(output)
    if bits is None:
        wanted = (f"{usual.suffix[1:]}-{depth}" for depth in (usual_bits, "24") if usual_bits)
        return next((AudioFormat(one) for one in wanted if one in set(AudioFormat)), usual)
    try:
        return AudioFormat(f"{usual.suffix[1:]}-{bits}")
    except ValueError as error:
        raise InvalidRequestError(
            "bits", f"{output.suffix} files hold no samples of {bits} bits; leave --bits out."
        ) from error
