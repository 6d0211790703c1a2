"""The command line: `generate`, edits, `mix`, `self-test`, `doctor`; without one, the studio.

Qt and torch are imported only where they are needed.
"""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from app.cli.editing.sample_options import add_change_command
from app.cli.options import add_edit_commands, add_generate_command, add_mix_command
from app.cli.streams import open_missing_descriptors
from core.version import __version__

_LONG_WORD = re.compile(r"\S{61,}")
_MAX_SHOWN_CHARACTERS = 40


class _Parser(argparse.ArgumentParser):
    """Prints short sentences: argparse repeats whatever was typed, thousands of digits too."""

    def error(self, message: str) -> NoReturn:
        super().error(_LONG_WORD.sub(lambda word: f"{word[0][:_MAX_SHOWN_CHARACTERS]}…", message))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run Tessera.

    Args:
        arguments: What follows the program's name; None = the arguments of this process.

    Returns:
        The exit code: 0 done, 1 failed, 2 wrong usage, 130 cancelled.
    """
    open_missing_descriptors()
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    if len(arguments) == 1 and _names_a_file(arguments[0]):
        return _open_studio(Path(arguments[0]).absolute())
    options = _parser().parse_args(arguments)
    match options.command:
        case "generate":
            from app.cli.generate_command import run
        case "repair" | "continue" | "loop":
            from app.cli.editing.edit_command import run
        case "change":
            from app.cli.editing.sample_command import run
        case "mix":
            from app.cli.mix_command import run
        case "self-test":
            from app.cli.self_test import run as run_self_test

            return run_self_test(Path(options.folder), at_home=options.at_home)
        case "doctor":
            return _print_diagnosis()
        case _:
            return _open_studio(None)
    return run(options)


def _print_diagnosis() -> int:
    """Print the report; 1 where something is wrong."""
    from app.diagnosis.diagnose import diagnose
    from app.diagnosis.report import report_text

    sections = list(diagnose())
    print(report_text(sections), end="")
    return 1 if any(section.problems for section in sections) else 0


def _open_studio(file: Path | None) -> int:
    from app.studio.application import main as open_studio

    return open_studio(file)


def _names_a_file(argument: str) -> bool:
    """Return whether a single argument is a file to open, not a mistyped command."""
    return not argument.startswith("-") and (
        bool(Path(argument).suffix) or Path(argument).is_file()
    )


def _parser() -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = _Parser(
        prog="tessera",
        description="Make sound of any length with AudioLDM models. Without a command: the studio, "
        "and with a single FILE in place of one: the studio with that sound, or those settings.",
    )
    parser.add_argument("--version", action="version", version=f"Tessera {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="command")
    add_generate_command(commands)
    add_edit_commands(commands)
    add_change_command(commands)
    add_mix_command(commands)
    self_test = commands.add_parser("self-test", help="try the studio once, from start to export")
    self_test.add_argument("folder", help="where sound.wav and window.png are written")
    self_test.add_argument(
        "--at-home",
        action="store_true",
        help="with your own settings and library, where the sound is kept",
    )
    commands.add_parser("doctor", help="say what is wrong here and what to do, for a bug report")
    return parser


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:  # before the command could begin
        sys.exit(130)
