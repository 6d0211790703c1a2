"""Tries the built folder itself, copied to where nobody would put it."""

import os
import shutil
import sys
import tempfile
import wave
from pathlib import Path

from release.layout import BUNDLE, FOLDER, NAME, VERSION

from app.diagnosis.diagnose import NOT_KNOWN
from trial.program import Program, Run, TrialFailedError

ODD_PLACE = "Klänge & Stücke 音"
SAMPLE_RATE = 16_000
SECONDS = 2


def try_folder(folder: Path = FOLDER) -> Run:
    """Move it, ask its version, generate without a window and in it; the last run.

    Raises:
        TrialFailedError: Something is not as promised.
    """
    with tempfile.TemporaryDirectory(prefix="tessera-trial-") as scratch:
        place = Path(scratch) / ODD_PLACE
        shutil.copytree(folder, place / NAME, symlinks=True)
        before = _ages(place)
        program = Program([str(place / NAME / executable())])
        try_version(program)
        try_generating(program, Path(scratch) / "Orgel süß.wav")
        try_doctor(program)
        run = try_window(program, Path(scratch) / "seen")
        if _ages(place) != before:
            raise TrialFailedError("it wrote into its own folder.")
        return run


def try_window(program: Program, output: Path) -> Run:
    """Let the studio try itself: open, generate, export, close."""
    run = program.run("self-test", str(output))
    require_sound(output / "sound.wav")
    if not (output / "window.png").exists():
        raise TrialFailedError("there is no picture of the window.")
    run.moment_s("closed")
    return run


def require_sound(path: Path) -> None:
    """Check the length, and that it is not silence."""
    with wave.open(str(path)) as sound:
        samples = sound.readframes(sound.getnframes())
        if (sound.getframerate(), sound.getnframes()) != (SAMPLE_RATE, SECONDS * SAMPLE_RATE):
            raise TrialFailedError(f"{path.name} is not {SECONDS} s at 16 kHz.")
    if not any(samples):
        raise TrialFailedError(f"{path.name} is silence.")


def executable() -> str:
    """The program that prints, inside the folder."""
    return {"win32": f"{NAME}-cli.exe", "darwin": f"Contents/MacOS/{NAME}"}.get(sys.platform, NAME)


def built_folder() -> Path:
    """The folder of this platform."""
    return BUNDLE if sys.platform == "darwin" else FOLDER


def try_version(program: Program) -> None:
    """Check that it says its version, and nothing else."""
    said = [line for _, line in program.run("--version").said]
    if said != [f"Tessera {VERSION}"]:
        raise TrialFailedError(f"--version says {said}.")


def try_generating(program: Program, output: Path) -> None:
    """Make a short sound without a window."""
    request = ("--seconds", str(SECONDS), "--steps", "4", "--seed", "1", "--output", str(output))
    program.run("generate", "church organ", *request)
    require_sound(output)


def try_doctor(program: Program) -> None:
    """Check that each part of an installation could be looked at, whatever is wrong with it."""
    lines = [line for _, line in program.run("doctor", until="Disks").said]
    if NOT_KNOWN in lines:
        raise TrialFailedError(f"the doctor could not look at everything: {lines}")


def _ages(folder: Path) -> dict[str, int]:
    """Every file with its age."""
    return {str(path): os.lstat(path).st_mtime_ns for path in folder.rglob("*") if path.is_file()}
