"""Starts Tessera: prepares the environment, then runs the command line.

Up to its first check it is written in the syntax of Python 3.6, so that an old Python can report
that it is too old.
"""

import sys

from app import frozen, python_version


def main() -> int:
    """Set up what is missing, run the command and return its exit code."""
    if frozen.is_frozen():
        frozen.prepare_process()
    python_version.require_supported()
    from app.bootstrap import launcher
    from core.version import __version__

    if sys.argv[1:] == ["--version"]:
        print("Tessera " + __version__)
        return 0
    launcher.prepare_application(sys.argv[1:])
    from app.cli import main as command_line

    return command_line.main(sys.argv[1:])


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:  # before the command could begin
        sys.exit(130)
