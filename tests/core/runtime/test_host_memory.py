import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.runtime import host_memory
from core.runtime.host_memory import available_host_bytes, release_free_memory

MEBIBYTE = 2**20


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Linux with 1000 MiB available and no container."""
    (tmp_path / "meminfo").write_text("MemTotal: 2048000 kB\nMemAvailable:  1024000 kB\n")
    monkeypatch.setattr(host_memory, "MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(host_memory, "CGROUP", tmp_path)
    monkeypatch.setattr(host_memory, "PROCESS", tmp_path)
    return tmp_path


def limit_container(machine: Path, limit: str, used: int, cache: int = 0) -> None:
    (machine / "memory.max").write_text(f"{limit}\n")
    (machine / "memory.current").write_text(f"{used}\n")
    (machine / "memory.stat").write_text(f"anon {used}\ninactive_file {cache}\n")


@pytest.mark.usefixtures("machine")
def test_linux_says_what_is_available() -> None:
    assert available_host_bytes() == 1000 * MEBIBYTE


def test_a_container_gives_no_more_than_its_limit(machine: Path) -> None:
    limit_container(machine, str(300 * MEBIBYTE), used=100 * MEBIBYTE)
    assert available_host_bytes() == 200 * MEBIBYTE


def test_file_cache_in_a_container_counts_as_free(machine: Path) -> None:
    limit_container(machine, str(300 * MEBIBYTE), used=100 * MEBIBYTE, cache=50 * MEBIBYTE)
    assert available_host_bytes() == 250 * MEBIBYTE


def test_a_container_over_its_limit_has_nothing_left(machine: Path) -> None:
    limit_container(machine, str(MEBIBYTE), used=2 * MEBIBYTE)
    assert available_host_bytes() == 0


def test_a_container_without_a_limit_gives_what_the_machine_has(machine: Path) -> None:
    limit_container(machine, "max", used=100 * MEBIBYTE)
    assert available_host_bytes() == 1000 * MEBIBYTE


def test_half_the_memory_is_assumed_where_none_is_stated(machine: Path) -> None:
    (machine / "meminfo").unlink()
    assert 2**24 < available_host_bytes() < 2**50


@pytest.mark.parametrize("path", ["/", "/outside/of/the/container"])
def test_a_container_of_the_first_version_has_its_limit(machine: Path, path: str) -> None:
    (machine / "cgroup").write_text(f"12:cpu,cpuacct:/x\n4:memory:{path}\n0::/\n")
    (machine / "memory").mkdir()
    (machine / "memory/memory.limit_in_bytes").write_text(f"{300 * MEBIBYTE}\n")
    (machine / "memory/memory.usage_in_bytes").write_text(f"{100 * MEBIBYTE}\n")
    stat = f"inactive_file 7\ntotal_inactive_file {50 * MEBIBYTE}\n"
    (machine / "memory/memory.stat").write_text(stat)
    assert available_host_bytes() == 250 * MEBIBYTE


def test_the_tightest_of_nested_groups_counts(machine: Path) -> None:
    (machine / "cgroup").write_text("0::/user.slice/app.scope\n")
    for name, limit in (("user.slice", 200), ("user.slice/app.scope", 500)):
        (machine / name).mkdir()
        limit_container(machine / name, str(limit * MEBIBYTE), used=50 * MEBIBYTE)
    assert available_host_bytes() == 150 * MEBIBYTE


@pytest.mark.parametrize("kind", ["RLIMIT_AS", "RLIMIT_DATA"])
def test_a_limit_of_the_process_counts(
    machine: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    resource = pytest.importorskip("resource")
    pages = 100 * MEBIBYTE // os.sysconf("SC_PAGE_SIZE")
    (machine / "statm").write_text(f"{pages} 1 1 1 0 {pages} 0\n")
    limits = {getattr(resource, kind): 400 * MEBIBYTE}
    monkeypatch.setattr(
        resource, "getrlimit", lambda which: (limits.get(which, resource.RLIM_INFINITY),) * 2
    )
    assert available_host_bytes() == 300 * MEBIBYTE


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has this limit")
def test_a_shell_s_limit_counts_for_its_programs() -> None:
    code = "from core.runtime.host_memory import available_host_bytes as free; print(free())"
    shell = f'ulimit -v 1000000; exec "{sys.executable}" -c "{code}"'
    said = subprocess.run(["sh", "-c", shell], check=True, capture_output=True, text=True)
    assert 0 < int(said.stdout) < 1_000_000 * 1024


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux is measured")
def test_memory_between_living_pieces_goes_back_to_the_system() -> None:
    def resident_bytes() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

    pieces = [bytes(10_000) for _ in range(10_000)]
    living = pieces[::100]
    del pieces
    before = resident_bytes()

    release_free_memory()

    assert resident_bytes() < before - 50 * MEBIBYTE
    assert len(living) == 100
