"""Tessera's front door: an environment to run in, then the command line.

Kept, up to its first check, in the syntax of Python 3.6, so that an old Python can say so.
"""

import sys

from app import frozen, python_version


def main() -> int:
    """Set up what is missing, then run what was asked for; the exit code."""
    if frozen.is_frozen():
        frozen.settle_in()
    python_version.require_supported()
    from app.bootstrap import front_door
    from core.version import __version__

    if sys.argv[1:] == ["--version"]:
        print("Tessera " + __version__)
        return 0
    front_door.open_front_door(sys.argv[1:])
    from app.cli import main as command_line

    return command_line.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
