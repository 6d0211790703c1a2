"""`python3 packaging/lock.py`: pins every package that the set-up installs, with its hashes.

It needs uv, and resolves what pyproject.toml names for all platforms and for Python 3.11 and later.
The lists in `packaging/requirements/` are pip's own format; no address of a registry is in them:

- base.txt: the program, without torch;
- torch.txt: PyPI's builds of torch; nvidia.txt: what the one for Linux needs besides;
- torch-cpu.txt, torch-cu130.txt and so on: builds that PyTorch's own indexes have;
- test.txt, package.txt: what the extras of these names add.

`torch-builds.sha256` has the hashes of the wheels in PyTorch's indexes. With `--torch` it is read
from there first, for every build that the set-up knows, with what each needs besides: on a machine
that reaches these indexes, that one command is all that a new build or version takes. Without it, a
build whose hashes are unknown has no list, and the set-up never installs it.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import tomllib
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from app.bootstrap import requirements, torch_build  # noqa: E402

OLDEST_PYTHON, NEWEST_PYTHON = 11, 14
ONLY_WITH_NVIDIA = re.compile(r"(nvidia|cuda)-|triton==")
BUILT_FOR = "platform_machine == 'x86_64' or platform_machine == 'AMD64'"
HEADER = "# Made by packaging/lock.py from pyproject.toml: do not edit.\n"


def main() -> int:
    """Write all lists; 0 when each is complete."""
    options = _parse_arguments()
    folder = ROOT / requirements.FOLDER
    folder.mkdir(exist_ok=True)
    builds = folder / requirements.TORCH_BUILDS
    if options.torch:
        builds.write_text(_read_indexes(_torch_version()), encoding="utf-8")
    resolved = entries(_compile([]))
    parts = {name: part_of(name) for name in resolved}
    for part in ("base", "torch", "nvidia"):
        _write(part, [text for name, text in resolved.items() if parts[name] == part])
    with tempfile.TemporaryDirectory() as scratch:
        pins = Path(scratch) / "pins.txt"
        pins.write_text("\n".join(resolved), encoding="utf-8")
        for suffix in ("cpu", *torch_build.FROM_PYTORCH):
            needed = _needs_of(suffix, pins) if options.torch else _listed_needs(suffix)
            torch = torch_entry(builds.read_text(encoding="utf-8"), suffix)
            if "--hash" in torch:
                new = [text for name, text in needed.items() if name not in resolved]
                _write(f"torch-{suffix}", [torch, *new])
        for extra in requirements.LOCKED_EXTRAS:
            whole = entries(_compile(["--extra", extra, "--constraints", str(pins)]))
            _write(extra, [text for name, text in whole.items() if name not in resolved])
    return 0


def entries(text: str) -> dict[str, str]:
    """Each requirement with its lines, by the name of the package and its marker."""
    found: dict[str, str] = {}
    for line in text.splitlines(keepends=True):
        if line[0] not in "# ":
            found[key := line.rstrip(" \\\n")] = line
        elif found and not line.lstrip().startswith("#"):
            found[key] += line
    return found


def torch_entry(builds: str, suffix: str) -> str:
    """The requirement of a build of torch, with the hashes of all its wheels.

    Args:
        builds: A hash and a wheel's name on each line.
        suffix: The build's own part of the version.
    """
    version = f"{_torch_version()}+{suffix}"
    lines = [line.split() for line in builds.splitlines()]
    hashes = [digest for digest, wheel in lines if wheel.startswith(f"torch-{version}-")]
    text = [f"torch=={version}", *(f"    --hash=sha256:{digest}" for digest in sorted(hashes))]
    return " \\\n".join(text) + "\n"


def _needs_of(suffix: str, pins: Path) -> dict[str, str]:
    """What a build from PyTorch's index needs besides, with hashes, from that index and PyPI."""
    if suffix == "cpu":
        return {}
    build = torch_build.FROM_PYTORCH[suffix]
    requirement = pins.with_name(f"{suffix}.in")
    requirement.write_text(f"torch=={_torch_version()}+{suffix} ; {BUILT_FOR}\n", encoding="utf-8")
    without_torch = pins.with_name("without-torch.txt")
    kept = [line for line in pins.read_text(encoding="utf-8").splitlines() if "torch" not in line]
    without_torch.write_text("\n".join(kept), encoding="utf-8")
    arguments = ["--index", build.index_url, "--constraints", str(without_torch)]
    found = entries(_compile(arguments, str(requirement)))
    return {name: text for name, text in found.items() if not name.startswith("torch==")}


def _listed_needs(suffix: str) -> dict[str, str]:
    """What the list of a build has besides torch, where there is one."""
    path = ROOT / requirements.FOLDER / f"torch-{suffix}.txt"
    listed = entries(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {name: text for name, text in listed.items() if not name.startswith("torch==")}


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 packaging/lock.py")
    parser.add_argument(
        "--torch", action="store_true", help="read the builds of torch from PyTorch's indexes"
    )
    return parser.parse_args()


def _compile(arguments: list[str], source: str = "pyproject.toml") -> str:
    """What uv resolves, for every platform, without its own settings or this machine's."""
    command = ["uv", "pip", "compile", "--no-config", "--quiet", source]
    command += ["--universal", "--python-version", f"3.{OLDEST_PYTHON}", "--generate-hashes"]
    command += ["--only-binary", ":all:", "--no-annotate", "--no-header", *arguments]
    try:
        result = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    except FileNotFoundError:
        sys.exit("lock: uv not found. To install it: .venv/bin/python -m pip install uv")
    return result.stdout


def part_of(name: str) -> str:
    """The list that a package of the program belongs into."""
    if ONLY_WITH_NVIDIA.match(name):
        return "nvidia"
    return "torch" if name.startswith("torch==") else "base"


def _write(name: str, listed: list[str]) -> None:
    path = ROOT / requirements.FOLDER / f"{name}.txt"
    path.write_text(HEADER + "".join(listed), encoding="utf-8")
    print(f"{path.relative_to(ROOT)}: {len(listed)} packages")


def _torch_version() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    [torch] = [name for name in project["dependencies"] if name.startswith("torch==")]
    return torch.removeprefix("torch==")


def _read_indexes(version: str) -> str:
    """Hash and name of each wheel of this version that the indexes have, as sha256sum writes."""
    pythons = {f"cp3{minor}" for minor in range(OLDEST_PYTHON, NEWEST_PYTHON + 1)}
    lines = []
    indexes = [build.index_url for build in torch_build.FROM_PYTORCH.values()]
    for index in (torch_build.CPU_INDEX, *indexes):
        with urllib.request.urlopen(f"{index}/torch/") as answer:
            page = urllib.parse.unquote(answer.read().decode())
        for wheel, digest in re.findall(r"/(torch-[^/#]+\.whl)#sha256=([0-9a-f]{64})", page):
            _, wheel_version, python, abi, _ = wheel.split("-", 4)
            if wheel_version.startswith(f"{version}+") and python in pythons and abi == python:
                lines.append(f"{digest}  {wheel}\n")
    return "".join(sorted(lines, key=lambda line: line.split()[1]))


if __name__ == "__main__":
    sys.exit(main())
