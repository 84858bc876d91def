"""Finds weights without hanging: what is on this machine first, then a download if its host answers at all.

Checkpoints are read as plain tensors only: a file that needs unpickling is refused, never run.
"""

from __future__ import annotations

import os
import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TypeVar

from scoring.metric import Unavailable

HUB = "https://huggingface.co"
SECONDS = 3.0

os.environ.setdefault("HF_HUB_ETAG_TIMEOUT", "3")  # read when huggingface_hub is imported
os.environ.setdefault("ULTRALYTICS_SAFE_LOAD", "True")  # read when ultralytics is imported

Model = TypeVar("Model")


def local_first(load: Callable[[bool], Model], what: str, url: str = HUB, where: str = "") -> Model:
    """`load(True)` may use local files only; if that fails, `load(False)` may download them.

    Raises Unavailable with one sentence: `what` is what is missing, `where` what to do about it.
    """
    try:
        with _careful():
            return load(True)
    except ImportError as error:
        raise Unavailable(f"{what} needs the Python package {error.name}: install it and run again.") from error
    except Exception as error:  # libraries raise OSError, ValueError, KeyError and their own for a missing file
        missing = error
    if os.environ.get("HF_HUB_OFFLINE") or not reachable(url):
        advice = where or "connect once, or give the path of a local copy"
        raise Unavailable(f"{what} is not on this machine and {url} cannot be reached: {advice}.") from missing
    return fetched(lambda: load(False), what)


def fetched(load: Callable[[], Model], what: str) -> Model:
    """`load()`, whatever it raises being turned into Unavailable with the first line of the reason."""
    try:
        with _careful():
            return load()
    except ImportError as error:
        raise Unavailable(f"{what} needs the Python package {error.name}: install it and run again.") from error
    except Exception as error:  # the user needs one sentence, not the library's own tree of exceptions
        raise Unavailable(f"{what} could not be loaded: {first_line(error)}.") from error


@cache
def reachable(url: str) -> bool:
    """Whether the host of `url` answers within three seconds, through the proxy if one is set."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=SECONDS):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def first_line(error: BaseException) -> str:
    """The reason in one line, without the closing stop."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].strip().rstrip(".")[:300]


@contextmanager
def _careful() -> Iterator[None]:
    """No socket waits long, and `torch.load` reads tensors only, whatever a library asks for."""
    before, forced = socket.getdefaulttimeout(), os.environ.get("TORCH_FORCE_WEIGHTS_ONLY_LOAD")
    socket.setdefaulttimeout(10)
    os.environ["TORCH_FORCE_WEIGHTS_ONLY_LOAD"] = "1"
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
        os.environ.pop("TORCH_FORCE_WEIGHTS_ONLY_LOAD")
        if forced is not None:
            os.environ["TORCH_FORCE_WEIGHTS_ONLY_LOAD"] = forced
