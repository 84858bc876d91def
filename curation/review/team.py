"""Several reviewers at once: who decided what, who still has to, and the share that two of them decide blindly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import polars as pl

from curation.decisions import decision_log
from curation.filtering.snapshot import Snapshot
from curation.workspace import Workspace, cache
from storage import settings
from storage.store import Store

POLICY = "review policy"
CODES = {"approve": 1, "reject": 2, "later": 3}
"""Verdicts on samples as numbers; 0 is none."""
_DIGITS = 12


@dataclass(frozen=True)
class Policy:
    """How a team reviews: the share of samples that several people decide, how many of them, and whether blindly."""

    overlap: float = 0.0
    reviewers: int = 2
    blind: bool = True


@dataclass(frozen=True, eq=False)
class Standing:
    """Where every sample stands, one entry each.

    `verdict` and `mine` are CODES (what counts; what this person said), `reviewers` how many people approved or
    rejected, `needed` how many have to, `split` that they differ, `settled` that somebody adjudicated.
    """

    verdict: np.ndarray
    mine: np.ndarray
    reviewers: np.ndarray
    needed: np.ndarray
    split: np.ndarray
    settled: np.ndarray

    @property
    def decided_by_me(self) -> np.ndarray:
        """True where this person approved or rejected."""
        return (self.mine == CODES["approve"]) | (self.mine == CODES["reject"])

    @property
    def done(self) -> np.ndarray:
        """True where nobody has to decide any more."""
        return self.settled | (self.reviewers >= self.needed)


def policy(workspace: Workspace) -> Policy:
    """The workspace's policy."""
    return Policy(**settings.read(workspace.store, POLICY, {}))


def set_policy(workspace: Workspace, wanted: Policy) -> None:
    """Changes it; decisions that were made stay as they are."""
    settings.write(workspace.store, POLICY, asdict(wanted))


def standing(workspace: Workspace, snapshot: Snapshot, who: str) -> Standing:
    """Where the samples stand for this person."""
    given = decision_log.by_person(workspace, "sample")
    at = numbers(workspace.store, snapshot, given["key"])
    known = at >= 0
    codes = _codes(given["verdict"])[known]
    mine = (given["who"] == who).to_numpy()[known]
    at = at[known]
    approvals, rejections = (np.bincount(at[codes == code], minlength=snapshot.count) for code in (1, 2))
    counts = decision_log.standing(workspace, "sample")
    places = numbers(workspace.store, snapshot, counts["key"])
    return Standing(
        verdict=_scatter(snapshot.count, places, _codes(counts["verdict"])),
        mine=_scatter(snapshot.count, at[mine], codes[mine]),
        reviewers=approvals + rejections,
        needed=needed(workspace, snapshot),
        split=(approvals > 0) & (rejections > 0),
        settled=_scatter(snapshot.count, places, counts["final"].to_numpy()).astype(bool),
    )


def done(workspace: Workspace, snapshot: Snapshot) -> np.ndarray:
    """True where nobody has to decide any more; a moment old while decisions come fast, as many may ask for it."""
    name = f"done of {snapshot.count}"
    return cache.recall(
        workspace.store, name, lambda _: standing(workspace, snapshot, "").done, patient=True,
        topics=(*cache.DECISIONS, POLICY),
    )  # fmt: skip


def needed(workspace: Workspace, snapshot: Snapshot) -> np.ndarray:
    """How many people have to decide each sample."""
    rules = policy(workspace)
    if not rules.overlap:
        return np.ones(snapshot.count, dtype=np.uint8)
    return np.where(draw(workspace.store, snapshot, 0) < rules.overlap, rules.reviewers, 1).astype(np.uint8)


def draw(store: Store, snapshot: Snapshot, number: int) -> np.ndarray:
    """A number from 0 to 1 for each sample: as good as chance, the same wherever the sample's content is.

    Draws of different `number` (0 to 4) know nothing of each other.
    """
    return cache.recall(store, f"draw {number} of {snapshot.count}", lambda _: _drawn(snapshot.samples["key"], number))


def numbers(store: Store, snapshot: Snapshot, keys: pl.Series) -> np.ndarray:
    """The sample of each sample key, -1 for one that is not here; known ones are not looked up again."""
    known: dict[str, int] = cache.recall(store, f"numbers of keys, {snapshot.count}", lambda _: {})
    wanted = keys.to_list()
    new = [key for key in set(wanted) if key not in known]
    if new:
        rows = snapshot.samples.filter(pl.col("key").is_in(new)).select("key", "sample_no")
        known |= dict.fromkeys(new, -1) | dict(rows.iter_rows())
    return np.array([known[key] for key in wanted], dtype=np.int64)


def waiting_for(workspace: Workspace, who: str) -> list[str]:
    """Keys of samples that were sent to this person, or to nobody in particular, newest request last."""
    asked = decision_log.standing(workspace, "request").filter(pl.col("verdict") == "ask")
    to = asked["payload"].str.json_path_match("$.to")
    return asked.filter(to.is_null() | (to == "") | (to == who))["key"].to_list()


def people(workspace: Workspace) -> list[str]:
    """Everybody who decided anything."""
    found = decision_log.standing(workspace)["who"].unique().sort()
    return [str(name) for name in found]


def _drawn(keys: pl.Series, number: int) -> np.ndarray:
    digits = keys.str.split("/").list.last().str.slice(_DIGITS * number, _DIGITS)
    return digits.str.to_integer(base=16, strict=False).fill_null(0).to_numpy() / 16**_DIGITS


def _codes(verdicts: pl.Series) -> np.ndarray:
    return verdicts.replace_strict(CODES, default=0, return_dtype=pl.UInt8).to_numpy()


def _scatter(count: int, at: np.ndarray, values: np.ndarray | Sequence[int]) -> np.ndarray:
    found = np.zeros(count, dtype=np.uint8)
    there = at >= 0
    found[at[there]] = np.asarray(values)[there]
    return found
