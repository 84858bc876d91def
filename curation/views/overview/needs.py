"""What needs a person: queues with counts, in the order in which they hold others up, each with its address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from curation.app import board
from curation.app.server import Server
from curation.balancing import export_plan
from curation.balancing.allocation import Unmet
from curation.balancing.mixing import WEIGHT
from curation.common import display
from curation.common.counts import counted
from curation.decisions import decision_log
from curation.filtering.thresholds import standing_verdicts
from curation.flags import current_flags
from curation.recipes import recipe
from curation.recipes.recipe import Recipe
from curation.review import queues, team, throughput
from curation.review.queues import Queue
from curation.review.team import TeamStanding
from curation.review.throughput import Audit, Pace
from curation.runs import failures
from curation.views.flags import flags
from curation.workspace import cache

KINDS = 6
"""So many kinds of flags have a line of their own."""
AUDIT_GOAL = 300
"""As many random samples say a share of one half to about 6 percentage points."""


@dataclass(frozen=True)
class Need:
    """One queue: what it is, how many things wait in it, why it matters, where it is, and how long it takes.

    `seconds` is at this person's pace, None where there is none or where it would say nothing.
    """

    title: str
    count: int
    note: str
    page: str
    params: Mapping[str, str]
    seconds: float | None = None


@dataclass(frozen=True)
class LastQueue:
    """The queue in which this person decided last, with what is left of it and how long that takes at their pace."""

    title: str
    left: int
    seconds: float | None
    params: Mapping[str, str]


def listing(server: Server, who: str, draft: Recipe, now: Pace, audit: Audit) -> list[Need]:
    """Lists the queues that wait for a person; empty ones are left out.

    Args:
        server: Its flags, decisions and failures are counted.
        who: The person who looks.
        draft: Recipe whose floors may not be met.
        now: How fast the person is.
        audit: The random audit so far.
    Returns:
        Queues in the order in which they hold others up.
    """
    needs = [*_requests(server, who, now), *_flags(server), *_trouble(server, draft), *_audit(audit, now)]
    return [need for need in needs if need.count]


def last_queue(server: Server, who: str, now: Pace) -> LastQueue | None:
    """Finds the review queue in which a person left off.

    Args:
        server: Its decisions are read.
        who: The person.
        now: How fast the person is.
    Returns:
        The queue; None before the first decision, or when nothing is left in it.
    """
    own_decisions = decision_log.by_person(server.workspace, "sample").filter(pl.col("who") == who)
    kinds = own_decisions.sort("event_no")["payload"].tail(1).str.json_path_match("$.queue").to_list()
    kind = kinds[0] if kinds and kinds[0] in queues.KINDS else None
    if kind is None or kind in ("metric", "task", "cluster"):  # their payload does not say which one
        return None
    standing = _standing(server, who)
    order = queues.order(
        queues.QueueInputs(server.workspace, board.current(server).snapshot, standing, who), Queue(kind)
    )
    left = int(np.count_nonzero((~standing.decided_by_me & ~standing.done)[order]))
    seconds = throughput.seconds(left, now.personal)
    return LastQueue(queues.KINDS[kind], left, seconds, {"queue": kind}) if left else None


def _requests(server: Server, who: str, now: Pace) -> Iterator[Need]:
    """What others wait for, then what this person put off."""
    standing = _standing(server, who)
    unanswered = _unanswered(server, who)
    yield _queue("assigned", unanswered, "Somebody asked you, or anybody.", now)
    split = int(np.count_nonzero(standing.split & ~standing.settled))
    yield _queue("disagreed", split, "Approved by one, rejected by another.", now)
    carried = int(np.count_nonzero(standing.carried))
    yield _queue("changed", carried, "A newer file changed them after they were decided.", now)
    second = (standing.reviewers > 0) & ~standing.done & ~standing.decided_by_me
    yield _queue("second", int(np.count_nonzero(second)), "One more person has to decide them.", now)
    later = int(np.count_nonzero(standing.verdict == team.CODES["later"]))
    yield _queue("unsure", later, "Somebody put them off.", now, "Left for later")


def _queue(kind: str, count: int, note: str, now: Pace, title: str = "") -> Need:
    params = {"queue": kind}
    return Need(title or queues.KINDS[kind], count, note, "review.py", params, throughput.seconds(count, now.personal))


def _flags(server: Server) -> Iterator[Need]:
    """Disputed spans, then open flags by kind, most first."""
    open_ones = _open(server)
    disputed = int(open_ones["disputed"].sum())
    note = "The sources say different things."
    yield Need("Disputed spans", disputed, note, "flags.py", {"kind": "hallucination", "order": flags.DISPUTED})
    listed_kinds = KINDS if open_ones.height != KINDS + 1 else KINDS + 1  # a single one needs no line for the rest
    for kind, count, samples, _ in open_ones.head(listed_kinds).iter_rows():
        note = f"Open flags on {counted(samples, 'sample')}."
        yield Need(display.title(kind), count, note, "flags.py", {"kind": kind})
    other_kinds = open_ones.slice(listed_kinds)
    words = ", ".join(display.words(kind) for kind in other_kinds["kind"])
    yield Need(
        f"{other_kinds.height} more kinds of flags",
        int(other_kinds["count"].sum()),
        f"{words.capitalize()}.",
        "flags.py",
        {},
    )


def _open(server: Server) -> pl.DataFrame:
    """kind, count, samples, disputed of the open flags."""

    def read(_: object) -> pl.DataFrame:
        open_flags = current_flags.every(server).filter(pl.col("status") == current_flags.OPEN)
        return (
            open_flags.group_by("kind")
            .agg(
                pl.len().alias("count"),
                pl.col("sample_no").n_unique().alias("samples"),
                (pl.col("disagreement") > 0).sum().alias("disputed"),
            )
            .sort("count", "kind", descending=[True, False])
        )

    topics = (*cache.CONTENT, *cache.DECISIONS)
    return cache.recall(server.workspace.store, "open flags", read, patient=server.scoring, topics=topics)


def _trouble(server: Server, draft: Recipe) -> Iterator[Need]:
    """Floors that the draft cannot meet, and items that could not be scored."""
    floors = unmet(server, draft)
    reached = "; ".join(f"{floor.value or floor.axis}: {floor.reached:,} of {floor.wanted:,}" for floor in floors[:3])
    subject = "Shares by weight" if any(floor.axis == WEIGHT for floor in floors) else "Floors"
    yield Need(f"{subject} that the draft recipe cannot meet", len(floors), f"{reached}.", "export.py", {})
    note = "By what went wrong; they can be tried again."
    yield Need("Items that could not be scored", failures.count(server.workspace), note, "runs.py", {})


def unmet(server: Server, draft: Recipe) -> tuple[Unmet, ...]:
    """Finds the floors and shares of a recipe that cannot be met; a recipe without either is not planned at all.

    Args:
        server: Its board is planned on.
        draft: The recipe; decisions of now are used.
    """
    if not draft.quota.weights and not any(limit.at_least for limit in draft.quota.limits):
        return ()

    def read(_: object) -> tuple[Unmet, ...]:
        now = board.current(server)
        current_draft = replace(draft, datasets={}, decisions=standing_verdicts(now.snapshot))
        return export_plan.make_plan(server.workspace, current_draft, now).allotment.unmet

    topics = (*cache.CONTENT, *cache.DECISIONS)
    return cache.recall_each(server.workspace.store, "unmet floors", recipe.dumps(draft), read, topics=topics)


def _audit(audit: Audit, now: Pace) -> Iterator[Need]:
    left = max(min(AUDIT_GOAL, audit.total) - audit.decided, 0)
    note = f"{audit.decided:,} decided. Review {left:,} random samples to estimate the error rate."
    yield _queue("audit", left, note, now)


def _unanswered(server: Server, who: str) -> int:
    """Samples that were sent to this person or to anybody, and that this person has not decided since."""
    keys = team.waiting_for(server.workspace, who)
    requests = (
        decision_log.standing(server.workspace, "request")
        .filter(pl.col("key").is_in(keys))
        .select("key", at="ordered_at")
    )
    answers = decision_log.by_person(server.workspace, "sample").filter(
        (pl.col("who") == who) & (pl.col("verdict") != "later")
    )
    answered = requests.join(answers.select("key", "ordered_at"), on="key").filter(pl.col("ordered_at") > pl.col("at"))
    return requests.height - answered.height


def _standing(server: Server, who: str) -> TeamStanding:
    return team.standing(server.workspace, board.current(server).snapshot, who)
