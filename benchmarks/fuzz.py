"""A million damaged inputs of every kind: named outcomes only, none slower than 5 s, none above 500 MB.

    python -m benchmarks fuzz --inputs 1000000 --seed 0 --seconds 2400

An input that ends otherwise is written to the folder `fuzz-failures` with its traceback; its name has the seed and the
number that make it again.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks import CampaignFailedError, Row, cores

BY_NAME_ONLY = True
SLOWEST_SECONDS = 5.0
"""Processor time of one input, so that a busy machine makes none slow; one that waits is stuck."""
MOST_BYTES = 500 << 20
STUCK_SECONDS = 60.0
CHUNK = 2000
MOST_FAILURES = 20
FAILURES = Path("fuzz-failures")


@dataclass
class Tally:
    """What came of inputs of one target: read as they are, refused by a named error, failed in any other way."""

    target: str
    inputs: int = 0
    refused: int = 0
    failed: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    bytes: int = 0

    def add(self, other: Tally) -> None:
        """Takes in what came of more inputs."""
        self.inputs += other.inputs
        self.refused += other.refused
        self.failed += other.failed
        self.seconds += other.seconds
        self.slowest = max(self.slowest, other.slowest)
        self.bytes = max(self.bytes, other.bytes)


Job = tuple[str, int, int]
"""A target and its inputs from a number on, up to another."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the campaign."""
    parser.add_argument("--inputs", type=int, default=1_000_000, help="over all targets; default 1,000,000")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=2400.0, help="stop after so long; default 2400")
    parser.add_argument("--failures", type=Path, default=FAILURES, metavar="DIR", help="default: fuzz-failures")


def run(options: Sequence[str] = ()) -> Iterator[Row]:
    """Runs the campaign and yields a row for each target and for all.

    Raises CampaignFailedError, after the rows, when an input ended otherwise than by a named outcome.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks fuzz")
    add_arguments(parser)
    chosen = parser.parse_args(options)
    started = time.monotonic()
    tallies = campaign(chosen.inputs, chosen.seed, chosen.seconds, chosen.failures)
    took = time.monotonic() - started
    for one in tallies:
        share = f"{one.refused / max(one.inputs, 1):.0%} refused"
        what = f"{one.target}: {one.inputs:,} inputs, {share}, {1000 * one.seconds / max(one.inputs, 1):.2f} ms each"
        worst = f"{one.slowest:.2f} s, {one.bytes >> 20} MB"
        yield what, f"{one.failed} failed", f"none; slowest and largest {worst}"
    every = Tally("all")
    for one in tallies:
        every.add(one)
    yield f"all, seed {chosen.seed}", f"{every.inputs:,}", f"{chosen.inputs:,}"
    yield "time taken", f"{took:.0f} s", f"at most {chosen.seconds:.0f} s"
    yield "failed", f"{every.failed}", "0"
    yield "slowest", f"{every.slowest:.2f} s", f"at most {SLOWEST_SECONDS:.0f} s"
    yield "most memory of one input", f"{every.bytes >> 20} MB", f"at most {MOST_BYTES >> 20} MB"
    if every.failed:
        raise CampaignFailedError(f"{every.failed:,} inputs, kept in {chosen.failures}.")


def campaign(inputs: int, seed: int, seconds: float, failures: Path, workers: int = 0) -> list[Tally]:
    """What came of the inputs, by target, from as many worker processes as there are cores."""
    from benchmarks._fuzz_targets import targets

    shares = {name: target.share for name, target in targets().items()}
    tallies = {name: Tally(name) for name in shares}
    jobs = _jobs(shares, inputs)
    deadline = time.monotonic() + seconds
    with _team(workers or cores(), seed, failures) as team:
        while jobs or any(one.job for one in team):
            for worker in team:
                for tally in worker.done():
                    tallies[tally.target].add(tally)
                if worker.job is None and jobs and time.monotonic() < deadline:
                    worker.start(jobs.pop(0))
            if time.monotonic() >= deadline:
                jobs.clear()
            time.sleep(0.02)
    return list(tallies.values())


def _jobs(shares: dict[str, float], inputs: int) -> list[Job]:
    """Every target's inputs in chunks, the targets by turns."""
    chunks: list[tuple[float, Job]] = []
    for name, share in shares.items():
        count = max(1, round(inputs * share / sum(shares.values())))
        chunks += [(start / count, (name, start, min(start + CHUNK, count))) for start in range(0, count, CHUNK)]
    return [job for _, job in sorted(chunks, key=lambda chunk: chunk[0])]


class _Worker:
    """A process that feeds inputs; one that dies or is stuck is blamed on the input at hand and replaced."""

    def __init__(self, seed: int, failures: Path) -> None:
        self.job: Job | None = None
        self._seed, self._failures = seed, failures
        self._folder = Path(tempfile.mkdtemp(prefix="winnow-fuzz-"))
        self._spawn()

    def _spawn(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._at: Any = context.Value("q", -1, lock=False)
        self._here, there = context.Pipe()
        arguments = (there, self._at, self._seed, str(self._failures), str(self._folder))
        self._process = context.Process(target=_work, args=arguments, daemon=True)
        self._process.start()
        self._seen, self._since = -1, time.monotonic()

    def start(self, job: Job) -> None:
        """Hands out inputs."""
        self.job, self._seen, self._since = job, -1, time.monotonic()
        self._at.value = -1
        self._here.send(job)

    def done(self) -> list[Tally]:
        """What has come of the inputs since; nothing while they are being fed."""
        if self.job is None:
            return []
        try:
            if self._here.poll():
                tally: Tally = self._here.recv()
                self.job = None
                return [tally]
        except EOFError:
            pass
        if self._at.value != self._seen:
            self._seen, self._since = self._at.value, time.monotonic()
        stuck = time.monotonic() - self._since > STUCK_SECONDS
        return [self._blame("stuck" if stuck else "died")] if stuck or not self._process.is_alive() else []

    def _blame(self, how: str) -> Tally:
        target, start, stop = self.job or ("", 0, 0)
        number = max(int(self._at.value), start)
        self._process.kill()
        self._process.join()
        _keep_failure(self._failures, self._seed, target, number, f"the worker {how}")
        self._spawn()
        tally = Tally(target, inputs=number + 1 - start, failed=1, slowest=STUCK_SECONDS if how == "stuck" else 0.0)
        self.job = None
        if number + 1 < stop:
            self.start((target, number + 1, stop))
        return tally

    def close(self) -> None:
        """Ends the process."""
        if self._process.is_alive():
            self._here.send(None)
            self._process.join(20)
        self._process.kill()
        shutil.rmtree(self._folder, ignore_errors=True)


@contextmanager
def _team(count: int, seed: int, failures: Path) -> Iterator[list[_Worker]]:
    team = [_Worker(seed, failures) for _ in range(count)]
    try:
        yield team
    finally:
        for worker in team:
            worker.close()


def _work(wire: Connection, at: Any, seed: int, failures: str, folder: str) -> None:
    """Feeds the inputs of each job that comes; None ends it."""
    from benchmarks import _fuzz_app

    sys.setrecursionlimit(1000)
    logging.disable(logging.WARNING)  # Streamlit warns of every page that it runs without a browser
    signal.signal(signal.SIGALRM, _too_slow)
    while (job := wire.recv()) is not None:
        wire.send(_fed(job, at, seed, Path(failures), Path(folder)))
    _fuzz_app.close(Path(folder))


def _fed(job: Job, at: Any, seed: int, failures: Path, folder: Path) -> Tally:
    from benchmarks._fuzz_inputs import draw_of
    from benchmarks._fuzz_targets import targets

    name, start, stop = job
    target, tally = targets()[name], Tally(name)
    target_warm = target.make(draw_of(seed, name, -1))
    _outcome(target, target_warm, folder)  # loads what the target needs: no input's time or memory
    for number in range(start, stop):
        at.value = number
        data = target.make(draw_of(seed, name, number))
        before, begun = _peak(), time.process_time()
        problem = _outcome(target, data, folder)
        took = time.process_time() - begun
        grown = max(0, _peak() - before)
        tally.inputs += 1
        tally.seconds += took
        tally.slowest, tally.bytes = max(tally.slowest, took), max(tally.bytes, grown)
        tally.refused += problem == "refused"
        if took > SLOWEST_SECONDS or grown > MOST_BYTES:
            problem = f"{took:.1f} s, {grown >> 20} MB"
        if problem not in ("", "refused"):
            tally.failed += 1
            if tally.failed <= MOST_FAILURES:
                _keep_failure(failures, seed, name, number, problem)
    return tally


def _outcome(target: Any, data: bytes, folder: Path) -> str:
    """Empty for an input that was read, "refused" for a named error, the traceback for anything else."""
    signal.setitimer(signal.ITIMER_REAL, 0.9 * STUCK_SECONDS)
    try:
        target.feed(data, folder)
    except target.named:
        return "refused"
    except Exception:
        return traceback.format_exc()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return ""


def _peak() -> int:
    """The most memory that this process had so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10


def _too_slow(*_: object) -> None:
    raise AssertionError("too slow")


def _keep_failure(folder: Path, seed: int, target: str, number: int, problem: str) -> None:
    from benchmarks._fuzz_inputs import draw_of
    from benchmarks._fuzz_targets import targets

    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{target.replace(' ', '-')}-seed{seed}-{number}"
    (folder / f"{stem}.bin").write_bytes(targets()[target].make(draw_of(seed, target, number)))
    (folder / f"{stem}.txt").write_text(problem, encoding="utf-8", errors="backslashreplace")
