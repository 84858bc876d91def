"""Finds weights without hanging: what is on this machine first, then a download if its host answers at all.

Checkpoints are read as plain tensors only: a file that needs unpickling is refused, never run.
"""

from __future__ import annotations

import os
import pickle
import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TypeVar

from scoring.metric import Unavailable

HUB = "https://huggingface.co"
SECONDS = 3.0
TENSORS_ONLY = "TORCH_FORCE_WEIGHTS_ONLY_LOAD"
ADVICE = "connect once, or give the path of a local copy"
REFUSED = "the file holds more than tensors, and unpickling it could run any code"

os.environ.setdefault("HF_HUB_ETAG_TIMEOUT", "3")  # read when huggingface_hub is imported

Model = TypeVar("Model")


def local_first(load: Callable[[], Model], title: str, advice: str = ADVICE) -> Model:
    """Loads a model with the Hugging Face hub switched off; if that fails and the hub answers, with downloads.

    Args:
        load: Loads the model.
        title: Names the model in messages, at the start of a sentence.
        advice: What to do where the model cannot be had.

    Returns:
        What `load` returns.

    Raises:
        Unavailable: It cannot be loaded; the message is one sentence.
    """
    try:
        with _careful(offline=True):
            return load()
    except ImportError as error:
        raise _package(title, error) from error
    except Exception as error:  # libraries raise OSError, ValueError, KeyError and their own for a missing file
        if _refused(error):
            raise Unavailable(f"{title} could not be loaded: {REFUSED}.") from error
        if os.environ.get("HF_HUB_OFFLINE") or not reachable(HUB):
            raise Unavailable(f"{title} is not on this machine and {HUB} cannot be reached: {advice}.") from error
    return fetched(load, title)


def fetched(load: Callable[[], Model], title: str) -> Model:
    """Loads a model, with downloads.

    Args:
        load: Loads the model; whatever it raises becomes Unavailable with the first line of the reason.
        title: Names the model in messages, at the start of a sentence.

    Returns:
        What `load` returns.

    Raises:
        Unavailable: It cannot be loaded; the message is one sentence.
    """
    try:
        with _careful():
            return load()
    except Unavailable:
        raise
    except ImportError as error:
        raise _package(title, error) from error
    except Exception as error:  # the user needs one sentence, not the library's own tree of exceptions
        reason = REFUSED if _refused(error) else first_line(error)
        raise Unavailable(f"{title} could not be loaded: {reason}.") from error


def _package(title: str, error: ImportError) -> Unavailable:
    return Unavailable(f"{title} needs the Python package {error.name}: install it and run again.")


def _refused(error: BaseException) -> bool:
    return isinstance(error, pickle.UnpicklingError) or "weights_only" in str(error).lower()


@lru_cache(maxsize=256)
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
    return lines[0].strip().rstrip(".:")[:300]


@contextmanager
def _careful(offline: bool = False) -> Iterator[None]:
    """No socket waits long, `torch.load` reads tensors only whatever a library asks for, the hub may be off."""
    from huggingface_hub import constants

    before = socket.getdefaulttimeout(), os.environ.get(TENSORS_ONLY), constants.HF_HUB_OFFLINE
    socket.setdefaulttimeout(10)
    os.environ[TENSORS_ONLY] = "1"
    constants.HF_HUB_OFFLINE = offline or before[2]  # asked at every request; otherwise it retries for a minute
    try:
        yield
    finally:
        socket.setdefaulttimeout(before[0])
        constants.HF_HUB_OFFLINE = before[2]
        os.environ.pop(TENSORS_ONLY)
        if before[1] is not None:
            os.environ[TENSORS_ONLY] = before[1]
