"""Sets up system packages, then the virtual environment, then the Python packages."""

import os
import time
from collections.abc import Sequence

from app.bootstrap import apt, installer, system_packages, torch_build
from app.bootstrap.announce import say
from app.bootstrap.environment import Environment
from app.bootstrap.failure import SetupError
from app.bootstrap.graphics_cards import find_cards
from app.bootstrap.pip_output import pip_failure
from app.bootstrap.platform_support import require_supported_platform
from app.bootstrap.requirements import Requirements, download_notice
from app.bootstrap.system_packages import SystemPackage
from app.bootstrap.torch_build import TorchBuild
from core.runtime.file_lock import exclusive_lock


def set_up(
    environment: Environment,
    requirements: Requirements,
    packages: Sequence[SystemPackage] = (),
    required: Sequence[SystemPackage] = (),
) -> None:
    """Install everything into the environment, after any other set-up has ended.

    What is missing and cannot be installed from here is reported first, before any download.

    Args:
        environment: Where to.
        requirements: The Python packages.
        packages: System packages to install where that is allowed.
        required: The packages among them that cannot be done without.

    Raises:
        SetupError: Something that is required cannot be installed.
        OSError: The folder cannot be written, or the disk is full.
    """
    if not environment.contents().issuperset(requirements.entries):
        require_supported_platform()
    environment.folder.mkdir(exist_ok=True)
    with exclusive_lock(environment.lock_file, _say_waiting) as held_descriptor:
        start_s = time.monotonic()
        _install_packages(environment, requirements, packages, required)
        if not environment.contents().issuperset(requirements.entries):
            _fill(environment, requirements, held_descriptor)
        environment.record({*environment.contents(), *requirements.entries, *_found(packages)})
        say(f"Tessera is set up ({time.monotonic() - start_s:.0f} s).")


def _say_waiting() -> None:
    say("Tessera is being set up by another start; waiting for it.")


def _install_packages(
    environment: Environment,
    requirements: Requirements,
    packages: Sequence[SystemPackage],
    required: Sequence[SystemPackage],
) -> None:
    """Install the system packages that are missing; end where a required one stays missing."""
    contents = environment.contents()
    is_filled = contents.issuperset(requirements.entries)
    venv = [] if is_filled else system_packages.python_venv()
    unasked = [package for package in packages if package.absent not in contents]
    wanted = [*venv, *system_packages.missing(unasked)]
    if not wanted or apt.install(wanted):
        return
    if venv:
        raise SetupError(
            "Python was installed without the part that makes virtual environments. Please install "
            f"it and start again: {apt.line_to_run(wanted)}"
        )
    if any(package in required for package in system_packages.missing(wanted)):
        raise apt.missing_libraries(wanted)


def _fill(environment: Environment, requirements: Requirements, held_descriptor: int) -> None:
    say(f"Setting up Tessera in {environment.folder}. This is done once.")
    sound = environment.is_sound()
    before = environment.contents() if sound else frozenset()
    new = [pin for pin in requirements.pins if pin not in before]
    try:
        if not sound:
            environment.build()
            installer.unpack_pip(environment, held_descriptor)
        build = _choose_build(environment, requirements, new, held_descriptor)
        for sentence in download_notice(new, build):
            say(sentence)
        environment.mark_unfinished()
        installer.install(environment, requirements.pip_arguments(build), held_descriptor)
    except installer.InstallError as error:
        if not error.installing:
            environment.record(before)  # pip left before it changed anything
        raise pip_failure(error.output, environment.folder.parent) from error


def _choose_build(
    environment: Environment, requirements: Requirements, new: Sequence[str], held_descriptor: int
) -> TorchBuild | None:
    """The build of torch to install; None where torch is not among what is new."""
    pin = torch_build.pin_of_torch(new)
    if pin is None:
        return None
    version = pin.removeprefix("torch==")
    build = torch_build.choose(version, requirements.torch_builds)
    if build is None:
        found = installer.version_found(environment, pin, held_descriptor)
        build = torch_build.build_of(found)
    if not os.environ.get(torch_build.CHOICE):
        python = str(environment.python)
        for sentence in torch_build.advice(find_cards(), version, build.suffix, python):
            say(sentence)
    return build


def _found(packages: Sequence[SystemPackage]) -> list[str]:
    """The environment's entries for the system packages, present or not."""
    absent = system_packages.missing(packages)
    return [package.absent if package in absent else package.present for package in packages]
