"""What the programs' files share: they take jobs, and say what they read in pixels and texts."""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def main(read: Callable[[dict[str, Any]], list[Row]]) -> None:
    """Answers each line of the standard input, a job, by a line of JSON: its rows, or why there are none."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # programs print what they like
    for line in sys.stdin:
        job = json.loads(line)
        try:
            with _within(job.get("cwd") or ".", job.get("env") or {}):
                answer: dict[str, Any] = {"rows": read(job)}
        except BaseException as error:
            traceback.print_exc()
            answer = {"error": f"{type(error).__name__}: {error}"[:600]}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def option(words: list[str], name: str) -> str:
    """The value of an option on a command line, "" without."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument(name, dest="value", default="")
    return str(parser.parse_known_args(words)[0].value)


def pixels(picture: Any) -> str:
    """A hash of a picture's pixels in RGB: of a path, bytes or a picture that is open already."""
    from PIL import Image

    if isinstance(picture, bytes):
        picture = io.BytesIO(picture)
    if not isinstance(picture, Image.Image):
        picture = Image.open(picture)
    rgb = picture.convert("RGB")
    return hashlib.sha256(repr(rgb.size).encode() + rgb.tobytes()).hexdigest()[:16]


def content(path: str) -> str:
    """A hash of a file's bytes."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:16]


def said(messages: list[Any], role: str = "role", text: str = "content") -> list[list[str]]:
    """(role, text) of each message, parts of pictures as `<image>`."""
    return [[message[role], _text(message.get(text))] for message in messages]


def executed(code: str) -> dict[str, Any]:
    """What names hold after the lines of a card were run."""
    names: dict[str, Any] = {}
    exec(code, names)  # the lines of our own card
    return names


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "".join("<image>" if part.get("type", "").startswith("image") else part.get("text") or "" for part in value)


@contextlib.contextmanager
def _within(folder: str, variables: Mapping[str, str]) -> Iterator[None]:
    before, kept = Path.cwd(), dict(os.environ)
    os.chdir(folder)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.chdir(before)
        os.environ.clear()
        os.environ.update(kept)
