"""What can be said to `repair`, `continue` and `loop`, as options of the command line."""

import argparse

from app.export_options import add_export_options
from app.segment_text import parse_time
from core.config import TilingMode
from core.edit import EditKind


def add_edits(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the three commands."""
    repair = commands.add_parser("repair", help="make a stretch of a kept take anew")
    repair.set_defaults(kind=EditKind.REGENERATE)
    _add_shared(repair)
    _add_region(repair)
    goes_on = commands.add_parser("continue", help="let a kept take go on, or begin earlier")
    goes_on.set_defaults(kind=EditKind.CONTINUE_RIGHT)
    _add_shared(goes_on)
    goes_on.add_argument("--seconds", type=float, default=5.0, help="how much is added; default: 5")
    goes_on.add_argument("--before", action="store_true", help="before the beginning")
    loop = commands.add_parser("loop", help="let the end of a kept take flow into its beginning")
    loop.set_defaults(kind=EditKind.LOOP)
    _add_shared(loop)


def _add_region(parser: argparse.ArgumentParser) -> None:
    """Which cells of time and pitch are made anew, and how far from what was there."""
    for name, field, words in (("--from", "start", "begins"), ("--to", "stop", "ends")):
        parser.add_argument(
            name,
            dest=field,
            type=_time,
            required=True,
            metavar="TIME",
            help=f"where the stretch {words}: seconds, or minutes:seconds",
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
    parser.add_argument(
        "-o",
        "--output",
        required=True,
        metavar="FILE",
        help="the file to write: .wav, .flac or .ogg; it can be edited in turn",
    )
    parser.add_argument("--prompt", help="what to hear there; default: the take's own prompt")
    parser.add_argument("--negative", metavar="PROMPT", help="what to keep away from")
    parser.add_argument("--seed", type=int, help="0 to 2^64 - 1; without one a fresh one is drawn")
    parser.add_argument("--mode", choices=[*TilingMode], default=TilingMode.EXACT, help="as usual")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, mps, ...")
    add_export_options(parser)
    parser.add_argument("--json", action="store_true", help="one event a line on standard output")


def _time(text: str) -> float:
    seconds = parse_time(text)
    if seconds is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no time; write 3.5 or 0:03.5")
    return seconds
