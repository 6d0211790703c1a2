"""What can be typed after `main.py`; without any word it opens the studio.

No Qt and no torch are imported before they are needed.
"""

import argparse
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from app.edit_options import add_edits
from app.export_options import add_export_options
from app.segment_text import parse_time
from core.config import Blend, TilingMode
from core.request import BUNDLED_MODEL, GenerationRequest, Scheduler
from core.version import __version__


def main(arguments: Sequence[str] | None = None) -> int:
    """Run Tessera.

    Args:
        arguments: The words after the program's name; None = those of this process.

    Returns:
        The exit code: 0 done, 1 failed, 2 asked wrongly, 130 cancelled.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    if len(words) == 1 and _names_a_file(words[0]):
        return _open_studio(Path(words[0]).absolute())
    options = _parser().parse_args(words)
    if options.command == "generate":
        from app.generate_command import run

        return run(options)
    if options.command in ("repair", "continue", "loop"):
        from app.edit_command import run as run_edit

        return run_edit(options)
    if options.command == "self-test":
        from app.self_test import run as run_self_test

        return run_self_test(Path(options.folder), at_home=options.at_home)
    return _open_studio(None)


def _open_studio(file: Path | None) -> int:
    from app.application import main as open_studio

    return open_studio(file)


def _names_a_file(word: str) -> bool:
    """Whether a single word is a file to open; a mistyped command is none."""
    return not word.startswith("-") and (bool(Path(word).suffix) or Path(word).is_file())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tessera",
        description="Make sound of any length with AudioLDM models. Without a command: the studio, "
        "and with a single FILE in place of one: the studio with that sound, or those settings.",
    )
    parser.add_argument("--version", action="version", version=f"Tessera {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="command")
    _add_generate(commands.add_parser("generate", help="make a sound without a window"))
    add_edits(commands)
    self_test = commands.add_parser("self-test", help="try the studio once, from start to export")
    self_test.add_argument("folder", help="where sound.wav and window.png are written")
    self_test.add_argument(
        "--at-home",
        action="store_true",
        help="with your own settings and library, where the sound is kept",
    )
    return parser


def _add_generate(parser: argparse.ArgumentParser) -> None:
    _add_prompts(parser)
    _add_settings(parser)
    _add_method(parser)
    add_export_options(parser)
    parser.add_argument("--json", action="store_true", help="one event a line on standard output")


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
    parser.add_argument(
        "-o",
        "--output",
        required=True,
        metavar="FILE",
        help="the file to write: .wav, .flac or .ogg",
    )
    parser.add_argument(
        "--seconds",
        type=_seconds,
        metavar="TIME",
        help="length, such as 10 or 2:30; default: 10, or that of --init-audio",
    )
    parser.add_argument(
        "--segment",
        action="append",
        default=[],
        metavar="TIME=PROMPT",
        help="another prompt from a moment on, such as 0:20=thunder; may be given several times",
    )
    parser.add_argument("--negative", default="", metavar="PROMPT", help="what to keep away from")
    parser.add_argument(
        "--editable",
        action="store_true",
        help="keep what repair, continue and loop start from, in a file beside the sound",
    )
    parser.add_argument(
        "--endless",
        action="store_true",
        help="go on until Ctrl+C, which finishes the file; --seconds does not count",
    )


def _add_settings(parser: argparse.ArgumentParser) -> None:
    """How to make it, whatever the machine."""
    default = GenerationRequest()
    parser.add_argument("--seed", type=int, help="0 to 2^64 - 1; without one a fresh one is drawn")
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
    parser.add_argument("--scheduler", choices=_words(Scheduler), default=default.scheduler)
    parser.add_argument(
        "--model", default=BUNDLED_MODEL, help="bundled, an AudioLDM folder, or a hub id"
    )
    parser.add_argument(
        "--agree-to-licence",
        action="store_true",
        help="download a hub model, having read its licence and size",
    )


def _add_method(parser: argparse.ArgumentParser) -> None:
    """How this machine should go about it."""
    parser.add_argument(
        "--mode",
        choices=_words(TilingMode),
        default=TilingMode.EXACT,
        help="how the VAE is tiled: streaming and padded are approximate",
    )
    parser.add_argument(
        "--blend",
        choices=_words(Blend),
        default=Blend.AVERAGE,
        help="how overlapping windows of a long sound are joined",
    )
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, mps, ...")


def _seconds(text: str) -> float:
    seconds = parse_time(text)
    if seconds is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no time; write 10, or 2:30")
    return seconds


def _words(choices: type[StrEnum]) -> list[str]:
    """The values as they are typed: argparse would show how Python writes an enum."""
    return [choice.value for choice in choices]


if __name__ == "__main__":
    sys.exit(main())
