"""The options of `change`."""

import argparse
from enum import StrEnum

from app.cli.options import add_band, add_output, add_result, as_seconds


class SampleEdit(StrEnum):
    """What can be done with samples, as it is typed."""

    GAIN = "gain"
    NORMALISE = "normalise"
    FADE_IN = "fade-in"
    FADE_OUT = "fade-out"
    REVERSE = "reverse"
    REMOVE = "remove"
    CUT = "cut"
    CROP = "crop"
    SILENCE = "silence"


def add_change_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `change` with its options."""
    parser = commands.add_parser("change", help="change the samples of a sound, without a model")
    parser.set_defaults(model=None, steps=None, guidance=None)  # of a recording: nothing needs them
    parser.add_argument(
        "edit",
        choices=[one.value for one in SampleEdit],
        metavar="EDIT",
        help="gain, normalise (the peak), fade-in, fade-out, reverse, remove (leave silence), cut "
        "(take out), crop (take out all else) or silence (insert it)",
    )
    parser.add_argument("take", help="any sound file, or the folder of a take in the library")
    add_output(parser)
    for name, field, verb in (("--from", "start", "begins"), ("--to", "stop", "ends")):
        parser.add_argument(
            name,
            dest=field,
            action="append",
            type=as_seconds,
            metavar="TIME",
            help=f"where the stretch {verb}, such as 3.5 or 1:20; several stretches have one each, "
            "and without one all of the sound is changed",
        )
    parser.add_argument(
        "--db",
        type=float,
        help="with gain: how much louder, below 0 softer (--db=-6); with normalise: the peak in dB "
        "of full scale, default: -1",
    )
    add_band(parser)
    parser.add_argument(
        "--seconds",
        type=as_seconds,
        default=1.0,
        metavar="TIME",
        help="how much silence is inserted at each --from; default: 1",
    )
    add_result(parser)
