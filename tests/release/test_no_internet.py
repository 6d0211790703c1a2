import subprocess
import sys

import pytest
from trial.no_internet import ENDED_BY_FILTER, can_refuse_internet, refuse_internet

pytestmark = pytest.mark.skipif(
    not can_refuse_internet(), reason="the filter is Linux's, on x86-64 and ARM"
)
IN_A_CHILD = "import subprocess, sys; sys.exit(subprocess.call([sys.executable, '-c', {!r}]) != 0)"
NUMBERED_SOCKET = "import socket; socket.socket(socket.AF_INET)"


def code_of(python: str) -> int:
    command = [sys.executable, "-c", python]
    return subprocess.run(command, preexec_fn=refuse_internet, check=False).returncode


@pytest.mark.parametrize(
    "python",
    [
        NUMBERED_SOCKET,
        "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
        "import socket; socket.getaddrinfo('example.org', 443)",
        "import ctypes; ctypes.CDLL(None).socket(2, 1, 0)",
    ],
)
def test_any_internet_socket_ends_the_process(python: str) -> None:
    assert code_of(python) == ENDED_BY_FILTER


def test_ipv6_is_refused_as_where_there_is_none() -> None:
    assert code_of("import socket; socket.socket(socket.AF_INET6)") == 1


def test_a_child_is_behind_the_filter_as_well() -> None:
    assert code_of(IN_A_CHILD.format(NUMBERED_SOCKET)) == 1
    assert code_of(IN_A_CHILD.format("pass")) == 0


def test_sockets_of_this_machine_are_let_through() -> None:
    assert code_of("import socket; socket.socketpair(); socket.socket(socket.AF_UNIX)") == 0
