"""Sound and screen, and the system libraries of both."""

import os
import sys

from app.bootstrap import apt, display, system_packages
from app.bootstrap.failure import SetupError
from app.bootstrap.system_packages import SystemPackage
from app.diagnosis.report import Problem, Section
from app.playback.sound_output import OutputError, SoundDeviceOutput


def describe_sound() -> Section:
    """How many devices there are; their names may be those of persons, and stay here."""
    output = SoundDeviceOutput()
    try:
        output.rescan()
    except OutputError as error:
        return Section("Sound", ("PortAudio does not answer",), (Problem(str(error)),))
    count = len(output.device_names)
    facts = (f"PortAudio finds {count} device{'' if count == 1 else 's'} for output",)
    if count:
        return Section("Sound", facts)
    problem = Problem(
        "There is no sound device: nothing can be heard. Generating and exporting work.",
        "Connect one, or start the sound server.",
    )
    return Section("Sound", facts, (problem,))


def describe_display() -> Section:
    """Which kind of screen the window would open on, and which libraries it lacks."""
    facts = (
        f"Window system: {_window_system()}",
        f"Desktop: {os.environ.get('XDG_CURRENT_DESKTOP', 'not named')}",
        f"QT_QPA_PLATFORM: {os.environ.get('QT_QPA_PLATFORM', 'not set')}",
    )
    problems = []
    try:
        display.require_display()
    except SetupError as error:
        problems.append(Problem(str(error)))
    if missing := system_packages.missing(system_packages.needed_here(_packages())):
        problems.append(
            Problem("System libraries are missing.", f"Install them: {apt.line_to_run(missing)}")
        )
    return Section("Display", facts, tuple(problems))


def _window_system() -> str:
    if not sys.platform.startswith("linux"):
        return "the system's own"
    if display.speaks_wayland():
        return "Wayland"
    return "X11" if os.environ.get("DISPLAY") else "none"


def _packages() -> tuple[SystemPackage, ...]:
    x11 = () if display.speaks_wayland() else system_packages.QT_ON_X11
    return (*system_packages.QT, *x11, *system_packages.SOUND)
