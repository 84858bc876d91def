"""Gives memory that was used once back to the system: glibc keeps it, in an arena for nearly every thread.

A page is drawn in a thread of its own, so without this a server that does the same all day grows all day.
"""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Mapping

ENVIRONMENT = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": str(64 * 1024),
    "MALLOC_TRIM_THRESHOLD_": str(128 * 1024),
    "_RJEM_MALLOC_CONF": "narenas:1,dirty_decay_ms:0,muzzy_decay_ms:0",
    "DUCKDB_JE_MALLOC_CONF": "narenas:1,dirty_decay_ms:0,muzzy_decay_ms:0",
}
"""Settings of the three allocators that a server is started with. Of glibc's malloc, see mallopt(3): one arena from the
first thread on, and blocks from 64 KB on are the system's own, which go back when they are freed. What grows with every
decision would leave holes that nothing fits into otherwise. Of Polars' jemalloc, see its TUNING.md: one arena, which
gives back at once. DuckDB has a jemalloc of its own."""
_OF_POLARS = "dirty_decay_ms:500,muzzy_decay_ms:1000"
"""What Polars 2 puts before jemalloc's settings; of a setting that stands twice, the last one counts."""
SECONDS = 20.0
"""How often `give_back` is worth it."""


def unset(environment: Mapping[str, str]) -> dict[str, str]:
    """The settings that the user has not made; what Polars writes into the environment on import is not the user's."""
    return {name: value for name, value in ENVIRONMENT.items() if not _of_user(environment.get(name, ""))}


def _of_user(value: str) -> bool:
    return bool(value.replace(_OF_POLARS, "").strip(","))


def without(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without these settings, for workers: with large arrays malloc's own are faster."""
    return {name: value for name, value in environment.items() if name not in ENVIRONMENT}


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
