"""What every command that makes sound is told, so that `generate` and the edits speak alike."""

import argparse
from enum import StrEnum

from app.export_options import add_export_options
from app.segment_text import parse_time
from core.config import TilingMode


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
