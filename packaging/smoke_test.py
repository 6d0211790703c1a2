"""`python3 packaging/smoke_test.py`: tries what build.py made, as a stranger's machine would.

Without arguments the folder and its start. With `--debian` the .deb as well, in a bare Debian:
that needs root and debootstrap, and takes minutes. With `--wheel` the wheel, which is built and
tried with the packages of `.venv`.
"""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "packaging")]

from app.bootstrap import launcher  # noqa: E402


def main() -> int:
    """Run the trials; 0 when all are passed."""
    options = _parse_arguments()
    if options.wheel:
        launcher.enter_environment(ROOT, extras=("package",))
    from trial.program import TrialFailedError

    try:
        _try(options)
    except TrialFailedError as error:
        print(f"smoke test: {error}", file=sys.stderr)
        return 1
    print("All trials passed.")
    return 0


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python3 packaging/smoke_test.py", description="Try what build.py made."
    )
    parser.add_argument("--starts", type=int, default=5, help="how often each is started; 0 = not")
    parser.add_argument("--wheel", action="store_true", help="build the wheel and install it too")
    parser.add_argument("--debian", action="store_true", help="install the .deb into a bare Debian")
    parser.add_argument("--debian-base", type=Path, help="a bare Debian to copy, made before")
    parser.add_argument(
        "--picture", type=Path, default=Path("window.png"), help="where the .deb's window is shown"
    )
    return parser.parse_args()


def _try(options: argparse.Namespace) -> None:
    from release.layout import DIST
    from trial.debian_root import try_package
    from trial.folder import built_folder, executable, try_folder
    from trial.program import Program
    from trial.start_time import compare_starts
    from trial.wheel import make_wheel, try_wheel

    folder = built_folder()
    run = try_folder(folder)
    print(f"The folder works: {', '.join(f'{line} {at_s:.1f} s' for at_s, line in run.said)}.")
    if options.starts:
        print(compare_starts(Program([str(folder / executable())]), options.starts))
    if options.wheel:
        print(try_wheel(make_wheel()))
    if options.debian:
        package = max(DIST.glob("*.deb"), key=lambda path: path.stat().st_mtime)
        print(try_package(package, options.picture, options.debian_base))


if __name__ == "__main__":
    sys.exit(main())
