"""Several reviewers at once: who decided what, who still has to, and the share that two of them decide blindly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import polars as pl

from curation.decisions import carrying, decision_log, one_by_one
from curation.filtering.snapshot import Snapshot
from curation.workspace import Workspace, cache
from scoring.arrays import Floats, Mask, Numbers
from storage import settings
from storage.store import Store

DrawNumber: TypeAlias = Literal[0, 1]
POLICY = "review policy"
CODES = {"approve": 1, "reject": 2, "later": 3}
"""Verdicts on samples as numbers; 0 is none."""
OVERLAP_DRAW: DrawNumber = 0
"""The draw that says which samples several people decide."""
AUDIT_DRAW: DrawNumber = 1
"""The draw that orders the random audit; it knows nothing of the other."""
_DIGITS = 12
"""Hexadecimal digits of a content's hash that make one draw; the hash has enough for two."""


@dataclass(frozen=True)
class Policy:
    """How a team reviews: the share of samples that several people decide, how many of them, and whether blindly."""

    overlap: float = 0.0
    reviewers: int = 2
    blind: bool = True


@dataclass(frozen=True, eq=False)
class TeamStanding:
    """Where every sample stands, one entry each.

    `verdict` and `own_verdict` are CODES (what counts; what this person said), `reviewers` how many people approved or
    rejected, `needed` how many have to, `split` that they differ, `settled` that somebody adjudicated,
    `carried` that the verdict was made on what stood there before a newer file changed it.
    """

    verdict: Numbers
    own_verdict: Numbers
    reviewers: Numbers
    needed: Numbers
    split: Mask
    settled: Mask
    carried: Mask

    @property
    def decided_by_me(self) -> Mask:
        """True where this person approved or rejected."""
        return (self.own_verdict == CODES["approve"]) | (self.own_verdict == CODES["reject"])

    @property
    def done(self) -> Mask:
        """True where nobody has to decide any more."""
        return self.settled | (self.reviewers >= self.needed)


def policy(workspace: Workspace) -> Policy:
    """The workspace's policy."""
    return Policy(**settings.read(workspace.store, POLICY, {}))


def set_policy(workspace: Workspace, **changed: float | bool) -> None:
    """Changes parts of the policy; decisions that were made stay as they are, and so do the other parts.

    Args:
        workspace: Open workspace.
        changed: New values by the name of a field of `Policy`.
    """

    def change(stored: Mapping[str, Any]) -> Mapping[str, Any]:
        return {POLICY: asdict(Policy(**{**(stored[POLICY] or {}), **changed}))}

    settings.update(workspace.store, [POLICY], change)


def standing(workspace: Workspace, snapshot: Snapshot, who: str) -> TeamStanding:
    """Computes where the samples stand for a person.

    Args:
        workspace: Open workspace.
        snapshot: The samples.
        who: The person's name; "" for nobody in particular.

    Returns:
        One entry per sample in each array.
    """
    verdicts = decision_log.by_person(workspace, "sample")
    positions = numbers(workspace.store, snapshot, verdicts["key"])
    present = positions >= 0
    codes = _codes(verdicts["verdict"])[present]
    by_this_person = (verdicts["who"] == who).to_numpy()[present]
    positions = positions[present]
    approvals, rejections = (np.bincount(positions[codes == code], minlength=snapshot.count) for code in (1, 2))
    counts = decision_log.standing(workspace, "sample")
    standing_positions = numbers(workspace.store, snapshot, counts["key"])
    return TeamStanding(
        verdict=_scatter(snapshot.count, standing_positions, _codes(counts["verdict"])),
        own_verdict=_scatter(snapshot.count, positions[by_this_person], codes[by_this_person]),
        reviewers=approvals + rejections,
        needed=needed(workspace, snapshot),
        split=(approvals > 0) & (rejections > 0),
        settled=_scatter(snapshot.count, standing_positions, counts["final"].to_numpy()).astype(bool),
        carried=_scatter(snapshot.count, standing_positions, carrying.is_carried(counts).to_numpy()).astype(bool),
    )


def done(workspace: Workspace, snapshot: Snapshot) -> Mask:
    """Computes where nobody has to decide any more; a moment old while decisions come fast, as many may ask for it.

    Args:
        workspace: Open workspace.
        snapshot: The samples.

    Returns:
        True for each sample that is done.
    """
    name = f"done of {snapshot.count}, {snapshot.numbering}"
    return cache.recall(
        workspace.store, name, lambda _: standing(workspace, snapshot, "").done, patient=True,
        topics=(*cache.DECISIONS, POLICY),
    )  # fmt: skip


def needed(workspace: Workspace, snapshot: Snapshot) -> Numbers:
    """Computes how many people have to decide each sample.

    Args:
        workspace: Open workspace.
        snapshot: The samples.

    Returns:
        Numbers from 1, one per sample.
    """
    rules = policy(workspace)
    if not rules.overlap:
        return np.ones(snapshot.count, dtype=np.uint8)
    return np.where(draw(workspace.store, snapshot, OVERLAP_DRAW) < rules.overlap, rules.reviewers, 1).astype(np.uint8)


def draw(store: Store, snapshot: Snapshot, number: DrawNumber) -> Floats:
    """Draws a number for each sample: as good as chance, the same wherever the sample's content is.

    Args:
        store: The workspace's store.
        snapshot: The samples.
        number: OVERLAP_DRAW or AUDIT_DRAW.

    Returns:
        Numbers from 0 to 1, one per sample.
    """
    return cache.recall(store, f"draw {number} of {snapshot.count}", lambda _: _drawn(snapshot.samples["key"], number))


def drawn(workspace: Workspace, snapshot: Snapshot) -> Mask:
    """Finds the samples that somebody approved or rejected in the order of the random audit.

    Args:
        workspace: Open workspace.
        snapshot: The samples.

    Returns:
        True for each of them; the audit asks for all others, whatever else was said of them.
    """
    decided = one_by_one.drawn(workspace).filter(pl.col("verdict") != "later")
    positions = numbers(workspace.store, snapshot, decided["key"])
    return _scatter(snapshot.count, positions, np.ones(len(positions), dtype=np.uint8)).astype(bool)


def numbers(store: Store, snapshot: Snapshot, keys: pl.Series) -> Numbers:
    """Looks up samples by their keys; known ones are not looked up again.

    Args:
        store: The workspace's store.
        snapshot: The samples.
        keys: Sample keys.

    Returns:
        The number of each key's sample, -1 for one that is not in the snapshot.
    """
    numbers_by_key: dict[str, int] = cache.recall(store, f"numbers of keys, {snapshot.count}", lambda _: {})
    requested = keys.to_list()
    new = [key for key in set(requested) if key not in numbers_by_key]
    if new:
        rows = snapshot.samples.filter(pl.col("key").is_in(new)).select("key", "sample_no")
        numbers_by_key |= dict.fromkeys(new, -1) | dict(rows.iter_rows())
    return np.array([numbers_by_key[key] for key in requested], dtype=np.int64)


def waiting_for(workspace: Workspace, who: str) -> list[str]:
    """Lists the samples that were sent to a person, or to nobody in particular.

    Args:
        workspace: Open workspace.
        who: The person's name.

    Returns:
        Keys of samples, the newest request last.
    """
    requests = decision_log.standing(workspace, "request").filter(pl.col("verdict") == "ask")
    to = requests["payload"].str.json_path_match("$.to")
    return requests.filter(to.is_null() | (to == "") | (to == who))["key"].to_list()


def people(workspace: Workspace) -> list[str]:
    """Everybody who decided anything."""
    names = decision_log.standing(workspace)["who"].unique().sort()
    return [str(name) for name in names]


def _drawn(keys: pl.Series, number: DrawNumber) -> Floats:
    digits = keys.str.split("/").list.last().str.slice(_DIGITS * number, _DIGITS)
    return digits.str.to_integer(base=16, strict=False).fill_null(0).to_numpy() / 16**_DIGITS


def _codes(verdicts: pl.Series) -> Numbers:
    return verdicts.replace_strict(CODES, default=0, return_dtype=pl.UInt8).to_numpy()


def _scatter(count: int, positions: np.ndarray, values: Numbers | Sequence[int]) -> np.ndarray:
    scattered = np.zeros(count, dtype=np.uint8)
    present = positions >= 0
    scattered[positions[present]] = np.asarray(values)[present]
    return scattered
