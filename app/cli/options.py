"""What can be said to `generate`, as options of the command line."""

import argparse
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from app.cli.prompt_arguments import parse_time
from core.api.config import Blend, TilingMode
from core.api.edit import EditKind
from core.api.errors import InvalidRequestError
from core.api.request import BUNDLED_MODEL, GenerationRequest, Scheduler
from core.sound_files.audio_format import AudioFormat
from core.sound_files.export.settings import SAMPLE_RATES, ExportSettings, Normalisation


def add_generate(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser("generate", help="make a sound without a window")
    _add_prompts(parser)
    _add_length(parser)
    _add_settings(parser)
    _add_model(parser)
    _add_method(parser)
    add_result(parser)


def _add_prompts(parser: argparse.ArgumentParser) -> None:
    """What to hear, and where to keep it."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "prompt", nargs="?", help='what to hear; "" for whatever the model comes up with'
    )
    what.add_argument(
        "--prompts",
        metavar="LIST",
        help="a text file with a prompt a line, each for a file of its own: -o sounds/take.wav "
        "gives sounds/take-001-rain.wav and so on",
    )
    add_output(parser)
    parser.add_argument(
        "--segment",
        action="append",
        default=[],
        metavar="TIME=PROMPT",
        help="another prompt from a moment on, such as 0:20=thunder; may be given several times",
    )
    add_negative(parser, default="")
    parser.add_argument(
        "--editable",
        action="store_true",
        help="keep what repair, continue and loop start from, in a file beside the sound",
    )


def _add_length(parser: argparse.ArgumentParser) -> None:
    """For how long."""
    parser.add_argument(
        "--seconds",
        type=seconds,
        metavar="TIME",
        help="length, such as 10 or 2:30; default: 10, or that of --init-audio",
    )
    parser.add_argument(
        "--endless",
        action="store_true",
        help="go on until Ctrl+C, which finishes the file; --seconds does not count",
    )


def _add_settings(parser: argparse.ArgumentParser) -> None:
    """How to make it, whatever the machine."""
    default = GenerationRequest()
    add_seed(parser)
    parser.add_argument(
        "--steps", type=int, default=default.num_inference_steps, help="denoising steps"
    )
    parser.add_argument(
        "--guidance", type=float, default=default.guidance_scale, help="guidance scale"
    )
    parser.add_argument("--init-audio", metavar="FILE", help="a sound to start from")
    parser.add_argument(
        "--strength",
        type=float,
        default=default.strength,
        help="with --init-audio: 0 keeps the sound, 1 leaves almost nothing of it",
    )
    parser.add_argument("--scheduler", choices=words(Scheduler), default=default.scheduler)


def _add_model(parser: argparse.ArgumentParser) -> None:
    """Which model makes it."""
    parser.add_argument(
        "--model", default=BUNDLED_MODEL, help="bundled, an AudioLDM folder, or a hub id"
    )
    parser.add_argument(
        "--agree-to-licence",
        action="store_true",
        help="download a hub model, having read its licence and size",
    )


def _add_method(parser: argparse.ArgumentParser) -> None:
    """How this machine should go about it, and join what it makes."""
    add_machine(parser)
    parser.add_argument(
        "--blend",
        choices=words(Blend),
        default=Blend.AVERAGE,
        help="how overlapping windows of a long sound are joined",
    )


def add_output(parser: argparse.ArgumentParser, remark: str = "") -> None:
    """Where the sound is written."""
    parser.add_argument(
        "-o",
        "--output",
        required=True,
        metavar="FILE",
        help=f"the file to write: .wav, .flac or .ogg{remark}",
    )


def add_negative(parser: argparse.ArgumentParser, default: str | None) -> None:
    """What is not wanted."""
    parser.add_argument(
        "--negative", default=default, metavar="PROMPT", help="what to keep away from"
    )


def add_seed(parser: argparse.ArgumentParser) -> None:
    """What the noise is drawn from."""
    parser.add_argument("--seed", type=int, help="0 to 2^64 - 1; without one a fresh one is drawn")


def add_machine(parser: argparse.ArgumentParser) -> None:
    """How this machine should go about it."""
    parser.add_argument(
        "--mode",
        choices=words(TilingMode),
        default=TilingMode.EXACT,
        help="how the VAE is tiled: streaming and padded are approximate",
    )
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, mps, ...")


def add_result(parser: argparse.ArgumentParser) -> None:
    """How the sound is saved, and how its making is told."""
    add_export_options(parser)
    parser.add_argument("--json", action="store_true", help="one event a line on standard output")


def seconds(text: str) -> float:
    """A time as it is typed; argparse tells the sentence of the error.

    Raises:
        argparse.ArgumentTypeError: It is none.
    """
    time_s = parse_time(text)
    if time_s is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no time; write 10, or 2:30")
    return time_s


def words(choices: type[StrEnum]) -> list[str]:
    """The values as they are typed: argparse would show how Python writes an enum."""
    return [choice.value for choice in choices]


def add_edits(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the three commands."""
    repair = commands.add_parser("repair", help="make a stretch of a kept take anew")
    repair.set_defaults(kind=EditKind.REGENERATE)
    _add_shared(repair)
    _add_region(repair)
    goes_on = commands.add_parser("continue", help="let a kept take go on, or begin earlier")
    goes_on.set_defaults(kind=EditKind.CONTINUE_RIGHT)
    _add_shared(goes_on)
    goes_on.add_argument(
        "--seconds",
        type=seconds,
        default=5.0,
        metavar="TIME",
        help="how much is added, such as 10 or 2:30; default: 5",
    )
    goes_on.add_argument("--before", action="store_true", help="before the beginning")
    loop = commands.add_parser("loop", help="let the end of a kept take flow into its beginning")
    loop.set_defaults(kind=EditKind.LOOP)
    _add_shared(loop)


def _add_region(parser: argparse.ArgumentParser) -> None:
    """Which cells of time and pitch are made anew, and how far from what was there."""
    for name, field, verb in (("--from", "start", "begins"), ("--to", "stop", "ends")):
        parser.add_argument(
            name,
            dest=field,
            type=seconds,
            required=True,
            metavar="TIME",
            help=f"where the stretch {verb}, such as 3.5 or 1:20",
        )
    parser.add_argument("--low", type=float, default=0.0, metavar="HZ", help="only from here up")
    parser.add_argument("--high", type=float, metavar="HZ", help="only up to here")
    parser.add_argument(
        "--strength",
        type=float,
        default=1.0,
        help="how far it may leave what was there: 0 keeps it, 1 (the default) starts from noise",
    )


def _add_shared(parser: argparse.ArgumentParser) -> None:
    """What every edit is told."""
    parser.add_argument(
        "take",
        help="a sound made with generate --editable or by an edit, or the folder of a take in the "
        "studio's library",
    )
    add_output(parser, remark="; it can be edited in turn")
    parser.add_argument("--prompt", help="what to hear there; default: the take's own prompt")
    add_negative(parser, default=None)
    add_seed(parser)
    add_machine(parser)
    add_result(parser)


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
