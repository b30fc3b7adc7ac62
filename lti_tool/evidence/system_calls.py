"""What a fork may still ask the kernel for: memory, time and its answer; every other call fails as not permitted (seccomp, Linux).

Limits leave calls that need no descriptor: with the user id of the service a fork that was taken over could delete or rename its
files, signal its processes or write into their memory. The list names what is allowed, so that calls of later kernels are refused.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Sequence
from typing import Final

# By machine as `os.uname()` names it: the AUDIT_ARCH_ value of linux/audit.h, and which column of `ALLOWED` holds.
_MACHINES: Final = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}

# Numbers on x86_64 and aarch64. No call here opens, names, starts or signals anything.
ALLOWED: Final = {
    "read": (0, 63),
    "write": (1, 64),
    "writev": (20, 66),
    "close": (3, 57),
    "fstat": (5, 80),
    "lseek": (8, 62),
    "brk": (12, 214),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "mremap": (25, 216),
    "munmap": (11, 215),
    "madvise": (28, 233),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
    "restart_syscall": (219, 128),
    "futex": (202, 98),
    "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123),
    "nanosleep": (35, 101),
    "clock_nanosleep": (230, 115),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "gettimeofday": (96, 169),
    "getrusage": (98, 165),
    "getrandom": (318, 278),
    "getpid": (39, 172),
    "gettid": (186, 178),
    "getuid": (102, 174),
    "geteuid": (107, 175),
    "getgid": (104, 176),
    "getegid": (108, 177),
    "uname": (63, 160),
    "sysinfo": (99, 179),
    "exit": (60, 93),
    "exit_group": (231, 94),
}

_PR_SET_SECCOMP, _MODE_FILTER = 22, 2
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 1  # SECCOMP_RET_ALLOW; SECCOMP_RET_ERRNO with EPERM
_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06  # BPF_LD+W+ABS, BPF_JMP+JEQ+K, BPF_RET+K of linux/bpf_common.h
_NUMBER, _ARCHITECTURE = 0, 4  # offsets in struct seccomp_data


class _Program(ctypes.Structure):
    """struct sock_fprog of linux/filter.h."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def allow_no_more() -> bool:
    """Refuse this process all calls but those `ALLOWED`, for good; False where the kernel or this machine has no such filter.

    It needs no rights, but PR_SET_NO_NEW_PRIVS must have been set.
    """
    if not _FILTER:
        return False
    program = _Program(len(_FILTER) // 8, _FILTER)
    return bool(ctypes.CDLL(None).prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0) == 0)


def _of_this_machine() -> bytes:
    known = _MACHINES.get(os.uname().machine)
    return _compiled(known[0], sorted(numbers[known[1]] for numbers in ALLOWED.values())) if known else b""


def _compiled(architecture: int, numbers: Sequence[int]) -> bytes:
    """Return the filter: another architecture's calls (whose numbers mean other things) and numbers not listed are refused."""
    last = len(numbers)
    code = [(_LOAD, 0, 0, _ARCHITECTURE), (_JUMP_IF_EQUAL, 0, last + 1, architecture), (_LOAD, 0, 0, _NUMBER)]
    code += [(_JUMP_IF_EQUAL, last - index, 0, number) for index, number in enumerate(numbers)]
    code += [(_RETURN, 0, 0, _REFUSE), (_RETURN, 0, 0, _ALLOW)]
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in code)


_FILTER: Final = _of_this_machine()
