"""Rows that belong to something that is gone, and rows of files that nothing accounts for."""

from __future__ import annotations

from curation.checks.finding import Check, Finding
from curation.common.counts import counted
from curation.workspace import Workspace
from storage import integrity

_WORDS = {
    "sample": "Samples of datasets that are gone",
    "turn": "Turns of samples that are gone",
    "sample_image": "Image references of samples or images that are gone",
    "flag": "Flags on samples that are gone",
    "score": "Scores of samples, turns or images that are gone",
    "vote": "Votes on samples that are gone",
    "duplicate_group": "Duplicates among samples that are gone",
    "projection": "Map points of samples that are gone",
    "import_outcome": "Import outcomes of datasets that are gone",
    "annotation": "Annotations of datasets or images that are gone",
    "vocabulary": "Classes of datasets that are gone",
    "dataset_tag": "Tags of datasets that are gone",
}


def find(workspace: Workspace, _thorough: bool) -> list[Finding]:
    """Finds orphans, and datasets with more or fewer rows than were read.

    Args:
        workspace: Open workspace.
        _thorough: Not used.

    Returns:
        One finding per table with orphans and per dataset.
    """
    findings = [
        Finding("orphaned_rows", count, f"{_WORDS[table]}: {count:,}.", "Delete them; the copy keeps them.")
        for table, count in integrity.orphans(workspace.store).items()
    ]
    findings += [
        Finding(
            "unaccounted_rows",
            abs(seen - stored),
            f"The dataset {name!r} read {counted(seen, 'row')}, and {stored:,} are accounted for. Import its file "
            "under another name to have all of them.",
        )
        for name, seen, stored in integrity.short(workspace.store)
    ]
    return findings


def mend(workspace: Workspace) -> None:
    """Deletes orphans."""
    if not integrity.orphans(workspace.store):
        return
    integrity.drop_indexes(workspace.store)
    try:
        with workspace.store.transaction("samples", "scores") as cursor:
            integrity.delete_orphans(cursor)
    finally:
        integrity.make_indexes(workspace.store)


CHECK = Check(name="rows", order=2, find=find, mend=mend)
