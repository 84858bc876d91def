"""Kill -9 at a thousand random moments: nothing is lost or doubled, and the workspace opens every time.

    python -m benchmarks faults --kills 1000 --seed 0

Commands run in processes of their own and are killed at any moment of their life: while they open the workspace, work,
close it. What a command said was done has to be there; what it had not said may be there whole or not at all. Keys
pressed in Chromium while its server is killed are in `--browser` further kills.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import select
import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from benchmarks import CampaignFailedError, Row

BY_NAME_ONLY = True
SHARES = {"import": 22, "decide": 16, "log": 10, "export": 18, "generate": 10, "check": 6, "score": 12, "worker": 6}
"""How often each is killed, of a hundred."""
FILES, ROWS = 12, 240
METRICS = ("response_length", "repetition", "text_readability", "leakage", "refusal", "granularity")
KILLS_EACH = 100
"""Kills in one workspace, which is then brought to its end and compared with what had to come."""
LONGEST_SECONDS = 90.0
LEFT_BY_KILLS = {"half_import", "spool_leftovers", "unfinished_runs", "half_written_files", "export_aside"}
"""What a check may find after a kill; a repair has to mend it."""

Say = Callable[[str], None]


@dataclass
class World:
    """A folder with files to import, the workspace, and what commands said they have done."""

    folder: Path
    draw: random.Random
    took: dict[str, float] = field(default_factory=dict)
    decided: set[str] = field(default_factory=set)
    imported: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def workspace(self) -> Path:
        """The workspace's folder."""
        return self.folder / "workspace"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the campaign."""
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--browser", type=int, default=30, help="further kills of a server while keys are pressed")
    parser.add_argument("--seed", type=int, default=0)


def run(options: Sequence[str] = ()) -> Iterator[Row]:
    """Runs the campaign. Raises CampaignFailedError, after the rows, when something was lost."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks faults")
    add_arguments(parser)
    chosen = parser.parse_args(options)
    started, kills, problems = time.monotonic(), Counter[str](), list[str]()
    for number in itertools.count():
        if kills.total() >= chosen.kills:
            break
        world = campaign(min(KILLS_EACH, chosen.kills - kills.total()), chosen.seed * 1_000 + number)
        kills += world.kills
        problems += world.problems
    yield f"kills (seed {chosen.seed})", f"{kills.total():,}", "1,000"
    for name, count in sorted(kills.items()):
        yield f"  of {name}", f"{count:,}", ""
    yield "lost, doubled or not to be opened", f"{len(problems):,}", "0"
    for problem in problems[:20]:
        yield "", problem[:300], ""
    if chosen.browser:
        from benchmarks import _browser_kills as browser_kills

        yield from browser_kills.run(chosen.browser, chosen.seed)
    yield "time taken", f"{(time.monotonic() - started) / 60:.1f} min", ""
    if problems:
        raise CampaignFailedError(f"{len(problems):,} things lost, doubled or not to be opened.")


def campaign(kills: int, seed: int) -> World:
    """So many kills in one workspace, then everything brought to its end."""
    _import_everything()
    world = World(Path(tempfile.mkdtemp(prefix="winnow-faults-")), random.Random(seed))
    try:
        _make_files(world)
        _perform(world, "import", kill=False)
        _perform(world, "score", kill=False)
        while world.kills.total() < kills:
            name = world.draw.choices(list(SHARES), list(SHARES.values()))[0]
            if _perform(world, name, kill=True):
                world.kills[name] += 1
            world.problems += [f"seed {seed}, after {name}: {one}" for one in _child_lines(_verify, world)]
        world.problems += [f"seed {seed}, at the end: {one}" for one in _child_lines(_finish, world)]
    finally:
        shutil.rmtree(world.folder, ignore_errors=True)
    return world


def _perform(world: World, name: str, *, kill: bool) -> bool:
    """Runs an operation and kills it at a random moment; True when it was still at work."""
    seed = world.draw.randrange(1 << 30)
    process, lines = _start(_OPERATIONS[name], world, seed)
    longest = world.took.get(name, 1.0) * 1.1
    deadline = time.monotonic() + (world.draw.uniform(0, longest) if kill else LONGEST_SECONDS)
    started, text, ended = time.monotonic(), b"", False
    while not ended and (left := deadline - time.monotonic()) > 0:
        if select.select([lines], [], [], left)[0]:
            read = os.read(lines, 1 << 16)
            text, ended = text + read, not read
    if not ended:
        _kill(process, only_worker=name == "worker" and world.draw.random() < 0.7)
    while read := os.read(lines, 1 << 16):
        text += read
    os.close(lines)
    _, status = os.waitpid(process, 0)
    _kill_workers(world)
    _take(world, text.decode().splitlines())
    if ended:
        world.took[name] = max(0.05, time.monotonic() - started, 0.8 * world.took.get(name, 0.0))
        if status:
            world.problems.append(f"{name} ended with status {status}: {text.decode()[-300:]}")
    elif not kill:
        world.problems.append(f"{name} did not end")
    return not ended


def _take(world: World, lines: Sequence[str]) -> None:
    """What an operation said it had done."""
    for line in lines:
        word, _, what = line.partition(" ")
        if word == "decided":
            world.decided.add(what)
        elif word == "imported":
            world.imported.add(what)


def _start(work: Callable[[World, random.Random, Say], None], world: World, seed: int) -> tuple[int, int]:
    """A process that does the work; its number, and what it says as a pipe."""
    lines, out = os.pipe()
    process = os.fork()
    if process:
        os.close(out)
        return process, lines
    try:
        os.setsid()
        os.close(lines)
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(out, 2)
        work(world, random.Random(seed), lambda line: _say(out, line))
        os._exit(0)
    except BaseException as error:
        _say(out, f"raised {type(error).__name__}: {error}")
        os._exit(1)


def _say(out: int, line: str) -> None:
    os.write(out, f"{line}\n".encode())


def _child_lines(work: Callable[[World, random.Random, Say], None], world: World) -> list[str]:
    """What a process that is not killed says is wrong."""
    process, lines = _start(work, world, 0)
    text = b""
    while read := os.read(lines, 1 << 16):
        text += read
    os.close(lines)
    os.waitpid(process, 0)
    return [line for line in text.decode().splitlines() if line.startswith(("wrong ", "raised "))]


def _kill(process: int, *, only_worker: bool) -> None:
    """Kills the process, or only a worker of it, which the process then has to notice."""
    import psutil

    workers = psutil.Process(process).children(recursive=True) if only_worker else []
    for worker in workers[:1]:
        worker.kill()
    if workers:
        return
    os.kill(process, signal.SIGKILL)


def _kill_workers(world: World) -> None:
    """Ends workers of a dead owner, as a reboot would."""
    import psutil

    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if "scoring.worker" in words and any(str(world.folder) in word for word in words):
            process.kill()


def _import_everything() -> None:
    """Once in the parent, so that the processes begin at once; none of it opens a workspace."""
    from curation.commands.parser import commands

    for command in commands().values():
        command.load()


def _make_files(world: World) -> None:
    from PIL import Image

    (world.folder / "images").mkdir()
    for number in range(8):
        noise = Image.frombytes("RGB", (64, 48), random.Random(number).randbytes(64 * 48 * 3))
        noise.save(world.folder / "images" / f"{number}.jpg")
    for number in range(FILES):
        rows = [
            {
                "id": f"{number}-{n}",
                "image": f"{n % 8}.jpg",
                "conversations": [
                    {"from": "human", "value": f"<image>\nWhat is {n} in {number}?"},
                    {"from": "gpt", "value": " ".join(["thing"] * (1 + (n * number) % 60))},
                ],
            }
            for n in range(ROWS)
        ]
        (world.folder / f"set{number}.json").write_text(json.dumps(rows))
    known = {"images": [{"file_name": f"{n}.jpg", "instances": ["dog", "cat"][: 1 + n % 2]} for n in range(8)]}
    (world.folder / "known.json").write_text(json.dumps(known))


def _command(world: World, *words: str) -> None:
    from curation.__main__ import main

    if main([*words, "--workspace", str(world.workspace)]) == 2:
        raise SystemExit(f"wrong usage: {words}")


def _import(world: World, draw: random.Random, say: Say) -> None:
    from curation.importing import importer

    importer.BATCH_ROWS = 30
    name = f"set{draw.randrange(FILES)}"
    _command(world, "import", str(world.folder / f"{name}.json"))
    say(f"imported {name}")


def _decide(world: World, draw: random.Random, say: Say) -> None:
    """Decides as a server does, one event after the other, each said when it is stored."""
    from curation.decisions import decision_log
    from curation.workspace import open_workspace
    from storage import samples

    workspace = open_workspace(world.workspace)
    keys = samples.listing(workspace.store)["key"].to_list()
    for _ in range(40):
        verdict = draw.choice(("approve", "reject"))
        event_id = decision_log.decide(workspace, "ann", "sample", draw.choice(keys), verdict)
        say(f"decided {event_id}")
    workspace.close()


def _log(world: World, draw: random.Random, say: Say) -> None:
    """Merges a log of another machine by command: all of it or nothing."""
    number = draw.randrange(1 << 40)
    events: list[dict[str, Any]] = [
        {
            "event_id": f"log-{number}-{n}", "made_at": "2026-01-01T00:00:00", "who": "ben", "subject": "sample",
            "key": f"set0/{n:032x}#0", "verdict": "approve", "payload": {}, "undoes": None,
        }
        for n in range(30)
    ]  # fmt: skip
    path = world.folder / f"log-{number}.jsonl"
    path.write_bytes(b"".join(orjson.dumps(event) + b"\n" for event in events))
    _command(world, "decisions", "import", str(path))
    for event in events:
        say(f"decided {event['event_id']}")


def _export(world: World, draw: random.Random, say: Say) -> None:
    recipe = world.folder / f"recipe-{draw.randrange(1 << 40)}.json"
    _command(world, "recipe", "init", "--out", str(recipe))
    out = world.folder / "out" / draw.choice("abc")
    _command(world, "export", "--recipe", str(recipe), "--out", str(out), "--approve", "--images", "copy")
    say("exported")


def _generate(world: World, draw: random.Random, say: Say) -> None:
    name = f"made{draw.randrange(3)}"
    options = ["--annotations", str(world.folder / "known.json"), "--images", str(world.folder / "images")]
    _command(world, "generate", *options, "--tasks", draw.choice(("existence", "counting")), "--name", name)
    say("generated")


def _check(world: World, _draw: random.Random, say: Say) -> None:
    _command(world, "check", "--repair")
    say("checked")


def _score(world: World, draw: random.Random, say: Say) -> None:
    _command(world, "score", "--metrics", ",".join(draw.sample(METRICS, 2)))
    say("scored")


_OPERATIONS: dict[str, Callable[[World, random.Random, Say], None]] = {
    "import": _import, "decide": _decide, "log": _log, "export": _export, "generate": _generate, "check": _check,
    "score": _score, "worker": _score,
}  # fmt: skip


def _verify(world: World, _draw: random.Random, say: Say) -> None:
    """Opens the workspace and says what is wrong in it."""
    from curation.checks import checking
    from curation.workspace import open_workspace

    workspace = open_workspace(world.workspace)
    store = workspace.store
    for finding in checking.find(workspace):
        if finding.kind not in LEFT_BY_KILLS:
            say(f"wrong {finding.kind}: {finding.problem}")
    logged = [event for (event,) in store.rows("SELECT event_id FROM decision")]
    if lost := world.decided - set(logged):
        say(f"wrong {len(lost)} decisions were said to be stored and are lost")
    if len(logged) != len(set(logged)):
        say("wrong decisions are doubled")
    merged = Counter(event.rpartition("-")[0] for event in logged if event.startswith("log-"))
    if any(count != 30 for count in merged.values()):
        say("wrong half of a log was merged")
    complete: dict[str, int] = dict(store.rows("SELECT name, rows_seen FROM dataset WHERE state = 'complete'"))
    for name in world.imported:
        if complete.get(name) != ROWS:
            say(f"wrong {name} was imported and has {complete.get(name)} rows")
    doubled = store.one(
        """SELECT count(*) FROM (
               SELECT 1 FROM score WHERE error IS NULL GROUP BY metric, version, subject_no HAVING count(*) > 1)"""
    )
    if doubled:
        say(f"wrong {doubled} scores are doubled")
    workspace.close()
    for out in (world.folder / "out").glob("[abc]"):
        _verify_export(out, say)


def _verify_export(out: Path, say: Say) -> None:
    import hashlib

    try:
        files = orjson.loads((out / "winnow" / "manifest.json").read_bytes())["files"]
        for name, digest in files.items():
            if hashlib.sha256((out / name).read_bytes()).hexdigest() != digest:
                say(f"wrong {out.name}/{name} differs from its manifest")
    except OSError as error:
        say(f"wrong the export {out.name} is not whole: {error}")


def _finish(world: World, _draw: random.Random, say: Say) -> None:
    """Brings everything to its end and says what is missing then."""
    from curation.checks import checking
    from curation.workspace import open_workspace

    for number in range(FILES):
        _command(world, "import", str(world.folder / f"set{number}.json"))
    _command(world, "check", "--repair")
    _command(world, "score", "--metrics", ",".join(METRICS))
    workspace = open_workspace(world.workspace)
    for finding in checking.find(workspace, thorough=True):
        say(f"wrong {finding.kind}: {finding.problem}")
    rows = workspace.store.rows("SELECT name, count(*) FROM sample JOIN dataset USING (dataset_no) GROUP BY 1")
    for name, count in rows:
        if name.startswith("set") and count != ROWS:
            say(f"wrong {name} has {count} of {ROWS} rows")
    scored: dict[str, int] = dict(
        workspace.store.rows("SELECT metric, count(DISTINCT subject_no) FROM score GROUP BY 1")
    )
    turns = workspace.store.one("SELECT count(*) FROM turn")
    if set(scored.values()) != {turns}:
        say(f"wrong {scored} of {turns} turns are scored")
    workspace.close()
