"""Prepares the environment of `main.py`: makes `.venv`, installs packages, restarts inside it.

It uses the standard library only, since nothing else may be installed yet. A normal start reads
one small file and restarts; the modules of the set-up are imported only if they are needed.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from app import frozen
from app.bootstrap import display, system_packages
from app.bootstrap.announce import say
from app.bootstrap.environment import Environment
from app.bootstrap.failure import SetupError, os_failure
from app.bootstrap.requirements import Requirements, read_requirements
from app.bootstrap.system_packages import SystemPackage

ROOT = Path(__file__).resolve().parents[2]
WINDOWLESS_COMMANDS = (
    *("generate", "repair", "continue", "loop", "change", "mix", "doctor"),
    *("-h", "--help", "--version"),
)
RESTARTED = "TESSERA_RUN_AGAIN"  # set for the moment between the two processes
INTERRUPTED = 130


def prepare_application(arguments: Sequence[str], root: Path = ROOT) -> None:
    """Return once everything that `main.py` needs is installed; exit with a sentence on failure.

    A command without a window does not need the window's system libraries.
    """
    opens_window = not arguments or arguments[0] not in WINDOWLESS_COMMANDS
    packages = _used_by_window() if opens_window else ()
    required = _required_by_window() if opens_window else ()
    try:
        if opens_window:
            display.require_display()
        if not frozen.is_checkout():  # all but a few system libraries was installed along with it
            _report_missing(_missing(packages) if opens_window else [], required)
            return
        enter_environment(root, packages=packages, required=required)
    except SetupError as error:
        sys.exit(f"tessera: {error}")


def prepare_tests(root: Path = ROOT) -> None:
    """Return once everything that `python3 -m tests` needs is installed, or exit."""
    packages = (*_used_by_window(), *system_packages.FOR_TESTS)
    try:
        enter_environment(root, extras=("test",), packages=packages, required=system_packages.QT)
    except SetupError as error:
        sys.exit(f"tessera: {error}")


def enter_environment(
    root: Path,
    *,
    extras: Sequence[str] = (),
    packages: Sequence[SystemPackage] = (),
    required: Sequence[SystemPackage] = (),
) -> None:
    """Return in a process that runs inside the complete environment of `root`.

    Args:
        root: The folder of main.py and pyproject.toml.
        extras: Names of optional dependencies to install as well.
        packages: System packages to install where that is allowed.
        required: The packages among them that cannot be done without.

    Raises:
        SetupError: It could not be set up.
    """
    environment = Environment(root)
    packages = system_packages.needed_here(packages)
    requirements = read_requirements(root, extras)
    ready = _is_ready(environment, requirements, packages)
    if not ready:
        _set_up(environment, requirements, packages, required)
    if not (ready and environment.is_active):
        _restart(environment)
    os.environ.pop(RESTARTED, None)
    contents = environment.contents()
    asked = [package for package in packages if package.absent in contents]
    _report_missing(system_packages.missing(asked), required)


def _is_ready(
    environment: Environment, requirements: Requirements, packages: Sequence[SystemPackage]
) -> bool:
    contents = environment.contents()
    return contents.issuperset(requirements.entries) and all(
        package.present in contents or package.absent in contents for package in packages
    )


def _set_up(
    environment: Environment,
    requirements: Requirements,
    packages: Sequence[SystemPackage],
    required: Sequence[SystemPackage],
) -> None:
    from app.bootstrap.set_up import set_up

    try:
        set_up(environment, requirements, packages, required)
    except OSError as error:
        raise os_failure(error, environment.folder.parent) from error
    except KeyboardInterrupt:
        say("The set-up was interrupted; the next start takes it up again.")
        sys.exit(INTERRUPTED)


def _restart(environment: Environment) -> None:
    """Replace this process by one of the environment's own Python; does not return."""
    if os.environ.pop(RESTARTED, None):
        raise SetupError(
            f"Python does not start inside {environment.folder}. Please unset PYTHONHOME, or "
            "delete that folder, and start again."
        )
    os.environ[RESTARTED] = "1"
    command = [str(environment.python), *sys.orig_argv[1:]]
    sys.stdout.flush()
    if os.name == "posix":
        os.execv(command[0], command)
    import subprocess

    sys.exit(subprocess.call(command))


def _missing(packages: Sequence[SystemPackage]) -> list[SystemPackage]:
    return system_packages.missing(system_packages.needed_here(packages))


def _report_missing(absent: Sequence[SystemPackage], required: Sequence[SystemPackage]) -> None:
    """Name the missing system packages; raise if a required one is among them."""
    if not absent:
        return
    from app.bootstrap.apt import line_to_run, missing_libraries

    if any(package in required for package in absent):
        raise missing_libraries(absent)
    say(f"Some system packages are missing. To install them: {line_to_run(absent)}")


def _used_by_window() -> Sequence[SystemPackage]:
    return (*system_packages.QT, *system_packages.QT_ON_X11, *system_packages.SOUND)


def _required_by_window() -> Sequence[SystemPackage]:
    on_x11 = display.uses_screen() and not display.speaks_wayland()
    return (*system_packages.QT, *(system_packages.QT_ON_X11 if on_x11 else ()))
