"""What can be said here of the installers for Windows and macOS: their command lines and files."""

import plistlib
import re
from pathlib import Path

from release import macos, windows

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = (ROOT / "packaging/windows/tessera.iss").read_text()


def test_every_value_of_the_windows_script_is_given() -> None:
    command = windows.compiler_command(Path("dist/setup.exe"), sign_tool="")
    given = {word[2:].partition("=")[0] for word in command if word.startswith("/D")}

    assert set(re.findall(r"\{#(\w+)\}", SCRIPT)) == given
    assert command[-1].endswith("tessera.iss")


def test_windows_is_signed_only_where_somebody_says_how() -> None:
    assert "/DSigned" not in windows.compiler_command(Path("setup.exe"), "")
    assert "/Ssigntool=sign $f" in windows.compiler_command(Path("setup.exe"), "sign $f")


def test_an_upgrade_on_windows_removes_only_old_libraries() -> None:
    deleted = SCRIPT.partition("[InstallDelete]")[2].partition("[Files]")[0]
    assert re.findall(r'Name: "(.+?)"', deleted) == [r"{app}\_internal"]


def test_windows_keeps_a_version_as_four_numbers(tmp_path: Path) -> None:
    assert windows.version_numbers("1.2.3") == (1, 2, 3, 0)
    windows.write_version_resource(tmp_path)
    text = (tmp_path / "windows-version.txt").read_text()
    compile(text, "windows-version.txt", "eval")
    assert "StringStruct" in text


def test_macos_signs_from_the_inside_out_and_then_looks() -> None:
    libraries = [Path("Tessera.app/a/b.so"), Path("Tessera.app/c.dylib")]
    commands = macos.signing_commands(Path("Tessera.app"), libraries, "Developer ID")

    assert [command[-1] for command in commands[:2]] == [str(path) for path in libraries]
    assert "--entitlements" in commands[2]
    assert "--timestamp" in commands[2]
    assert commands[3][1] == "--verify"


def test_macos_is_notarised_only_with_an_account_and_a_name() -> None:
    image = Path("Tessera.dmg")
    assert macos.notary_commands(image, "Developer ID", "") == []
    assert macos.notary_commands(image, macos.THIS_MACHINE_ALONE, "profile") == []
    steps = [command[:3] for command in macos.notary_commands(image, "Developer ID", "profile")]
    assert ["xcrun", "notarytool", "submit"] in steps
    assert ["xcrun", "stapler", "staple"] in steps


def test_macos_may_do_what_python_needs() -> None:
    entitlements = plistlib.loads(macos.ENTITLEMENTS.read_bytes())
    assert set(entitlements.values()) == {True}
    assert "com.apple.security.cs.disable-library-validation" in entitlements
