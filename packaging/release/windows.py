"""The Windows installer: Inno Setup over the folder, and what the program file says of itself."""

import os
import shutil
import subprocess
from pathlib import Path

from release.layout import (
    BUILD,
    DIST,
    FOLDER,
    HOMEPAGE,
    ICONS,
    NAME,
    PACKAGING,
    PUBLISHER,
    SUMMARY,
    VERSION,
    installer_name,
)
from release.torch_build import sentence

SCRIPT = PACKAGING / "windows" / "tessera.iss"
USUAL_COMPILER = Path(r"C:\Program Files (x86)\Inno Setup 6\ISCC.exe")
VERSION_RESOURCE = """\
VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}),
  kids=[
    StringFileInfo([StringTable("040904B0", [
      StringStruct("ProductName", "Tessera"),
      StringStruct("FileDescription", "{summary}"),
      StringStruct("ProductVersion", "{version}"),
      StringStruct("FileVersion", "{version}"),
      StringStruct("OriginalFilename", "{name}.exe"),
    ])]),
    VarFileInfo([VarStruct("Translation", [0x409, 1200])]),
  ],
)
"""


def version_numbers(version: str = VERSION) -> tuple[int, int, int, int]:
    """A version as Windows keeps it: four whole numbers."""
    major, minor, patch = (int(part) for part in version.split(".")[:3])
    return major, minor, patch, 0


def write_version_resource(folder: Path = BUILD) -> None:
    """Write what Windows shows as the program's details."""
    text = VERSION_RESOURCE.format(
        numbers=version_numbers(), summary=SUMMARY, version=VERSION, name=NAME
    )
    (folder / "windows-version.txt").write_text(text, encoding="utf-8")


def make_installers() -> list[Path]:
    """Build the installer from dist/tessera; signs it and its programs where SIGNTOOL says how."""
    path = DIST / installer_name("exe")
    sign_tool = os.environ.get("SIGNTOOL", "")
    for command in signing_commands(FOLDER, sign_tool):
        subprocess.run(command, check=True)
    subprocess.run(compiler_command(path, sign_tool), check=True)
    return [path]


def signing_commands(folder: Path, sign_tool: str) -> list[str]:
    """A command line for each program of the folder; none without a signing command.

    Args:
        folder: The built folder.
        sign_tool: As in Inno Setup: $f stands for the file and $q for a quotation mark.
    """
    if not sign_tool:
        return []
    files = sorted(folder.glob("*.exe"))
    return [sign_tool.replace("$q", '"').replace("$f", f'"{file}"') for file in files]


def compiler_command(installer: Path, sign_tool: str) -> list[str]:
    """Inno Setup's command line.

    Args:
        installer: The file to write.
        sign_tool: The signing command, with $f for the file; empty = not signed.
    """
    defines = {
        "Version": VERSION,
        "Publisher": PUBLISHER,
        "Homepage": HOMEPAGE,
        "Folder": FOLDER,
        "Icon": ICONS / "tessera.ico",
        "Output": installer.parent,
        "BaseName": installer.stem,
        "Torch": sentence(FOLDER),
        "Licence": FOLDER / "_internal" / "LICENSE",
    }
    command = [shutil.which("iscc") or str(USUAL_COMPILER)]
    command += [f"/D{name}={value}" for name, value in defines.items()]
    if sign_tool:
        command += ["/DSigned", f"/Ssigntool={sign_tool}"]
    return [*command, str(SCRIPT)]
