"""Deletes datasets so that they can be brought back, and removes for good what was deleted when a person says so."""

from __future__ import annotations

import contextlib
import datetime
import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from curation.common import names
from curation.common.counts import counted
from curation.decisions import keys as decision_keys
from curation.images import probe
from curation.maintenance import image_places
from curation.maintenance.history import DatasetError
from curation.workspace import Workspace
from scoring import registry
from storage import dataset_events, datasets, decisions, newer_rows, removals
from storage.store import Cursor

TOPICS = ("samples", "scores", removals.NUMBERS)
"""What changes for readers when samples leave or come back."""


@dataclass(frozen=True)
class Removal:
    """Samples that were put away, and `why`: "deleted" with their dataset, or "gone" or "changed" in a newer file."""

    removal_no: int
    made_at: datetime.datetime
    who: str
    dataset_no: int
    dataset: str
    why: str
    samples: int


@dataclass(frozen=True)
class Restored:
    """A dataset under its name of now, its samples that came back, and how many of them are there a second time."""

    dataset: str
    samples: int
    copies: int

    def sentence(self) -> str:
        """What came back, in words."""
        again = (
            f" {self.copies:,} of them are there a second time: decisions count for the ones that were there."
            if self.copies
            else ""
        )
        return f"{self.dataset} is back: {counted(self.samples, 'sample')}.{again}"


@dataclass(frozen=True)
class CompactPlan:
    """What is removed for good: samples, turns and scores; decisions on them stay in the log."""

    removals: tuple[Removal, ...]
    samples: int
    turns: int
    scores: int
    decisions: int

    def sentence(self) -> str:
        """The plan in one sentence."""
        if not self.removals:
            return "Nothing was deleted that could be removed."
        return (
            f"{counted(self.samples, 'sample')}, {counted(self.turns, 'turn')} and "
            f"{counted(self.scores, 'score', 'is', 'are')} removed for good; "
            f"{counted(self.decisions, 'decision')} on them still in the log."
        )


def subjects() -> dict[str, str]:
    """What the vectors and values of each feature are about: sample, turn or image."""
    return {name: feature.subject for name, feature in registry.features().items()}


def listing(workspace: Workspace) -> list[Removal]:
    """What was put away and can be brought back, the newest first."""
    return [Removal(**row) for row in removals.listing(workspace.store).to_dicts()]


@contextmanager
def renumbering(workspace: Workspace, *touches: str) -> Iterator[Cursor]:
    """A transaction in which samples may leave and come back; all of it is stored, or nothing.

    Args:
        workspace: Open workspace.
        touches: What else readers may have cached that changes.

    Yields:
        The transaction.
    """
    removals.begin(workspace.store)
    try:
        with workspace.store.transaction(*TOPICS, *touches) as cursor:
            yield cursor
            removals.number_anew(cursor, subjects())
    finally:
        removals.end(workspace.store)


def delete(workspace: Workspace, name: str, *, who: str) -> Removal:
    """Deletes a dataset: it is seen nowhere any more, and `restore` brings all of it back until it is compacted.

    Args:
        workspace: Open workspace.
        name: The dataset's name.
        who: The person who deletes it.

    Returns:
        What was put away.

    Raises:
        UnknownNameError: There is no such dataset.
    """
    with workspace.store.adding:
        names.check("dataset", [name], datasets.listing(workspace.store)["name"].to_list())
        dataset = datasets.by_name(workspace.store, name)
        assert dataset is not None
        numbers = newer_rows.present(workspace.store, dataset["dataset_no"])["sample_no"].to_list()
        with renumbering(workspace) as cursor:
            number = removals.put_away(cursor, who, dataset, removals.DELETED, numbers, subjects())
            dataset_events.add(
                cursor, who, name, "delete", f"{counted(len(numbers), 'sample')}, which can be restored."
            )
        image_places.settle(workspace)
        return next(removal for removal in listing(workspace) if removal.removal_no == number)


def restore(workspace: Workspace, name: str, *, who: str) -> Restored:
    """Brings back the dataset of a name that was deleted last, or else the rows that a newer file had left out.

    Args:
        workspace: Open workspace.
        name: The dataset's name when it was deleted.
        who: The person who brings it back.

    Returns:
        What came back.

    Raises:
        UnknownNameError: Nothing of this name can be brought back; the message names what can.
    """
    with workspace.store.adding:
        restorable = [removal for removal in listing(workspace) if removal.why != removals.CHANGED]
        names.check("deleted dataset", [name], [removal.dataset for removal in restorable])
        of_name = [removal for removal in restorable if removal.dataset == name]
        removal = next((candidate for candidate in of_name if candidate.why == removals.DELETED), of_name[0])
        return restore_removal(workspace, removal, who)


def restore_removal(workspace: Workspace, removal: Removal, who: str) -> Restored:
    """Brings back what one removal put away.

    Args:
        workspace: Open workspace.
        removal: One of `listing`.
        who: The person who brings it back.

    Returns:
        What came back.

    Raises:
        DatasetError: Its dataset is deleted itself.
    """
    with workspace.store.adding:
        name = removal.dataset
        if removal.why == removals.DELETED:
            name = free_name(workspace, removal.dataset)
        else:
            owner = datasets.by_number(workspace.store, removal.dataset_no)
            if owner is None:
                raise DatasetError(f"The dataset {removal.dataset!r} is deleted itself; restore it first.")
            name = owner["name"]
        with renumbering(workspace) as cursor:
            if removal.why == removals.DELETED:
                removals.rename(cursor, removal.removal_no, name)
            else:
                removals.continue_rows(cursor, removal.removal_no, removal.dataset_no)
            copies = removals.bring_back(cursor, removal.removal_no, subjects())
            dataset_events.add(cursor, who, name, "restore", f"{counted(removal.samples, 'sample')}.")
        return Restored(name, removal.samples, copies)


def free_name(workspace: Workspace, name: str) -> str:
    """Finds a name that no dataset has.

    Args:
        workspace: Open workspace.
        name: The name to begin with.

    Returns:
        The name, or it with -2, -3, ... behind it.
    """
    candidates = itertools.chain([name], (f"{name}-{number}" for number in itertools.count(2)))
    return next(candidate for candidate in candidates if datasets.by_name(workspace.store, candidate) is None)


def plan_compact(workspace: Workspace, name: str | None = None) -> CompactPlan:
    """Says what a compaction removes; nothing is changed.

    Args:
        workspace: Open workspace.
        name: Only what was put away of a dataset of this name; None for everything.

    Returns:
        The removals and what they hold.

    Raises:
        UnknownNameError: Nothing of this name was deleted.
    """
    present = listing(workspace)
    if name is not None:
        names.check("deleted dataset", [name], [removal.dataset for removal in present])
    selected = [removal for removal in present if name in (None, removal.dataset)]
    numbers = [removal.removal_no for removal in selected]
    return CompactPlan(
        tuple(selected),
        decisions=_decisions_on(workspace, removals.keys(workspace.store, numbers)),
        **removals.contents(workspace.store, numbers),
    )


def compact(workspace: Workspace, name: str | None = None, *, who: str) -> CompactPlan:
    """Removes for good what was deleted, with images that nothing shows any more; decisions stay in the log.

    Args:
        workspace: Open workspace.
        name: Only what was put away of a dataset of this name; None for everything.
        who: The person who says so.

    Returns:
        What was removed.

    Raises:
        UnknownNameError: Nothing of this name was deleted.
    """
    with workspace.store.adding:
        plan = plan_compact(workspace, name)
        if not plan.removals:
            return plan
        with workspace.store.transaction(*TOPICS) as cursor:
            for removal in plan.removals:
                removals.compact(cursor, removal.removal_no)
                dataset_events.add(cursor, who, removal.dataset, "compact", f"{counted(removal.samples, 'sample')}.")
            hashes = removals.delete_unused_images(cursor, subjects())
        _delete_thumbnails(workspace, hashes)
        workspace.store.checkpoint()
        return plan


def _decisions_on(workspace: Workspace, sample_keys: Sequence[str]) -> int:
    on_samples = set(sample_keys)
    log = decisions.log(workspace.store).select("subject", "key")
    return sum(decision_keys.sample_of(subject, key) in on_samples for subject, key in log.iter_rows())


def _delete_thumbnails(workspace: Workspace, hashes: Sequence[str]) -> None:
    for content_hash in hashes:
        with contextlib.suppress(OSError):
            probe.thumbnail_path(workspace.thumbnails, content_hash).unlink(missing_ok=True)
