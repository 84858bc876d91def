"""How long one item may take, and how a call that takes longer is ended.

Seconds are those of the processor, so that a busy machine makes nothing fail; a call that only waits may wait longer
(`PATIENCE`). A call into Python code is ended by a signal in the worker. A call into C code that holds the interpreter
hears no signal: therefore a worker notes what it is at before each call, and its owner kills it when that takes too
long. The worker that follows it goes on behind what was stored, and calls the items of that batch one by one.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType

import orjson

from scoring.json_types import Params

ITEM_SECONDS = float(os.environ.get("WINNOW_ITEM_SECONDS", "30"))
"""Processor time of an item in a metric or feature that only computes; those that ask a model may take any."""
PARAM = "item_seconds"
"""The parameter of a metric or feature with another limit; None for no limit."""
PATIENCE = 10.0
"""How many times as long as its limit a call may take by the clock, while others use the processor or it waits."""
GRACE_SECONDS = 5.0
"""How long after the limit the owner kills a worker that the signal did not wake."""
_AGAIN_SECONDS = 5.0
"""After which the signal comes again, where what it raised was swallowed."""


class TookTooLong(BaseException):
    """A call took longer than its limit; no Exception, so that what a metric catches does not catch it."""


@dataclass(frozen=True)
class Call:
    """A call of a column that is going on: on one item, or (`number` None) on the whole batch at that place."""

    part: int
    batch: int
    name: str
    number: int | None
    since: float = 0.0
    """When it began, on the machine's monotonic clock."""
    seconds: float = 0.0
    used: float = 0.0
    """Processor seconds that the worker had used when it began."""

    def overdue(self, process: int) -> bool:
        """True when the worker ought to have ended it.

        Args:
            process: The worker, whose processor time is looked up where the system tells it.
        """
        used = _processor_seconds(process)
        if used is not None and used - self.used > self.seconds + GRACE_SECONDS:
            return True
        return time.monotonic() - self.since > PATIENCE * self.seconds + GRACE_SECONDS


def of(params: Params, *, builtin: bool) -> float | None:
    """Reads how long an item may take.

    Args:
        params: The parameters of a metric or feature, maybe with PARAM.
        builtin: Whether it only computes, so that ITEM_SECONDS is the default.

    Returns:
        Seconds; None for any time.
    """
    limit = params.get(PARAM, ITEM_SECONDS if builtin else None)
    return None if limit is None else float(limit)


def sentence(seconds: float) -> str:
    """What is stored of an item that took too long."""
    return f"It took longer than {seconds:g} s."


class Notes:
    """What one worker is at, and which calls of its predecessors hung: two files in the folder of the run."""

    def __init__(self, folder: Path, share: int) -> None:
        self._at, self._hung = folder / f"at-{share}.json", folder / f"hung-{share}.json"

    def begin(self, call: Call) -> None:
        """Notes a call before it begins."""
        _write(self._at, asdict(call))

    def end(self) -> None:
        """No call is going on."""
        self._at.unlink(missing_ok=True)

    def present(self) -> Call | None:
        """The call that is going on."""
        return next(iter(_read(self._at)), None)

    def add_hung(self, call: Call) -> None:
        """Notes that a call had to be killed."""
        calls = [*self.hung(), call]
        _write(self._hung, [asdict(entry) for entry in calls])

    def hung(self) -> list[Call]:
        """The calls that had to be killed."""
        return _read(self._hung)


class CallLimit:
    """Limits the calls of one column on one batch; `notes` is where they are noted and `hung` which ones hung before.

    Without `seconds` calls take any time.
    """

    def __init__(self, seconds: float | None = None, call: Call | None = None, notes: Notes | None = None) -> None:
        self._seconds, self._call, self._notes = seconds, call, notes
        hung = notes.hung() if notes and seconds is not None else []
        same = [
            other
            for other in hung
            if call and (other.part, other.batch, other.name) == (call.part, call.batch, call.name)
        ]
        self.one_by_one = bool(same)
        self._hung = {other.number for other in same}

    @property
    def sentence(self) -> str:
        """What is said of an item that took too long."""
        return sentence(self._seconds or 0.0)

    def hung(self, number: int) -> bool:
        """Whether this item took too long in a worker that had to be killed."""
        return number in self._hung

    @contextmanager
    def on(self, numbers: Sequence[int]) -> Iterator[None]:
        """Raises TookTooLong within the block when the items take longer than the limit."""
        if self._seconds is None:
            yield
            return
        if self._notes and self._call:
            number = numbers[0] if len(numbers) == 1 else None
            call = self._call
            began, used = time.monotonic(), time.process_time()
            self._notes.begin(Call(call.part, call.batch, call.name, number, began, self._seconds, used))
        with _alarm(self._seconds):
            yield


Limits = Callable[[str, float | None], CallLimit]
"""Makes the limit of a column, by its name and seconds, for the present batch."""


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield  # signals reach the main thread only: elsewhere the owner's patience is the limit
        return
    before = {number: signal.signal(number, _raise) for number in (signal.SIGPROF, signal.SIGALRM)}
    signal.setitimer(signal.ITIMER_PROF, seconds, _AGAIN_SECONDS)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE * seconds, _AGAIN_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)


def _processor_seconds(process: int) -> float | None:
    """Processor time that a process has used; None where the system does not tell."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return None


def _raise(_signal: int, _frame: FrameType | None) -> None:
    raise TookTooLong


def _write(path: Path, content: object) -> None:
    part = path.with_suffix(".part")
    try:
        part.write_bytes(orjson.dumps(content))
        part.replace(path)
    except OSError:  # a full disk is met, and named, where results are written
        part.unlink(missing_ok=True)


def _read(path: Path) -> list[Call]:
    try:
        content = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return []
    return [Call(**entry) for entry in (content if isinstance(content, list) else [content])]
