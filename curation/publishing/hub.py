"""Sends a folder to a dataset hub through `huggingface_hub`; the token comes from the environment and stays there."""

from __future__ import annotations

import importlib.util
import math
import os
import re
import subprocess
import sys
from pathlib import Path

import orjson

from curation.common import program
from curation.common.errors import WinnowError

TOKEN = "HF_TOKEN"
ENDPOINT = "HF_ENDPOINT"
"""Environment variables that the library knows too."""
LEAST_SECONDS = 300.0
SLOWEST = 500_000.0
"""Bytes a second: sending ends after LEAST_SECONDS and the time that the files take at this speed."""
_REPOSITORY = re.compile(r"[\w.-]{1,96}/[\w.-]{1,96}")


class PushError(WinnowError):
    """The folder was not sent; the message says why."""


def push(folder: Path, repository: str, *, public: bool, message: str) -> str:
    """Sends all files of a folder in one commit, after making the repository where there is none.

    Args:
        folder: Folder to send.
        repository: OWNER/NAME on the hub.
        public: True makes a new repository one that everybody sees.
        message: What the commit says.

    Returns:
        Address of the repository.

    Raises:
        PushError: The library or a token is missing, the name cannot be one, or the hub refuses or does not
            answer in time.
    """
    refuse_unready(repository)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    seconds = LEAST_SECONDS + size / SLOWEST
    request = {
        "folder": str(folder.resolve()), "repository": repository, "public": public, "message": message,
        "token": TOKEN, "endpoint": ENDPOINT,
    }  # fmt: skip
    command = [sys.executable, "-m", "curation.publishing.sending"]
    try:
        done = subprocess.run(
            command, input=orjson.dumps(request), cwd=program.ROOT, timeout=seconds, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise PushError(
            f"The hub did not take {repository} within {math.ceil(seconds / 60)} min; nothing waits for it any more."
        ) from None
    lines = done.stdout.splitlines()
    answer = orjson.loads(lines[-1]) if done.returncode == 0 and lines else {"error": "sending ended unexpectedly"}
    if "error" in answer:
        raise PushError(f"The hub did not take {repository}: {answer['error']}")
    return str(answer["address"])


def refuse_unready(repository: str) -> None:
    """Looks whether a folder could be sent, before one is written.

    Args:
        repository: OWNER/NAME on the hub.

    Raises:
        PushError: The library or a token is missing, or the name cannot be one.
    """
    if not _REPOSITORY.fullmatch(repository):
        raise PushError(f"{repository!r} is no repository: write OWNER/NAME.")
    if importlib.util.find_spec("huggingface_hub") is None:
        raise PushError('Sending needs huggingface_hub: pip install "winnow[hub]".')
    if not os.environ.get(TOKEN, ""):
        raise PushError(f"Put a token of the hub that may write into the environment variable {TOKEN}.")
