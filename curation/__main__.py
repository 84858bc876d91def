# PYTHON_ARGCOMPLETE_OK
"""The command line: `python -m curation COMMAND --workspace DIR`. One command per file of `commands/`."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from curation.commands.parser import parser
from curation.common import program
from curation.common.errors import WinnowError
from curation.common.names import UnknownNameError
from scoring import plugins
from scoring.plain_files import SpecialFileError, plain
from scoring.remote_files import RemoteError


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; 0 done, 1 failed (with one sentence on standard error), 2 wrong usage."""
    if "_ARGCOMPLETE" in os.environ:
        _complete()
    program.start()
    parsed = parser(arguments).parse_args(arguments)
    try:
        _check_paths(parsed)
        plugins.use(parsed.plugins)
        return int(parsed.run(parsed))
    except BrokenPipeError:  # `... | head` is no failure
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        _say("stopped; run the same command again to go on")
        return 1
    except Exception as error:
        sentence = _sentence(error, parsed)
        if sentence is None:
            raise
        _say(f"error: {sentence}")
        return 2 if isinstance(error, UnknownNameError) else 1


def _complete() -> None:
    """Answers the shell that asks for completions, where argcomplete is installed, and ends the process."""
    with contextlib.suppress(ModuleNotFoundError):
        import argcomplete

        words = os.environ.get("COMP_LINE", "").split()
        argcomplete.autocomplete(parser(words[words.index("curation") + 1 if "curation" in words else 1 :]))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _sentence(error: Exception, parsed: argparse.Namespace) -> str | None:
    """What a failure is in one sentence; None for one that is a fault of the program."""
    from storage import disk

    if isinstance(error, SpecialFileError):
        return f"{error.filename} cannot be opened: {error.strerror}."
    if isinstance(error, WinnowError | plugins.PluginError | RemoteError):
        return str(error)
    if not disk.refusal(str(error)):  # Polars, Arrow and Pillow have errors of their own for what a disk refuses
        return None
    named = error.filename if isinstance(error, OSError) else None
    return disk.explained(error, named or parsed.workspace).capitalize()


def _check_paths(parsed: argparse.Namespace) -> None:
    """Refuses pipes, sockets and devices wherever a command takes a path. Raises SpecialFileError."""
    for value in vars(parsed).values():
        for path in value if isinstance(value, list) else [value]:
            if isinstance(path, Path):
                plain(path)


if __name__ == "__main__":
    sys.exit(main())
