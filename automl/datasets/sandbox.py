"""Limits a process puts on itself before it reads bytes from strangers. Linux; elsewhere only what POSIX offers.

Order: resource limits, no-new-privileges, then a seccomp filter that refuses sockets, new programs, tracing and
signals to others. What cannot be had is left out and told by `missing_protections`.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import platform
import resource
import signal
import struct
import sys
from pathlib import Path

from automl.datasets.limits import ReadLimits

_PR_SET_PDEATHSIG = 1
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_PR_GET_NO_NEW_PRIVS = 39
_SECCOMP_MODE_FILTER = 2

# Audit architecture, then the numbers of refused calls: socket, connect, accept, sendto, sendmsg, bind, listen,
# socketpair, execve, kill, ptrace, unshare, process_vm_readv/writev, setns, bpf, execveat, accept4, pidfd_send_signal,
# io_uring_setup/enter/register, pidfd_open.
_NEW = (424, 425, 426, 427, 434)
_CALLS = {
    "x86_64": (0xC000003E, (41, 42, 43, 44, 46, 49, 50, 53, 59, 62, 101, 272, 288, 308, 310, 311, 321, 322, *_NEW)),
    "aarch64": (
        0xC00000B7,
        (97, 117, 129, 198, 199, 200, 201, 202, 203, 206, 211, 221, 242, 268, 270, 271, 280, 281, *_NEW),
    ),
}
_LOAD, _JUMP_EQUAL, _JUMP_GREATER_EQUAL, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW = 0x7FFF0000
_REFUSE = 0x00050000 | errno.EPERM
# x86_64 programs may also call by the x32 numbers, which the list does not name.
_X32 = 0x40000000


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def enter(limits: ReadLimits) -> None:
    """Put all available limits on this process; they cannot be taken off again."""
    _limit(resource.RLIMIT_AS, limits.memory_bytes)
    # SIGXCPU at the soft limit tells what happened; SIGKILL at the hard one makes sure.
    _limit(resource.RLIMIT_CPU, limits.cpu_s, grace=5)
    _limit(resource.RLIMIT_NOFILE, limits.open_files)
    _limit(resource.RLIMIT_FSIZE, limits.max_bytes_decoded + 2 * limits.max_line_bytes)
    _limit(resource.RLIMIT_CORE, 0)
    if not sys.platform.startswith("linux"):
        return
    # Should memory run out all the same, this process goes first.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
    libc = _libc()
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        _refuse_calls(libc)


def missing_protections() -> list[str]:
    """What a child on this machine goes without; empty when all is there. Changes nothing."""
    if not sys.platform.startswith("linux"):
        return ["no-new-privileges", "seccomp"]
    missing = []
    libc = _libc()
    if libc.prctl(_PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) < 0:
        missing.append("no-new-privileges")
    # A filter at no address: EFAULT says that filters are known, EINVAL that they are not.
    libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, None, 0, 0)
    if ctypes.get_errno() != errno.EFAULT or platform.machine() not in _CALLS:
        missing.append("seccomp")
    return missing


def _limit(kind: int, value: int, grace: int = 0) -> None:
    _, hard = resource.getrlimit(kind)
    ceiling = value + grace if hard == resource.RLIM_INFINITY else min(value + grace, hard)
    resource.setrlimit(kind, (min(value, ceiling), ceiling))


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _refuse_calls(libc: ctypes.CDLL) -> None:
    if platform.machine() not in _CALLS:
        return
    architecture, calls = _CALLS[platform.machine()]
    steps = [(_LOAD, 0, 0, 4), (_JUMP_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _REFUSE), (_LOAD, 0, 0, 0)]
    left = len(calls) + 1
    steps.append((_JUMP_GREATER_EQUAL, left, 0, _X32))
    for place, call in enumerate(calls, start=1):
        steps.append((_JUMP_EQUAL, left - place, 0, call))
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    program = _Program(len(steps), ctypes.addressof(code))
    if libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) != 0:
        # An outer sandbox may forbid filters; resource limits hold all the same.
        os.write(2, b"seccomp is not available\n")
