"""Thousands of random pairs of operations at the same moment: no row and no decision is lost or doubled.

    python -m benchmarks races --pairs 10000 --seed 0

Operations are those of people and programs: imports of new and of known files, decisions one by one and in bulk, undo,
exports, settings, results of scoring that come in, reports and searches. The workspace is checked after every batch.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import shutil
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks import CampaignFailedError, Row
from curation.balancing import export_plan
from curation.checks import checking
from curation.decisions import decision_log, merging
from curation.exporting import export
from curation.filtering.snapshot import build
from curation.filtering.thresholds import Board
from curation.importing import importer
from curation.recipes.recipe import Recipe
from curation.review import team
from curation.workspace import open_workspace
from scoring import shard
from storage import datasets, runs, samples, settings
from storage import search as words

BY_NAME_ONLY = True
BATCH = 250
"""Pairs in one workspace, which is checked after them."""
PEOPLE = ("ann", "ben", "eve")


class World:
    """One workspace, its operations, and what has to be in it after them."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.workspace = open_workspace(folder / "workspace")
        self._folder, self._draw = folder, random.Random(seed)
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._said: Counter[str] = Counter()
        self._rows: dict[Path, int] = {}
        self._imported: set[Path] = set()
        self.run_no = runs.create(self.workspace.store, 0)
        runs.finish(self.workspace.store, self.run_no, "done", "", {})
        for _ in range(3):
            self.import_new()

    def operations(self) -> dict[str, Callable[[], None]]:
        """Every operation by its name."""
        return {
            "import": self.import_new, "import again": self.import_known, "decide": self.decide,
            "decide many": self.decide_many, "undo": self.undo, "merge log": self.merge_log, "export": self.export,
            "setting": self.setting, "ingest": self.ingest, "snapshot": self.snapshot, "search": self.search,
            "checkpoint": self.workspace.store.checkpoint,
        }  # fmt: skip

    def problems(self) -> list[str]:
        """What is not as it has to be."""
        store = self.workspace.store
        found = [one.problem for one in checking.find(self.workspace, thorough=True)]
        rows = sum(self._rows[path] for path in self._imported)
        if int(store.one("SELECT count(*) FROM sample")) != rows:
            found.append(f"{store.one('SELECT count(*) FROM sample')} samples instead of {rows}")
        if datasets.listing(store).height != len(self._imported):
            found.append("a file came in twice")
        logged = Counter(row[0] for row in store.rows("SELECT who FROM decision"))
        found += [
            f"{logged[who]} events of {who}, not {self._said[who]}" for who in PEOPLE if logged[who] != self._said[who]
        ]
        doubled = store.one("SELECT count(*) - count(DISTINCT (subject_no, metric)) FROM score")
        return [*found, *([f"{doubled} scores doubled"] if doubled else [])]

    def close(self) -> None:
        """Gives the workspace up."""
        self.workspace.close()

    def import_new(self) -> None:
        """Imports a file that is not there yet."""
        number, count = self._next(), self._random().randrange(1, 12)
        path = self._folder / f"set{number}.json"
        talk = [{"from": "human", "value": f"What is in {number}?"}]
        rows = [
            {"id": f"{number}-{n}", "conversations": [*talk, {"from": "gpt", "value": f"Thing {n}."}]}
            for n in range(count)
        ]
        path.write_text(json.dumps(rows))
        with self._lock:
            self._rows[path] = count
        self._import(path)

    def import_known(self) -> None:
        """Imports a file that is there, or is coming in just now."""
        with self._lock:
            path = self._draw.choice(list(self._rows))
        self._import(path)

    def decide(self) -> None:
        """One decision on one sample."""
        self._say(lambda who: decision_log.decide(self.workspace, who, "sample", self._key(), self._verdict()))

    def decide_many(self) -> None:
        """One act on several samples."""
        keys = {self._key() for _ in range(4)}
        self._say(lambda who: decision_log.decide_all(self.workspace, who, "sample", keys, self._verdict()), len(keys))

    def undo(self) -> None:
        """Takes a person's last act back, if there is one."""
        who = self._random().choice(PEOPLE)
        if decision_log.undo(self.workspace, who) is not None:
            with self._lock:
                self._said[who] += 1

    def merge_log(self) -> None:
        """Merges the log into itself, which changes nothing."""
        merging.merge_lines(self.workspace, merging.log_lines(self.workspace))

    def export(self) -> None:
        """Writes all samples into one of a few folders."""
        snapshot = build(self.workspace)
        whole = export_plan.complete_recipe(self.workspace, snapshot, Recipe("all"))
        planned = export_plan.make_plan(self.workspace, whole, Board(snapshot))
        out = self._folder / "out" / str(self._next())
        export.write(self.workspace, planned, out, approved=True, who="ann")

    def setting(self) -> None:
        """Changes a setting and reads it."""
        settings.write(self.workspace.store, "some key", self._next())
        settings.read(self.workspace.store, "some key")

    def ingest(self) -> None:
        """Stores a shard of scores; a second time changes nothing."""
        number = self._next()
        rows = [("turn", 10_000 * number + n, "made", "1", 1.0, None, None, self.run_no) for n in range(5)]
        frame = pl.DataFrame(rows, schema=shard.SCHEMAS["scores"], orient="row")
        turns = int(self.workspace.store.one("SELECT count(*) FROM turn"))
        frame = frame.with_columns(
            subject_no=(pl.col("subject_no") % turns).cast(pl.Int32), metric=pl.lit(f"m{number}")
        )
        frame = frame.unique("subject_no")
        for _ in range(2):
            runs.ingest(self.workspace.store, f"run/{number}", self.run_no, {"scores": frame})

    def snapshot(self) -> None:
        """Reads everything that the pages show."""
        snapshot = build(self.workspace)
        team.standing(self.workspace, snapshot, "ann")
        Board(snapshot).evaluate(Recipe()).funnel()

    def search(self) -> None:
        """Looks for words."""
        words.containing(self.workspace.store, "thing")

    def _import(self, path: Path) -> None:
        report = importer.import_file(self.workspace, path)
        assert report.imported == self._rows[path], report
        with self._lock:
            self._imported.add(path)

    def _say(self, act: Callable[[str], Any], count: int = 1) -> None:
        who = self._random().choice(PEOPLE)
        act(who)
        with self._lock:
            self._said[who] += count

    def _key(self) -> str:
        keys = samples.listing(self.workspace.store)["key"]
        return str(keys[self._random().randrange(len(keys))])

    def _verdict(self) -> str:
        return self._random().choice(decision_log.SAMPLE_VERDICTS)

    def _next(self) -> int:
        return next(self._numbers)

    def _random(self) -> random.Random:
        with self._lock:
            return random.Random(self._draw.random())


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the campaign."""
    parser.add_argument("--pairs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)


def run(options: Sequence[str] = ()) -> Iterator[Row]:
    """Runs the campaign. Raises CampaignFailedError, after the rows, when something went wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks races")
    add_arguments(parser)
    chosen = parser.parse_args(options)
    started, done, problems = time.monotonic(), 0, list[str]()
    for batch in itertools.count():
        if done >= chosen.pairs:
            break
        count = min(BATCH, chosen.pairs - done)
        problems += race(count, chosen.seed * 1_000 + batch)
        done += count
    yield f"pairs of operations (seed {chosen.seed})", f"{done:,}", "10,000"
    yield "raised, lost, doubled or otherwise wrong", f"{len(problems):,}", "0"
    for problem in problems[:20]:
        yield "", problem[:300], ""
    yield "time taken", f"{(time.monotonic() - started) / 60:.1f} min", ""
    if problems:
        raise CampaignFailedError(f"{len(problems):,} things raised, lost, doubled or otherwise wrong.")


def race(pairs: int, seed: int) -> list[str]:
    """Runs pairs of operations in a new workspace; returns what went wrong."""
    folder = Path(tempfile.mkdtemp(prefix="winnow-races-"))
    draw = random.Random(seed)
    world = World(folder, seed)
    problems: list[str] = []
    try:
        names = sorted(world.operations())
        for _ in range(pairs):
            problems += _together(world, *(draw.choice(names) for _ in range(2)))
        problems += [f"seed {seed}: {one}" for one in world.problems()]
    finally:
        world.close()
        shutil.rmtree(folder, ignore_errors=True)
    return problems


def _together(world: World, *names: str) -> list[str]:
    """Starts operations at the same moment; returns what they raised."""
    start, raised = threading.Barrier(len(names)), list[str]()

    def perform(name: str) -> None:
        start.wait()
        try:
            world.operations()[name]()
        except Exception as error:
            raised.append(f"{' and '.join(names)}: {name}: {type(error).__name__}: {error}")

    threads = [threading.Thread(target=perform, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised
