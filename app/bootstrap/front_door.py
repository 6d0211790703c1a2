"""From a bare Python to a running Tessera: makes `.venv`, installs, runs itself again inside.

Standard library only: nothing else is there yet. A normal start reads one small file and runs
itself again; modules for the set-up proper are imported when there is something to set up.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from app import frozen
from app.bootstrap import display, system_packages
from app.bootstrap.announce import say
from app.bootstrap.environment import Environment
from app.bootstrap.failure import SetupError, from_os_error
from app.bootstrap.requirements import read_requirements
from app.bootstrap.system_packages import SystemPackage

ROOT = Path(__file__).resolve().parents[2]
WITHOUT_WINDOW = ("generate", "repair", "continue", "loop", "-h", "--help", "--version")
RUN_AGAIN = "TESSERA_RUN_AGAIN"  # set for the moment between the two processes
INTERRUPTED = 130


def open_front_door(arguments: Sequence[str], root: Path = ROOT) -> None:
    """Return with everything in place for `main.py`; the window's needs only where it opens.

    Leaves the process with one sentence where that is not possible.
    """
    opens_window = not arguments or arguments[0] not in WITHOUT_WINDOW
    packages = (*system_packages.QT, *system_packages.QT_ON_X11, *system_packages.SOUND)
    required = _required_by_window() if opens_window else ()
    try:
        if opens_window:
            display.require_display()
        if frozen.is_frozen():  # a built application brings all but a few system libraries
            _remind_of_absent(_missing(packages) if opens_window else [], required)
            return
        enter(root, packages=packages, required=required)
    except SetupError as error:
        sys.exit(f"tessera: {error}")


def open_test_room(root: Path = ROOT) -> None:
    """Return with everything in place for `python3 -m tests`, or leave with one sentence."""
    packages = (
        *system_packages.QT,
        *system_packages.QT_ON_X11,
        *system_packages.SOUND,
        *system_packages.FOR_TESTS,
    )
    try:
        enter(root, extras=("test",), packages=packages)
    except SetupError as error:
        sys.exit(f"tessera: {error}")


def enter(
    root: Path,
    *,
    extras: Sequence[str] = (),
    packages: Sequence[SystemPackage] = (),
    required: Sequence[SystemPackage] = (),
) -> None:
    """Return inside the environment of `root`, complete; run this process again where needed.

    Args:
        root: The folder of main.py and pyproject.toml.
        extras: Names of optional dependencies to install as well.
        packages: System packages to install where that is allowed.
        required: Those of them without which there is no point in going on.

    Raises:
        SetupError: It could not be set up.
    """
    environment = Environment(root)
    packages = system_packages.needed_here(packages)
    requirements = read_requirements(root, extras)
    ready = _is_ready(environment, requirements, packages)
    if not ready:
        _set_up(environment, requirements, packages)
    if not (ready and environment.is_active):
        _run_again(environment)
    os.environ.pop(RUN_AGAIN, None)
    contents = environment.contents()
    asked = [package for package in packages if package.absent in contents]
    _remind_of_absent(system_packages.missing(asked), required)


def _is_ready(
    environment: Environment, requirements: Sequence[str], packages: Sequence[SystemPackage]
) -> bool:
    contents = environment.contents()
    return contents.issuperset(requirements) and all(
        package.present in contents or package.absent in contents for package in packages
    )


def _set_up(
    environment: Environment, requirements: Sequence[str], packages: Sequence[SystemPackage]
) -> None:
    from app.bootstrap.set_up import set_up

    try:
        set_up(environment, requirements, packages)
    except OSError as error:
        raise from_os_error(error, environment.folder.parent) from error
    except KeyboardInterrupt:
        say("The set-up was interrupted; the next start takes it up again.")
        sys.exit(INTERRUPTED)


def _run_again(environment: Environment) -> None:
    """Run this command line with the environment's own Python; does not return."""
    if os.environ.pop(RUN_AGAIN, None):
        raise SetupError(
            f"Python does not start inside {environment.folder}. Please unset PYTHONHOME, or "
            "delete that folder, and start again."
        )
    os.environ[RUN_AGAIN] = "1"
    command = [str(environment.python), *sys.orig_argv[1:]]
    sys.stdout.flush()
    if os.name == "posix":
        os.execv(command[0], command)
    import subprocess

    sys.exit(subprocess.call(command))


def _missing(packages: Sequence[SystemPackage]) -> list[SystemPackage]:
    return system_packages.missing(system_packages.needed_here(packages))


def _remind_of_absent(absent: Sequence[SystemPackage], required: Sequence[SystemPackage]) -> None:
    """Name the system packages that are not there, and could not be installed."""
    if not absent:
        return
    from app.bootstrap.apt import line_to_run

    if any(package in required for package in absent):
        raise SetupError(
            "Tessera's window needs system libraries that are missing here. Please install them "
            f"and start again: {line_to_run(absent)}"
        )
    say(f"Some system packages are missing. To install them: {line_to_run(absent)}")


def _required_by_window() -> Sequence[SystemPackage]:
    on_x11 = display.uses_screen() and not display.speaks_wayland()
    return (*system_packages.QT, *(system_packages.QT_ON_X11 if on_x11 else ()))
