"""What can be said here of the installers for Windows and macOS: their command lines and files."""

import plistlib
import re
from pathlib import Path

from release import layout, macos, windows

from app.bootstrap.platform_support import OLDEST_MACOS

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


def test_mach_o_files_are_known_by_their_content(tmp_path: Path) -> None:
    bundle = tmp_path / "Tessera.app"
    contents = {
        "Contents/MacOS/tessera": "cffaedfe 0c000001",  # signed with the bundle
        "Contents/Frameworks/QtCore.framework/Versions/A/QtCore": "cafebabe 00000002",
        "Contents/Frameworks/torch/bin/torch_shm_manager": "cffaedfe 0c000001",
        "Contents/Frameworks/libsndfile.dylib": "cffaedfe 0c000001",
        "Contents/Resources/Some.class": "cafebabe 00000041",
        "Contents/Resources/words.so": "2320776f 726473",
        "Contents/Resources/empty": "",
    }
    for name, content in contents.items():
        (bundle / name).parent.mkdir(parents=True, exist_ok=True)
        (bundle / name).write_bytes(bytes.fromhex(content))
    (bundle / "Contents/Frameworks/QtCore").symlink_to("QtCore.framework/Versions/A/QtCore")

    found = [
        path.relative_to(bundle / "Contents").as_posix() for path in macos.mach_o_files(bundle)
    ]

    assert found == [
        "Frameworks/QtCore.framework/Versions/A/QtCore",
        "Frameworks/torch/bin/torch_shm_manager",
        "Frameworks/libsndfile.dylib",
    ]


def test_windows_signs_every_program_before_it_is_packed(tmp_path: Path) -> None:
    for name in ("tessera.exe", "tessera-cli.exe", "library.dll"):
        (tmp_path / name).touch()

    commands = windows.signing_commands(tmp_path, "signtool sign /d $qTessera$q $f")

    assert commands == [
        f'signtool sign /d "Tessera" "{tmp_path / name}"'
        for name in ("tessera-cli.exe", "tessera.exe")
    ]
    assert windows.signing_commands(tmp_path, "") == []


def test_the_oldest_macos_is_the_one_of_the_set_up() -> None:
    assert ".".join(map(str, (*OLDEST_MACOS, 0))) == layout.OLDEST_MACOS


def test_macos_may_do_what_python_needs() -> None:
    entitlements = plistlib.loads(macos.ENTITLEMENTS.read_bytes())
    assert set(entitlements.values()) == {True}
    assert "com.apple.security.cs.disable-library-validation" in entitlements
    assert "com.apple.security.device.audio-input" in entitlements
