"""Starts Tessera where pip, pipx or uv installed it: `tessera`, or `python -m tessera`.

The program's own imports begin with `app` and `core`. They are found because this folder comes
first on the import path of this process, and of no other.
"""

import sys
from pathlib import Path


def main() -> int:
    """Check the system libraries, run the command and return its exit code."""
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    from app.bootstrap import launcher
    from app.cli import main as command_line

    launcher.prepare_application(sys.argv[1:])
    return command_line.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
