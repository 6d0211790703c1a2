"""What can be said to `generate`, as options of the command line."""

import argparse

from app.shared_options import (
    add_machine,
    add_negative,
    add_output,
    add_result,
    add_seed,
    seconds,
    words,
)
from core.config import Blend
from core.request import BUNDLED_MODEL, GenerationRequest, Scheduler


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
