"""What can be typed after `main.py`; without any word it opens the studio.

No Qt and no torch are imported before they are needed.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from app.cli.options import add_edits, add_generate
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
        from app.cli.generate_command import run

        return run(options)
    if options.command in ("repair", "continue", "loop"):
        from app.cli.edit_command import run as run_edit

        return run_edit(options)
    if options.command == "self-test":
        from app.cli.self_test import run as run_self_test

        return run_self_test(Path(options.folder), at_home=options.at_home)
    return _open_studio(None)


def _open_studio(file: Path | None) -> int:
    from app.studio.application import main as open_studio

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
    add_generate(commands)
    add_edits(commands)
    self_test = commands.add_parser("self-test", help="try the studio once, from start to export")
    self_test.add_argument("folder", help="where sound.wav and window.png are written")
    self_test.add_argument(
        "--at-home",
        action="store_true",
        help="with your own settings and library, where the sound is kept",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
