"""Sets up system packages, then the virtual environment, then the Python packages."""

import time
from collections.abc import Sequence

from app.bootstrap import apt, installer, system_packages, torch_build
from app.bootstrap.announce import say
from app.bootstrap.environment import Environment
from app.bootstrap.failure import SetupError
from app.bootstrap.pip_output import pip_failure
from app.bootstrap.requirements import download_notice
from app.bootstrap.system_packages import SystemPackage
from core.runtime.file_lock import exclusive_lock


def set_up(
    environment: Environment, requirements: Sequence[str], packages: Sequence[SystemPackage]
) -> None:
    """Install everything into the environment, after any other set-up has ended.

    Raises:
        SetupError: Something that is required cannot be installed.
        OSError: The folder cannot be written, or the disk is full.
    """
    environment.folder.mkdir(exist_ok=True)
    with exclusive_lock(environment.lock_file, _say_waiting) as held_descriptor:
        start_s = time.monotonic()
        _install_packages(environment, requirements, packages)
        if not environment.contents().issuperset(requirements):
            _fill(environment, requirements, held_descriptor)
        environment.record({*environment.contents(), *requirements, *_found(packages)})
        say(f"Tessera is set up ({time.monotonic() - start_s:.0f} s).")


def _say_waiting() -> None:
    say("Tessera is being set up by another start; waiting for it.")


def _install_packages(
    environment: Environment, requirements: Sequence[str], packages: Sequence[SystemPackage]
) -> None:
    """Install the system packages that are missing; only Python's own venv is a must."""
    contents = environment.contents()
    venv = [] if contents.issuperset(requirements) else system_packages.python_venv()
    unasked = [package for package in packages if package.absent not in contents]
    wanted = [*venv, *system_packages.missing(unasked)]
    if wanted and not apt.install(wanted) and venv:
        raise SetupError(
            "Python was installed without the part that makes virtual environments. Please install "
            f"it and start again: {apt.line_to_run(wanted)}"
        )


def _fill(environment: Environment, requirements: Sequence[str], held_descriptor: int) -> None:
    say(f"Setting up Tessera in {environment.folder}. This is done once.")
    sound = environment.is_sound()
    before = environment.contents() if sound else frozenset()
    new = [name for name in requirements if name not in before]
    build = torch_build.choose(new)
    for sentence in download_notice(new, build):
        say(sentence)
    try:
        if not sound:
            environment.build()
            installer.unpack_pip(environment, held_descriptor)
        environment.mark_unfinished()
        source = build.pip_arguments if build else []
        installer.install(environment, [*source, *requirements], held_descriptor)
    except installer.InstallError as error:
        if not error.installing:
            environment.record(before)  # pip left before it changed anything
        raise pip_failure(error.output, environment.folder.parent) from error


def _found(packages: Sequence[SystemPackage]) -> list[str]:
    """The environment's entries for the system packages, present or not."""
    absent = system_packages.missing(packages)
    return [package.absent if package in absent else package.present for package in packages]
