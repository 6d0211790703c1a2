"""Errors of memory that ran out are known by type or by their words, and become a sentence."""

import errno
import subprocess
import sys

import pytest

from core.api.errors import DeviceMemoryError
from core.runtime.memory_errors import as_memory_error, says_no_memory

OUT_OF_MEMORY = [
    MemoryError(),
    OSError(errno.ENOMEM, "Cannot allocate memory"),
    RuntimeError("[enforce fail at alloc_cpu.cpp:124] DefaultCPUAllocator: can't allocate memory"),
    RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 8 bytes."),
    RuntimeError("unable to mmap 30 bytes from file: Cannot allocate memory (12)"),
    RuntimeError("can't start new thread"),
    RuntimeError("could not create a primitive"),
    ImportError("libtorch_cpu.so: failed to map segment from shared object"),
    SystemError("error return without exception set"),
    SystemError("<function _find_and_load> returned NULL without setting an exception"),
]


@pytest.mark.parametrize("error", OUT_OF_MEMORY, ids=lambda error: str(error)[:30])
def test_memory_that_ran_out_is_a_sentence(error: Exception) -> None:
    assert says_no_memory(error)
    explained = as_memory_error(error)
    assert isinstance(explained, DeviceMemoryError)
    assert explained.__cause__ is error
    assert "Close other programs" in str(explained)


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "full"),
        ValueError("out of memory"),
        RuntimeError("shapes"),
        SystemError("bad argument to internal function"),
    ],
)
def test_other_errors_stay_as_they_are(error: Exception) -> None:
    assert as_memory_error(error) is error


def test_a_late_import_that_lacked_memory_is_known_by_its_cause() -> None:
    error = RuntimeError("Failed to import a part of the library")
    error.__cause__ = MemoryError()
    assert says_no_memory(error)
    error.__cause__ = error
    assert not says_no_memory(error)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has this limit")
@pytest.mark.parametrize("limit_kib", [400_000, 550_000, 700_000, 800_000])
def test_a_command_under_a_limit_ends_in_a_sentence(tmp_path: object, limit_kib: int) -> None:
    code = (
        "import sys; from app.cli.main import main; "
        f"sys.exit(main(['generate', 'rain', '--seconds', '1', '--output', '{tmp_path}/a.wav']))"
    )
    shell = f'ulimit -v {limit_kib}; exec "{sys.executable}" -c "{code}"'
    ended = subprocess.run(["sh", "-c", shell], check=False, capture_output=True, text=True)
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert "Close other programs" in ended.stderr
