"""Gives memory that was used once back to the system: glibc keeps it, in an arena for nearly every thread.

A page is drawn in a thread of its own, so without this a server that does the same all day grows all day.
"""

from __future__ import annotations

import ctypes
import gc
import sys

ARENAS = 2
SECONDS = 20.0
"""How often `give_back` is worth it."""
_ARENA_MAX, _MMAP_THRESHOLD = -8, -3
"""M_ARENA_MAX and M_MMAP_THRESHOLD in glibc's malloc.h."""
_LARGE = 128 * 1024
"""Bytes from which a block is the system's own and goes back when it is freed; glibc moves its limit up otherwise."""


def settle() -> None:
    """Limits the arenas of this process and what lies in them; called before threads are started, glibc only."""
    if library := _glibc():
        library.mallopt(_ARENA_MAX, ARENAS)
        library.mallopt(_MMAP_THRESHOLD, _LARGE)


def give_back() -> None:
    """Collects what lies in cycles, and returns freed memory to the system, the latter only with glibc."""
    gc.collect()
    if library := _glibc():
        library.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "malloc_trim") else None
