"""How commands talk: results to standard output, everything else to standard error."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Sequence

import orjson

from curation.common.counts import counted
from curation.decisions import decision_log
from curation.runs import score_all
from curation.runs.run_progress import RunProgress
from curation.workspace import Workspace, score_columns
from scoring import addresses
from scoring.addresses import AddressError, FilePlace


def say(text: str) -> None:
    """A line to the person at the terminal."""
    print(text, file=sys.stderr, flush=True)


def json_line(value: object) -> None:
    """A JSON document on one line of standard output."""
    sys.stdout.write(orjson.dumps(value).decode() + "\n")


def place_argument(text: str) -> FilePlace:
    """A path or an address that a person names. Raises argparse.ArgumentTypeError for what cannot be one."""
    try:
        return addresses.file_place(text)
    except AddressError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def add_who(parser: argparse.ArgumentParser) -> None:
    """Adds the options of a command that changes datasets: who does it, and whether the answer is JSON."""
    parser.add_argument("--who", default=decision_log.default_person(), help="who says so (default: your user name)")
    parser.add_argument("--json", action="store_true", help="print as JSON")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Prints a plain aligned table on standard output, numbers to the right.

    Args:
        head: Names of the columns.
        rows: Values of each row, as many as there are columns; None is printed as "-".
    """
    lines = [[_cell(value) for value in row] for row in rows]
    widths = [max(len(line[index]) for line in [list(head), *lines]) for index in range(len(head))]
    right = [bool(lines) and all(_is_number(line[index]) for line in lines) for index in range(len(head))]
    for line in [list(head), ["-" * width for width in widths], *lines]:
        cells = [c.rjust(w) if r else c.ljust(w) for c, w, r in zip(line, widths, right, strict=True)]
        print("  ".join(cells).rstrip())


class ProgressLine:
    """One line that rewrites itself in a terminal; in a log, a line every ten seconds."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._last = 0.0
        self._width = 0

    def show(self, text: str) -> None:
        """Shows the present state."""
        now = time.monotonic()
        if self._live:
            sys.stderr.write("\r" + text.ljust(self._width))
            sys.stderr.flush()
            self._width = len(text)
        elif now - self._last > 10:
            say(text)
            self._last = now

    def end(self) -> None:
        """Leaves the line."""
        if self._live and self._width:
            sys.stderr.write("\n")


def duration(seconds: float | None) -> str:
    """Seconds as people say them: 42 s, 3 min, 1 h 20 min."""
    if seconds is None:
        return "?"
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def score(
    workspace: Workspace,
    columns: dict[str, score_columns.Column],
    retry_failed: bool = False,
    jobs: int | None = None,
) -> RunProgress:
    """Scores what the columns miss, with a progress line; Ctrl-C stops after the present batch.

    Args:
        workspace: Open workspace.
        columns: Columns to score, by name.
        retry_failed: True scores again what failed before.
        jobs: How many workers there are; None for as many as the machine has room for.

    Returns:
        Where the run ended.
    """
    line = ProgressLine()

    def stopping() -> None:
        line.end()
        say("stopping after the present batch ...")

    try:
        return score_all.score_all(
            workspace,
            columns,
            retry_failed=retry_failed,
            jobs=jobs,
            watch=lambda progress: line.show(_describe(progress)),
            before_stop=stopping,
        )
    finally:
        line.end()


def _describe(progress: RunProgress) -> str:
    share = f"{progress.done:,} of {counted(progress.total, 'value')}"
    failed = f", {progress.failed:,} failed" if progress.failed else ""
    rate = f", {progress.rate:,.0f}/s" if progress.rate else ""
    left = f", {duration(progress.eta_seconds)} left" if progress.eta_seconds is not None else ""
    slow = f", {progress.waiting.name} has been at one call for a while" if progress.waiting else ""
    return f"scoring ({progress.state}): {share}{failed}{rate}{left}{slow}"


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:,.4g}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _is_number(text: str) -> bool:
    return text == "-" or text.replace(",", "").replace(".", "").replace("-", "").replace("e", "").isdigit()
