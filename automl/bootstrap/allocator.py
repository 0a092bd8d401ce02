"""What the C library of a process is told about memory."""

from __future__ import annotations

import ctypes

# M_TRIM_THRESHOLD and M_MMAP_THRESHOLD of glibc's malloc.h.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_BIG_BYTES = 1024 * 1024
_KEPT_BYTES = 32 * 1024 * 1024


def give_back_big_blocks() -> None:
    """Let blocks of a megabyte and more return to the system when they are freed; nothing where libc is not glibc.

    By itself glibc raises its threshold to the largest block it has seen freed: after one part of an upload the others
    come from its arenas, of which there are eight for each CPU, and small things keep 64 MB of each.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, _BIG_BYTES)
        # glibc raises both or none. With 128 KB the ends of its arenas go and come with every request, which costs
        # an API replica a third of its answers a second.
        mallopt(_TRIM_THRESHOLD, _KEPT_BYTES)
