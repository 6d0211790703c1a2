"""What can be said to `repair`, `continue` and `loop`, as options of the command line."""

import argparse

from app.shared_options import (
    add_machine,
    add_negative,
    add_output,
    add_result,
    add_seed,
    seconds,
)
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
