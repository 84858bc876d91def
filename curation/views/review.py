"""The review page: where a person stands in a queue, the sample on the table, and the next ones ahead of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import orjson
import polars as pl

from curation import edits, planes, queues, ranker, review, reviewing, team, thresholds
from curation.agreement import Agreement, measure
from curation.edits import TurnEdit
from curation.leases import Lease
from curation.queues import Queue
from curation.recipe import Recipe
from curation.server import Server
from curation.snapshot import Snapshot
from curation.team import Policy, Standing
from curation.views import board, sample
from curation.workspace import Workspace
from storage import decisions

AHEAD = 10
"""Samples that are made ready after the one on the table."""
HISTORY = 12
MARKS = {"inaccurate": "confirmed", "accurate": "supported", "analysis": "flagged", "unsure": "unsure"}
"""How words that a person marked are shown."""
_WORDS = {code: verdict for verdict, code in team.CODES.items()}


@dataclass(frozen=True)
class Said:
    """What one person said of the sample."""

    who: str
    verdict: str


@dataclass(frozen=True)
class Item:
    """One sample of the queue with everything that a reviewer sees; others' words are left out while it is blind.

    `left` says that this person still has to decide it, `needed` how many people have to; `edits` are the turns that
    were dropped or rewritten, `fate` is what drops it under the present recipe.
    """

    sample: sample.SampleView
    left: bool
    mine: str
    blind: bool
    needed: int
    edits: Mapping[int, TurnEdit]
    fate: tuple[str, ...]
    said: tuple[Said, ...]
    notes: tuple[Said, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True)
class ReviewView:
    """A queue for one person: `items` are the sample on the table and the next undecided ones, in order.

    `position` is -1 for a sample that is not in the queue, `before` is the one before it there, `second` how many wait
    for another reviewer, `elsewhere` who has the sample on the table too.
    """

    queue: Queue
    size: int
    done: int
    second: int
    position: int
    before: int | None
    items: tuple[Item, ...]
    elsewhere: str
    history: list[dict[str, Any]]


@dataclass(frozen=True)
class TeamView:
    """How the team works: its policy, who has decided how much, agreement, and who is at work now."""

    policy: Policy
    people: pl.DataFrame
    samples: Agreement
    flags: Agreement
    leases: tuple[Lease, ...]


def view(
    server: Server, queue: Queue, who: str, holder: str, recipe: Recipe, *, scope: np.ndarray | None = None,
    at: int | None = None,
) -> ReviewView:  # fmt: skip
    """The queue within a scope, with sample `at` on the table or the first that this person has to decide.

    The shown samples are leased to the browser `holder`: no other one is given them.
    """
    workspace, snapshot = server.workspace, board.current(server).snapshot
    standing = team.standing(workspace, snapshot, who)
    learned = ranker.current(server).of(snapshot.count)
    reject = learned.reject if learned else None
    order = queues.order(queues.Board(workspace, snapshot, standing, who, reject), queue)
    if scope is not None:
        order = order[scope[order]]
    left = _left(server, queue, standing, order, who)
    at = at if at is not None and at < snapshot.count else None
    elsewhere = {lease.sample_no: lease.who for lease in server.leases.of_others(holder)}
    numbers = [] if at is None else [at]
    wanted = (number for number in _following(order, left, standing, at) if number != at)
    taken = server.leases.take(holder, who, [*numbers, *_first(wanted, 4 * AHEAD)], AHEAD + 1)
    numbers += [number for number in taken if number != at]
    places = np.flatnonzero(order == numbers[0]) if numbers else np.empty(0)
    return ReviewView(
        queue=queue,
        size=len(order),
        done=len(order) - int(np.count_nonzero(left[order])),
        second=int(np.count_nonzero(standing.decided_by_me[order] & ~standing.done[order])),
        position=int(places[0]) if len(places) else -1,
        before=int(order[places[0] - 1]) if len(places) and places[0] else None,
        items=tuple(_items(server, standing, left, who, recipe, numbers)),
        elsewhere=elsewhere.get(numbers[0], "") if numbers else "",
        history=history(server, who),
    )


def team_view(server: Server, holder: str = "") -> TeamView:
    """What the team did so far."""
    workspace = server.workspace
    on_samples = review.by_person(workspace, "sample").filter(pl.col("verdict") != "later")
    on_flags = review.by_person(workspace, "flag")
    people = pl.concat([on_samples, on_flags]).group_by("who").agg(
        samples=(pl.col("subject") == "sample").sum(), flags=(pl.col("subject") == "flag").sum()
    )  # fmt: skip
    return TeamView(
        policy=team.policy(workspace),
        people=people.sort("samples", "flags", "who", descending=[True, True, False]),
        samples=measure(on_samples),
        flags=measure(on_flags),
        leases=tuple(server.leases.of_others(holder)),
    )


def choices(server: Server, kind: str) -> dict[str, str]:
    """What a queue of this kind can be about."""
    return queues.choices(server.workspace, board.current(server).snapshot, kind)


def offered(server: Server, present: str) -> list[str]:
    """The kinds of queues that make sense here; the present one always does."""
    has_map = any(planes.plane(server.workspace, stage) for stage in planes.MAPS)
    absent = {"cluster": not has_map, "likely": ranker.current(server).ranking is None}
    return [kind for kind in queues.KINDS if kind == present or not absent.get(kind)]


def number_of(server: Server, key: str) -> int | None:
    """The sample of a sample key, or None when it is not here."""
    snapshot = board.current(server).snapshot
    found = team.numbers(server.workspace.store, snapshot, pl.Series([key]))[0]
    return None if found < 0 else int(found)


def people(server: Server) -> list[str]:
    """Everybody who decided anything."""
    return team.people(server.workspace)


def history(server: Server, who: str) -> list[dict[str, Any]]:
    """This person's newest acts, newest first, with the sample (None where it is another thing) and its place."""
    snapshot = board.current(server).snapshot
    rows = decisions.newest(server.workspace.store, HISTORY, who).to_dicts()
    keys = [reviewing.sample_of(row["subject"], row["key"]) for row in rows]
    numbers = team.numbers(server.workspace.store, snapshot, pl.Series(keys, dtype=pl.String))
    for row, number in zip(rows, numbers.tolist(), strict=True):
        row["sample_no"] = number if number >= 0 else None
        row["where"] = _where(snapshot, number) if number >= 0 else row["subject"]
    return rows


def _left(server: Server, queue: Queue, standing: Standing, order: np.ndarray, who: str) -> np.ndarray:
    """True for each sample that this person still has to decide in this queue."""
    if queue.kind == "disagreed":
        return standing.split & ~standing.settled
    if queue.kind == "assigned":
        found = np.zeros(len(standing.mine), dtype=bool)
        found[order] = ~np.isin(order, _answered(server, who))
        return found
    return ~standing.decided_by_me & ~standing.done


def _answered(server: Server, who: str) -> np.ndarray:
    """Samples that were sent to review and decided since."""
    asked = review.standing(server.workspace, "request").select("key", asked="ordered_at")
    said = review.by_person(server.workspace, "sample").filter((pl.col("verdict") != "later") & (pl.col("who") == who))
    since = asked.join(said.select("key", "ordered_at"), on="key").filter(pl.col("ordered_at") > pl.col("asked"))
    return team.numbers(server.workspace.store, board.current(server).snapshot, since["key"])


def _following(order: np.ndarray, left: np.ndarray, standing: Standing, at: int | None) -> Iterator[int]:
    """The samples that are left, those after the present one first, those put off last."""
    places = np.flatnonzero(order == at) if at is not None else np.empty(0, dtype=np.int64)
    place = int(places[0]) if len(places) else -1
    rotated = np.concatenate([order[place + 1 :], order[: place + 1]])
    rotated = rotated[left[rotated]]
    later = standing.mine[rotated] == team.CODES["later"]
    yield from map(int, rotated[~later])
    yield from map(int, rotated[later])


def _first(numbers: Iterator[int], most: int) -> list[int]:
    return [number for number, _ in zip(numbers, range(most), strict=False)]


def _items(
    server: Server, standing: Standing, left: np.ndarray, who: str, recipe: Recipe, numbers: list[int]
) -> Iterator[Item]:
    snapshot = board.current(server).snapshot
    blindly = team.policy(server.workspace).blind
    for number in numbers:
        shown = sample.view(server, number)
        if shown is None:
            continue
        needed, mine = int(standing.needed[number]), _WORDS.get(int(standing.mine[number]), "")
        blind = blindly and needed > 1 and not mine and not standing.settled[number]
        only = who if blind else ""
        marked = _with_marks(server.workspace, shown, only)
        yield Item(
            sample=replace(marked, verdict="") if blind else marked,
            left=bool(left[number]),
            mine=mine,
            blind=blind,
            needed=needed,
            edits=_edits(server, shown.key, len(shown.turns)),
            fate=thresholds.reasons(snapshot, recipe, number),
            **_words_on(server.workspace, shown.key, only),
        )


def _with_marks(workspace: Workspace, shown: sample.SampleView, only: str) -> sample.SampleView:
    """The sample with the words that people marked, or only those of one person."""
    found = review.standing(workspace, "span").filter(pl.col("key").str.starts_with(f"{shown.key}@"))
    marks: dict[int, list[sample.Span]] = {}
    for key, who, verdict in found.select("key", "who", "verdict").iter_rows():
        turn, _, places = key.removeprefix(f"{shown.key}@").partition(":")
        start, _, end = places.partition("-")
        if not only or who == only:
            said = sample.Span(int(start), int(end), MARKS[verdict], f"{who}: {verdict}", "")
            marks.setdefault(int(turn), []).append(said)
    if not marks:
        return shown
    turns = (replace(turn, spans=(*marks.get(index, ()), *turn.spans)) for index, turn in enumerate(shown.turns))
    return replace(shown, turns=tuple(turns))


def _words_on(workspace: Workspace, key: str, only: str) -> dict[str, Any]:
    """What was said on a sample by everybody, or only by one person: verdicts, notes, tags."""
    mine = pl.col("who") == only if only else pl.lit(True)
    said = review.by_person(workspace, "sample").filter((pl.col("key") == key) & mine)
    notes = review.by_person(workspace, "note").filter((pl.col("key") == key) & mine)
    texts = [(who, orjson.loads(payload).get("text", "")) for who, payload in notes.select("who", "payload").rows()]
    tags = review.standing(workspace, "tag").filter(
        pl.col("key").str.starts_with(f"{key}@") & (pl.col("verdict") == "add") & mine
    )
    return {
        "said": tuple(Said(*row) for row in said.select("who", "verdict").rows()),
        "notes": tuple(Said(*note) for note in texts if note[1]),
        "tags": tuple(tag.removeprefix(f"{key}@") for tag in tags["key"]),
    }


def _edits(server: Server, key: str, turns: int) -> dict[int, TurnEdit]:
    wanted = [review.turn_key(key, index) for index in range(turns)]
    found = review.standing(server.workspace, "turn").filter(pl.col("key").is_in(wanted))
    return {
        int(at.rpartition("@")[2]): edits.of_verdict(verdict, payload)
        for at, verdict, payload in found.select("key", "verdict", "payload").iter_rows()
        if verdict != "keep"
    }


def _where(snapshot: Snapshot, number: int) -> str:
    row = snapshot.samples.row(number, named=True)
    return f"{row['dataset']}, row {row['row_index']}"
