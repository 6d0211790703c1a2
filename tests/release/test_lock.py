"""How the lists with hashes are put together from what uv resolves."""

from pathlib import Path

import lock

RESOLVED = """\
numpy==2.4.6 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
nvidia-cublas==13.1 ; sys_platform == 'linux' \\
    --hash=sha256:cc
    # via torch
torch==2.13.0 \\
    --hash=sha256:dd
"""
BUILDS = """\
22  torch-2.13.0+cpu-cp312-cp312-win_amd64.whl
11  torch-2.13.0+cpu-cp311-cp311-win_amd64.whl
33  torch-2.13.0+cu130-cp312-cp312-win_amd64.whl
44  torch-2.12.0+cpu-cp312-cp312-win_amd64.whl
"""


def test_an_entry_is_a_requirement_with_its_hashes() -> None:
    found = lock.entries(RESOLVED)

    assert list(found) == [
        "numpy==2.4.6",
        "nvidia-cublas==13.1 ; sys_platform == 'linux'",
        "torch==2.13.0",
    ]
    assert found["numpy==2.4.6"].count("--hash") == 2
    assert "via" not in "".join(found.values())


def test_nvidias_libraries_and_torch_have_lists_of_their_own() -> None:
    assert [lock.part_of(name) for name in lock.entries(RESOLVED)] == ["base", "nvidia", "torch"]


def test_a_build_of_torch_has_its_own_hashes(monkeypatch) -> None:
    monkeypatch.setattr(lock, "_torch_version", lambda: "2.13.0")

    entry = lock.torch_entry(BUILDS, "cpu")

    assert entry == ("torch==2.13.0+cpu \\\n    --hash=sha256:11 \\\n    --hash=sha256:22\n")


def test_a_build_from_an_index_brings_what_only_it_needs(monkeypatch, tmp_path) -> None:
    asked: list[list[str]] = []

    def resolve(arguments: list[str], source: str) -> str:
        asked.append([*arguments, Path(source).read_text(encoding="utf-8")])
        return RESOLVED.replace("torch==2.13.0", "torch==2.13.0+xpu")

    monkeypatch.setattr(lock, "_torch_version", lambda: "2.13.0")
    monkeypatch.setattr(lock, "_compile", resolve)
    pins = tmp_path / "pins.txt"
    pins.write_text("numpy==2.4.6\ntorch==2.13.0", encoding="utf-8")

    needed = lock._needs_of("xpu", pins)

    assert [name.split("==")[0] for name in needed] == ["numpy", "nvidia-cublas"]
    assert asked[0][1].endswith("/xpu")
    assert asked[0][-1].startswith("torch==2.13.0+xpu ; platform_machine")
    assert (tmp_path / "without-torch.txt").read_text(encoding="utf-8") == "numpy==2.4.6"


def test_what_a_list_has_stays_where_no_index_is_read() -> None:
    assert lock._listed_needs("cu126") == {}
    assert lock._listed_needs("rocm7.2") == {}
