"""Brings a dataset to a corrected or longer file: what is the same keeps its scores and decisions."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from curation.decisions import carrying, decision_log, identities, origins
from curation.decisions.carrying import Successor
from curation.importing import remote_copies
from curation.importing.importer import ImportFailedError, ImportProgress
from curation.maintenance import comparing, history, removing
from curation.maintenance.comparing import Comparison
from curation.workspace import Workspace
from scoring.addresses import FilePlace
from scoring.remote_files import RemoteError
from storage import dataset_events, decisions, flags, image_links, newer_rows, removals, samples
from storage import identities as stored_identities
from storage.rows import StoredRow


@dataclass(frozen=True)
class ReimportReport:
    """How a newer file differs from a dataset; the counts are of samples, `rejected` of rows that are none.

    `decided` are changed samples that somebody had decided: their decisions are carried over, and asked for again in
    the queue "Changed since decided". `gone` are in the file no more; `hidden` says that they are put away.
    """

    dataset: str
    rows: int
    unchanged: int
    changed: int
    new: int
    gone: int
    rejected: int
    decided: int
    hidden: bool
    stored: bool

    def sentence(self) -> str:
        """The counts in words."""
        gone = f"{self.gone:,} gone"
        if self.gone:
            gone += " (hidden, and can be restored)" if self.hidden else " (kept)"
        again = f" {self.decided:,} of the changed ones were decided and are asked again." if self.decided else ""
        return (
            f"{self.dataset}: {self.unchanged:,} unchanged, {self.changed:,} changed, {self.new:,} new, {gone}, "
            f"{self.rejected:,} rejected.{again}"
        )


def reimport(
    workspace: Workspace,
    name: str,
    path: FilePlace,
    *,
    who: str,
    images: FilePlace | None = None,
    keep_gone: bool = False,
    preview: bool = False,
    progress: ImportProgress | None = None,
) -> ReimportReport:
    """Brings a dataset to a newer file, all of it or nothing.

    Rows are matched by what they say and show, then by their own id. The same ones keep scores and decisions; changed
    ones are scored again, and decisions on them are carried over, marked to be asked again; those that are gone are put
    away and can be brought back.

    Args:
        workspace: Open workspace.
        name: The dataset's name.
        path: The newer file or folder, or its address, in the same format.
        who: The person who says so.
        images: Its image folder; None for the dataset's.
        keep_gone: Whether samples that the file has no row for stay: the file only adds and corrects rows.
        preview: Whether nothing is stored.
        progress: Called after each batch of rows.

    Returns:
        How the two differ.

    Raises:
        UnknownNameError: There is no such dataset.
        DatasetError: Its import has not come to its end.
        ImportFailedError: The file cannot be read.
    """
    with workspace.store.adding:
        dataset = history.complete(workspace, name)
        identities.complete(workspace)
        present = newer_rows.present(workspace.store, dataset["dataset_no"])
        try:
            with remote_copies.here(workspace.folder, path) as copy:
                comparison = comparing.compare(workspace, dataset, copy, images, present, progress)
        except RemoteError as error:
            raise ImportFailedError(str(error)) from error
        keys = dict(present.select("sample_no", "key").iter_rows())
        decided = set(decision_log.standing(workspace, "sample")["key"])
        report = ReimportReport(
            dataset=name,
            rows=comparison.rows,
            unchanged=len(comparison.unchanged),
            changed=len(comparison.changed),
            new=comparison.new,
            gone=len(comparison.gone),
            rejected=len(comparison.outcomes),
            decided=sum(keys[number] in decided for number in comparison.changed.values()),
            hidden=not keep_gone,
            stored=not preview,
        )
        if not preview:
            _store(workspace, dataset, comparison, keys, report, who)
        return report


def _store(
    workspace: Workspace,
    dataset: StoredRow,
    comparison: Comparison,
    keys: dict[int, str],
    report: ReimportReport,
    who: str,
) -> None:
    batch, number = comparison.batch, dataset["dataset_no"]
    batch.pictures.settle(tuple(batch.pictures.pending))
    batch.name_samples(comparison.identities, stored_identities.copies(workspace.store, comparison.identities))
    spans = [("span", *span) for span in batch.span_decisions()]
    decision_log.bring(workspace, f"{origins.ANNOTATORS}{batch.dataset}", batch.dataset, spans)
    carried = _carried(workspace, comparison, keys)
    staying = [] if report.hidden else comparison.gone
    file = comparison.file | {"rows_seen": comparison.rows + len(staying)}
    subjects = removing.subjects()
    with removing.renumbering(workspace, "decisions") as cursor:
        for why, numbers in (
            (removals.CHANGED, list(comparison.changed.values())),
            (removals.GONE, [] if staying else comparison.gone),
        ):
            if numbers:
                removals.put_away(cursor, who, dataset, why, numbers, subjects)
        behind = [(sample_no, comparison.rows + offset, None, None, None) for offset, sample_no in enumerate(staying)]
        newer_rows.update(cursor, [*comparison.unchanged, *behind])
        image_links.replace_refs(cursor, comparison.refs)
        newer_rows.replace_outcomes(cursor, number, comparison.outcomes)
        first_sample = samples.add(cursor, batch.tables)
        flags.append(cursor, batch.flag_frame(first_sample))
        image_links.set_paths(cursor, comparison.paths)
        newer_rows.set_file(cursor, number, file)
        decisions.append_within(cursor, carried)
        dataset_events.add(cursor, who, report.dataset, "re-import", report.sentence())


def _carried(workspace: Workspace, comparison: Comparison, keys: dict[int, str]) -> list[StoredRow]:
    """The decisions on changed samples, repeated on what took their place."""
    rows, texts = (
        comparison.batch.tables["sample"],
        newer_rows.turns(workspace.store, list(comparison.changed.values())),
    )
    new_texts: dict[int, list[tuple[str, str]]] = {}
    for number, _, instruction, response in sorted(comparison.batch.tables["turn"], key=lambda turn: turn[:2]):
        new_texts.setdefault(number, []).append((instruction, response))
    successors = {}
    for position, number in comparison.changed.items():
        pairs = zip(texts.get(number, ()), new_texts.get(position, ()), strict=False)
        same = frozenset(index for index, (before, after) in enumerate(pairs) if before == after)
        successors[keys[number]] = Successor(rows[position][7], same)
    renamed = newer_rows.flags_under(workspace.store, {key: after.key for key, after in successors.items()})
    still = pl.struct("key", "turn_index").map_elements(
        lambda row: row["turn_index"] is None or row["turn_index"] in successors[row["key"]].same_turns,
        return_dtype=pl.Boolean,
    )
    flag_ids = dict(renamed.filter(still).select("flag_id", "new_id").iter_rows()) if renamed.height else {}
    return carrying.events(workspace, successors, flag_ids)
