"""`python3 -m tests`: one command that sets up and checks everything.

Without arguments: formatting, lint, types, import contracts, then the whole test suite offscreen.
All of them run; a summary names those that failed, and the exit code is 0 only if none did.
With arguments only pytest runs, and gets them: `python3 -m tests tests/core/test_mel.py -k hz`.

Kept, up to the first check, in the syntax of Python 3.6, so that an old Python can say so.
"""

import subprocess
import sys
import time
from pathlib import Path

from app import python_version

python_version.require_supported()

from app.bootstrap import launcher  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]
PYTEST = ("-m", "pytest")
# A process for each core, up to four: each takes a gigabyte. A file's tests share their fixtures.
IN_PARALLEL = ("-n", "auto", "--maxprocesses", "4", "--dist", "loadfile")
IMPORT_CONTRACTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"
CHECKS = {
    "format": ("-m", "ruff", "format", "--check", "."),
    "lint": ("-m", "ruff", "check", "."),
    "types": ("-m", "mypy"),
    "imports": ("-c", IMPORT_CONTRACTS),
    "tests": (*PYTEST, *IN_PARALLEL),
}


def main(arguments: list[str]) -> int:
    """Run the checks, or only pytest where there are arguments for it; the exit code."""
    launcher.prepare_tests()
    if arguments:
        return _run((*PYTEST, *arguments))
    results = {name: _checked(name, command) for name, command in CHECKS.items()}
    print("\n" + "\n".join(f"{name:8} {result}" for name, result in results.items()))
    return 1 if any("FAILED" in result for result in results.values()) else 0


def _checked(name: str, command: tuple[str, ...]) -> str:
    """Run one check and say how it went and how long it took."""
    print(f"\n== {name}", flush=True)
    start_s = time.monotonic()
    code = _run(command)
    return f"{'FAILED' if code else 'ok':6} {time.monotonic() - start_s:6.1f} s"


def _run(command: tuple[str, ...]) -> int:
    return subprocess.run([sys.executable, *command], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
