"""The review page: where a person stands in a queue, the sample on the table, and the next ones ahead of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
import orjson
import polars as pl

from curation.app import board, ranker
from curation.app.leases import Lease
from curation.app.server import Server
from curation.decisions import carrying, decision_log, one_by_one, origins
from curation.decisions import keys as decision_keys
from curation.filtering import thresholds
from curation.filtering.snapshot import Snapshot
from curation.maps import layouts
from curation.recipes.edits import TurnEdit
from curation.recipes.recipe import Recipe
from curation.review import guidance, queues, team
from curation.review.agreement import ReviewerAgreement, measure
from curation.review.guidance import Guidance
from curation.review.queues import Queue
from curation.review.team import Policy, TeamStanding
from curation.views.review import statements
from curation.views.review.statements import ReviewerStatement
from curation.views.sample import sample
from curation.workspace import first_images
from scoring.arrays import Mask, Numbers
from storage.rows import StoredRow

AHEAD = 8
"""Samples that are made ready after the one on the table."""
MOST_AHEAD = 40
"""As many at most, for a reviewer who decides faster than the server answers."""
READ_ALONG = 12
"""Samples behind them that are read in the same queries."""
HISTORY = 12
_WORDS = {code: verdict for verdict, code in team.CODES.items()}


@dataclass(frozen=True)
class ReviewItem:
    """One sample of the queue with everything that a reviewer sees; others' words are left out while it is blind.

    `left` says that this person still has to decide it, `needed` how many people have to; `edits` are the turns that
    were dropped or rewritten, `fate` is what drops it under the present recipe.
    """

    sample: sample.SampleView
    left: bool
    own_verdict: str
    blind: bool
    needed: int
    edits: Mapping[int, TurnEdit]
    fate: tuple[str, ...]
    verdicts: tuple[ReviewerStatement, ...]
    notes: tuple[ReviewerStatement, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True)
class ReviewView:
    """A queue for one person: `items` are the sample on the table and the next undecided ones, in order.

    `position` is -1 for a sample that is not in the queue, `before` is the sample before it there, `second` how many
    wait for another reviewer. `elsewhere` names the reviewer who has the sample that was asked for; it is not among
    the items then. `blocked` are the samples that are left but with other reviewers, where none is free. The items are
    safe from other reviewers for `safe_seconds`.
    """

    queue: Queue
    size: int
    done: int
    second: int
    position: int
    before: int | None
    items: tuple[ReviewItem, ...]
    elsewhere: str
    blocked: frozenset[int]
    safe_seconds: float
    history: list[StoredRow]


@dataclass(frozen=True)
class TeamView:
    """How the team works: its policy, what it decides by, who has decided how much, agreement, and who is at work."""

    policy: Policy
    guidance: Guidance
    people: pl.DataFrame
    samples: ReviewerAgreement
    flags: ReviewerAgreement
    leases: tuple[Lease, ...]


def view(
    server: Server, queue: Queue, who: str, holder: str, recipe: Recipe, *, scope: Mask | None = None,
    sample_no: int | None = None, pending: Collection[int] = (), ahead: int = AHEAD,
) -> ReviewView:  # fmt: skip
    """Returns the queue within a scope, with a sample on the table and the next ones to decide.

    Args:
        server: Its board, decisions and leases are used.
        queue: Kind of queue and what it is about.
        who: The person who reviews.
        holder: The browser that asks; the samples to decide are leased to it, so that no other is given them.
        recipe: Recipe that says what drops each sample.
        scope: True for the samples of the scope, (N,); None means all samples.
        sample_no: Sample to put on the table, unless another browser holds it; None means the first to decide.
        pending: Samples whose decisions the browser still has to hand over.
        ahead: Samples that the browser wants after the one on the table.
    """
    workspace, snapshot = server.workspace, board.current(server).snapshot
    sample_no = sample_no if sample_no is not None and sample_no < snapshot.count else None
    leased: list[int] = []
    safe_seconds = 0.0
    is_settled = False
    while not is_settled:
        revision = workspace.store.revision("decisions")
        standing, order, left = _queue(server, queue, who, scope)
        waiting = set(pending)
        candidates = (number for number in _candidates(order, left, standing, sample_no) if number not in waiting)
        open_samples = int(left[order].sum()) - len(waiting)
        leased = server.leases.take(holder, who, candidates, ahead + 1, queue_left=open_samples, pending=waiting)
        safe_seconds = server.leases.safe_seconds(holder, leased)
        # A sample that was decided while this was read was given back by whoever decided it.
        is_settled = workspace.store.revision("decisions") == revision or not _any_decided(server, queue, who, leased)
    if sample_no is not None and not left[sample_no]:
        leased = [sample_no, *leased]
    leases = {lease.sample_no: lease.who for lease in server.leases.of_others(holder)}
    positions = np.flatnonzero(order == leased[0]) if leased else np.empty(0)
    return ReviewView(
        queue=queue,
        size=len(order),
        done=len(order) - int(np.count_nonzero(left[order])),
        second=int(np.count_nonzero(standing.decided_by_me[order] & ~standing.done[order])),
        position=int(positions[0]) if len(positions) else -1,
        before=int(order[positions[0] - 1]) if len(positions) and positions[0] else None,
        items=tuple(_items(server, standing, left, who, recipe, leased, order)),
        elsewhere=leases.get(sample_no, "") if sample_no is not None and sample_no not in leased else "",
        blocked=frozenset() if leased else frozenset(map(int, order[left[order]])) - set(pending),
        safe_seconds=safe_seconds,
        history=history(server, who),
    )


def has_news(server: Server, holder: str, blocked: Collection[int]) -> bool:
    """Tells whether one of the samples that were with other browsers is free now, or all of them are decided.

    Args:
        server: Its leases and decisions are used.
        holder: The browser that waits.
        blocked: Samples that were left but with other browsers.
    """
    out_of_reach = server.leases.out_of_reach(holder)
    if out_of_reach.issuperset(blocked):
        return False
    done = team.done(server.workspace, board.current(server).snapshot)
    still_left = {number for number in blocked if not done[number]}
    return not still_left or not out_of_reach.issuperset(still_left)


def count(server: Server) -> int:
    """How many samples there are."""
    return board.current(server).snapshot.count


def team_view(server: Server, holder: str = "") -> TeamView:
    """Summarises what the team did so far.

    Args:
        server: Its decisions and leases are used.
        holder: The browser that asks; its own lease is left out.
    """
    workspace = server.workspace
    subject, is_verdict = pl.col("subject"), pl.col("verdict") != "later"
    decided = decision_log.by_person(workspace).filter(subject.is_in(["sample", "flag"]) & is_verdict)
    people = decided.group_by("who").agg(samples=(subject == "sample").sum(), flags=(subject == "flag").sum())
    return TeamView(
        policy=team.policy(workspace),
        guidance=guidance.read(workspace),
        people=people.sort("samples", "flags", "who", descending=[True, True, False]),
        samples=measure(one_by_one.by_person(workspace, "sample").filter(is_verdict)),
        flags=measure(one_by_one.by_person(workspace, "flag")),
        leases=tuple(server.leases.of_others(holder)),
    )


def choices(server: Server, kind: str) -> dict[str, str]:
    """Lists what a queue can be about: titles by the choice that a `Queue` takes.

    Args:
        server: Its board is used.
        kind: Kind of queue, a key of `queues.KINDS`.
    """
    return queues.choices(server.workspace, board.current(server).snapshot, kind)


def offered(server: Server, present: str) -> list[str]:
    """Lists the kinds of queues that make sense in this workspace.

    Args:
        server: Its maps and ranking decide.
        present: The kind that is shown now; it is always offered.
    """
    has_map = any(layouts.plane(server.workspace, stage) for stage in layouts.MAPS)
    has_changed = carrying.is_carried(decision_log.standing(server.workspace, "sample")).any()
    absent = {"changed": not has_changed, "cluster": not has_map, "likely": ranker.current(server).ranking is None}
    return [kind for kind in queues.KINDS if kind == present or not absent.get(kind)]


def number_of(server: Server, key: str) -> int | None:
    """Finds the number of a sample; None when it is not in the workspace.

    Args:
        server: Its board knows the keys.
        key: Sample key.
    """
    snapshot = board.current(server).snapshot
    number = team.numbers(server.workspace.store, snapshot, pl.Series([key]))[0]
    return None if number < 0 else int(number)


def people(server: Server) -> list[str]:
    """Everybody who decided anything."""
    return team.people(server.workspace)


def history(server: Server, who: str) -> list[StoredRow]:
    """Lists a person's newest acts, newest first, with `sample_no` (None for another thing), `where` it is, its first
    picture `image_no` (None without one), and the `reason` of a rejection ("" without one).

    Args:
        server: Its decisions are read.
        who: The person.
    """
    snapshot = board.current(server).snapshot
    rows = decision_log.newest(server.workspace, who, HISTORY).to_dicts()
    keys = [decision_keys.sample_of(row["subject"], row["key"]) for row in rows]
    numbers = team.numbers(server.workspace.store, snapshot, pl.Series(keys, dtype=pl.String))
    images = first_images.of(server.workspace.store, numbers.tolist())
    for row, number in zip(rows, numbers.tolist(), strict=True):
        row["sample_no"] = number if number >= 0 else None
        row["where"] = _where(snapshot, number) if number >= 0 else row["subject"]
        row["image_no"] = images.get(number)
        row["reason"] = orjson.loads(row["payload"]).get("reason", "")
    return rows


def _queue(server: Server, queue: Queue, who: str, scope: Mask | None) -> tuple[TeamStanding, Numbers, Mask]:
    """Where samples stand, the queue in order, and which samples this person still has to decide."""
    workspace, snapshot = server.workspace, board.current(server).snapshot
    standing = team.standing(workspace, snapshot, who)
    reject = ranking.reject if (ranking := ranker.current(server).of(snapshot.count)) else None
    order = queues.order(queues.QueueInputs(workspace, snapshot, standing, who, reject), queue)
    if scope is not None:
        order = order[scope[order]]
    return standing, order, _left(server, queue, standing, order, who)


def _candidates(order: Numbers, left: Mask, standing: TeamStanding, sample_no: int | None) -> Iterator[int]:
    if sample_no is not None and left[sample_no]:
        yield sample_no
    yield from (number for number in _following(order, left, standing, sample_no) if number != sample_no)


def _any_decided(server: Server, queue: Queue, who: str, leased: list[int]) -> bool:
    _, _, left = _queue(server, queue, who, None)
    return not bool(left[leased].all())


def _left(server: Server, queue: Queue, standing: TeamStanding, order: Numbers, who: str) -> Mask:
    """True for each sample that this person still has to decide in this queue."""
    asked_again = {"disagreed": standing.split & ~standing.settled, "changed": standing.carried}
    if queue.kind in asked_again:
        return asked_again[queue.kind]
    if queue.kind == "assigned":
        is_left = np.zeros(len(standing.own_verdict), dtype=bool)
        is_left[order] = ~np.isin(order, _answered(server, who))
        return is_left
    if queue.kind == origins.AUDIT_QUEUE:
        return ~team.drawn(server.workspace, board.current(server).snapshot)
    return ~standing.decided_by_me & ~standing.done


def _answered(server: Server, who: str) -> Numbers:
    """Samples that were sent to review and decided since."""
    requests = decision_log.standing(server.workspace, "request").select("key", asked="ordered_at")
    own_done = decision_log.by_person(server.workspace, "sample").filter(
        (pl.col("verdict") != "later") & (pl.col("who") == who)
    )
    since = requests.join(own_done.select("key", "ordered_at"), on="key").filter(pl.col("ordered_at") > pl.col("asked"))
    return team.numbers(server.workspace.store, board.current(server).snapshot, since["key"])


def _following(order: Numbers, left: Mask, standing: TeamStanding, sample_no: int | None) -> Iterator[int]:
    """The samples that are left, those after the present one first, those put off last."""
    positions = np.flatnonzero(order == sample_no) if sample_no is not None else np.empty(0, dtype=np.int64)
    position = int(positions[0]) if len(positions) else -1
    rotated = np.concatenate([order[position + 1 :], order[: position + 1]])
    rotated = rotated[left[rotated]]
    later = standing.own_verdict[rotated] == team.CODES["later"]
    yield from map(int, rotated[~later])
    yield from map(int, rotated[later])


def _items(
    server: Server, standing: TeamStanding, left: Mask, who: str, recipe: Recipe, numbers: list[int], order: Numbers
) -> Iterator[ReviewItem]:
    snapshot = board.current(server).snapshot
    blindly = team.policy(server.workspace).blind
    fates = thresholds.reasons(snapshot, recipe, numbers)
    last = numbers[-1] if numbers else None
    upcoming = (number for number in _following(order, left, standing, last) if number not in numbers)
    sample_views = sample.views(server, numbers, list(islice(upcoming, READ_ALONG)))
    statements_by_key = statements.on_samples(
        server.workspace, {sample_view.key for sample_view in sample_views.values()}
    )
    for number in numbers:
        if (sample_view := sample_views.get(number)) is None:
            continue
        needed, own_verdict = int(standing.needed[number]), _WORDS.get(int(standing.own_verdict[number]), "")
        blind = blindly and needed > 1 and not own_verdict and not standing.settled[number]
        on_sample = statements_by_key[sample_view.key]
        shown = on_sample.only_of(who) if blind else on_sample
        marked = statements.with_marks(sample_view, shown.marks)
        yield ReviewItem(
            sample=replace(marked, verdict="") if blind else marked,
            left=bool(left[number]),
            own_verdict=own_verdict,
            blind=blind,
            needed=needed,
            edits=on_sample.edits,
            fate=fates.get(number, ()),
            verdicts=tuple(shown.verdicts),
            notes=tuple(shown.notes),
            tags=tuple(tag for _, tag in shown.tags),
        )


def _where(snapshot: Snapshot, number: int) -> str:
    row = snapshot.samples.row(number, named=True)
    return f"{row['dataset']}, row {row['row_index']}"
