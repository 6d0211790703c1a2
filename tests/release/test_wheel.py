"""The wheel, built of this tree with few resources, and started from where it was unpacked."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from release.layout import REPOSITORY, VERSION

ROOT = Path(__file__).resolve().parents[2]
FILES = ("pyproject.toml", "README.md", "LICENSE")
FOLDERS = ("app", "core", "packaging/wheel", "resources/style", "resources/icons")
BUILD = "import sys, tessera_wheel; getattr(tessera_wheel, sys.argv[1])(sys.argv[2])"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of the sources that a wheel needs."""
    tree = tmp_path_factory.mktemp("tree")
    for name in FILES:
        shutil.copy(ROOT / name, tree / name)
    for name in FOLDERS:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, tree / name, ignore=ignored)
    (tree / "resources/screenshots").mkdir()
    (tree / "resources/screenshots/window.png").touch()
    return build("build_sdist", tree)


@pytest.fixture(scope="module")
def wheel(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built of the archive alone, as uv does."""
    folder = tmp_path_factory.mktemp("sources")
    subprocess.run(["tar", "-xf", archive, "-C", folder], check=True)
    [tree] = folder.iterdir()
    return build("build_wheel", tree)


def build(hook: str, tree: Path) -> Path:
    """Call a hook of the build backend as pip does; the file that it made."""
    output = tree / "output"
    subprocess.run(
        [sys.executable, "-c", BUILD, hook, str(output)],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree / "packaging/wheel")},
        check=True,
        capture_output=True,
    )
    [path] = output.iterdir()
    return path


@pytest.fixture(scope="module")
def unpacked(wheel: Path) -> Path:
    """A folder like site-packages that holds the wheel's content."""
    folder = wheel.parent / "unpacked"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def start(unpacked: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-c",
        "import sys; from tessera.__main__ import main; sys.exit(main())",
    ]
    return subprocess.run(
        [*command, *arguments],
        cwd=unpacked,
        env={"PATH": "/nowhere"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheel_holds_one_package(unpacked: Path) -> None:
    names = {path.name for path in unpacked.iterdir()}

    assert names == {"tessera", f"tessera-{VERSION}.dist-info"}
    assert (unpacked / "tessera/resources/style/studio.qss").exists()
    assert not (unpacked / "tessera/resources/screenshots").exists()


def test_every_module_of_the_program_is_in_the_wheel(unpacked: Path) -> None:
    for top in ("app", "core"):
        modules = {str(path.relative_to(ROOT)) for path in (ROOT / top).rglob("*.py")}
        packed = (unpacked / "tessera" / top).rglob("*.py")
        assert modules == {str(path.relative_to(unpacked / "tessera")) for path in packed}


def test_the_command_starts_without_setting_anything_up(unpacked: Path) -> None:
    result = start(unpacked, "--version")

    assert (result.stdout, result.stderr) == (f"Tessera {VERSION}\n", "")
    assert not list(unpacked.rglob(".venv"))


def test_the_entry_point_is_the_function_that_starts_it(unpacked: Path) -> None:
    text = (unpacked / f"tessera-{VERSION}.dist-info/entry_points.txt").read_text()

    assert "[console_scripts]\ntessera = tessera.__main__:main\n" in text


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="displays as Linux has them")
def test_a_command_without_a_display_names_generate(unpacked: Path) -> None:
    result = start(unpacked)

    assert result.returncode == 1
    assert 'tessera generate "church organ"' in result.stderr


def test_pictures_and_links_of_the_description_are_absolute(unpacked: Path) -> None:
    text = (unpacked / f"tessera-{VERSION}.dist-info/METADATA").read_text()

    links = re.findall(r"\]\(([^)]+)\)", text)
    assert [link for link in links if not link.startswith(("https://", "#"))] == []
    assert f"]({REPOSITORY}/raw/v{VERSION}/resources/screenshots/generating-dark.png)" in text
    assert f"]({REPOSITORY}/blob/v{VERSION}/LICENSE)" in text
