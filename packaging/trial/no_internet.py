"""Ends a program the moment it opens an internet socket: the proof that it opens none.

A filter in Linux's kernel (seccomp, see seccomp(2)) looks at every socket that the process and
its children make, whether from Python, Qt or a C library. Sockets of this machine alone (the
screen, the sound server) are let through. Looking a name up is a socket too. IPv6 is refused as
on a machine that has none, without ending the program: urllib3, when imported, asks whether there
is IPv6, and sends nothing.
"""

import ctypes
import errno
import platform
import signal
import socket
import struct
import sys

ENDED_BY_FILTER = -signal.SIGSYS if sys.platform == "linux" else None  # as a return code

# linux/audit.h and the tables of system calls: architecture, number of socket(2)
_SOCKET_CALLS = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06  # BPF: ld [k], jeq #k, ret #k
_CALL_AT, _ARCHITECTURE_AT, _FAMILY_AT = 0, 4, 16  # offsets in struct seccomp_data
_ALLOW, _KILL_PROCESS = 0x7FFF0000, 0x80000000
_FAIL = 0x00050000  # with the error number in the lower half
_SET_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER_MODE = 38, 22, 2  # prctl(2)


class _Program(ctypes.Structure):
    """struct sock_fprog: how many instructions, and where."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def can_refuse_internet() -> bool:
    """Whether this machine knows such filters."""
    return sys.platform == "linux" and platform.machine() in _SOCKET_CALLS


def refuse_internet() -> None:
    """Put this process, and all it starts from now on, behind the filter; there is no way back.

    Meant as `preexec_fn` of a subprocess.

    Raises:
        OSError: The kernel does not accept it.
    """
    code = _filter(*_SOCKET_CALLS[platform.machine()])
    instructions = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.addressof(instructions))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    for arguments in (
        (_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0),
        (_SET_SECCOMP, _FILTER_MODE, ctypes.byref(program), 0, 0),
    ):
        if prctl(*arguments) != 0:
            raise OSError(ctypes.get_errno(), "the kernel refuses the socket filter")


def _filter(architecture: int, socket_call: int) -> bytes:
    """The filter's instructions; a jump says how many to leap over, if equal and if not."""
    return b"".join(
        struct.pack("=HBBI", *instruction)
        for instruction in (
            (_LOAD, 0, 0, _ARCHITECTURE_AT),
            (_JUMP_IF_EQUAL, 0, 5, architecture),
            (_LOAD, 0, 0, _CALL_AT),
            (_JUMP_IF_EQUAL, 0, 3, socket_call),
            (_LOAD, 0, 0, _FAMILY_AT),
            (_JUMP_IF_EQUAL, 2, 0, socket.AF_INET),
            (_JUMP_IF_EQUAL, 2, 0, socket.AF_INET6),
            (_RETURN, 0, 0, _ALLOW),
            (_RETURN, 0, 0, _KILL_PROCESS),
            (_RETURN, 0, 0, _FAIL | errno.EAFNOSUPPORT),
        )
    )
