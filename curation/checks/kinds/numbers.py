"""Samples, turns and images that share a number, or whose numbers have gaps: two imports at once could leave them."""

from __future__ import annotations

import polars as pl

from curation.archives.image_resolver import Resolver
from curation.checks.finding import Check, Finding
from curation.containers.container import RawRow
from curation.formats import registry as formats
from curation.images import inline
from curation.images.inline import Pictures
from curation.importing.batch import ImportBatch
from curation.workspace import Workspace
from scoring import registry
from scoring.addresses import file_place
from storage import flags, integrity, samples

_READ_AGAIN = "Read these rows again from their stored text under numbers of their own; their scores are computed anew."
_WORDS = {"sample": "samples", "turn": "turns", "image": "images", "dataset": "datasets", "decision": "decisions"}


def find(workspace: Workspace, _thorough: bool) -> list[Finding]:
    """Finds numbers that are there twice or missing.

    Args:
        workspace: Open workspace.
        _thorough: Not used.

    Returns:
        One finding per table and kind of fault.
    """
    findings = [
        Finding(
            "doubled_rows",
            count,
            f"Rows of {_WORDS.get(table, table)} that share their {columns} with another: {count:,}.",
            _READ_AGAIN if table in ("sample", "turn", "image") else "",
        )
        for (table, columns), count in integrity.doubled(workspace.store).items()
    ]
    findings += [
        Finding(
            "missing_numbers",
            count,
            f"Numbers of {_WORDS[name]} that are missing: {count:,}.",
            f"Number the {_WORDS[name]} anew, wherever their numbers stand.",
        )
        for name, count in integrity.gaps(workspace.store).items()
    ]
    return findings


def mend(workspace: Workspace) -> None:
    """Gives every sample and image a number of its own; decisions are kept by content and stay."""
    store = workspace.store
    shared, images = integrity.doubled_samples(store), integrity.doubled_images(store)
    subjects = {name: feature.subject for name, feature in registry.features().items()}
    integrity.drop_indexes(store)
    try:
        with store.transaction("samples", "scores") as cursor:
            integrity.take_out(cursor, shared["sample_no"].to_list(), images["image_no"].to_list(), subjects)
            for _, rows in shared.group_by("dataset_no", maintain_order=True):
                batch = _read_again(workspace, rows)
                first_sample = samples.add(cursor, batch.tables)
                flags.append(cursor, batch.flag_frame(first_sample))
                of_dataset = images.filter(pl.col("content_hash").is_in(list(batch.known_contents)))
                integrity.move_annotations(cursor, batch.dataset_no, of_dataset)
            integrity.close_gaps(cursor, subjects)
    finally:
        integrity.make_indexes(store)


def _read_again(workspace: Workspace, rows: pl.DataFrame) -> ImportBatch:
    """The samples as their stored rows have them, under their old keys."""
    dataset = rows.row(0, named=True)
    batch = ImportBatch(
        dataset_no=dataset["dataset_no"],
        dataset=dataset["dataset"],
        resolver=Resolver(file_place(dataset["images_root"])),
        thumbnails=workspace.thumbnails,
        pictures=Pictures(workspace.kept_images),
        lifted=True,
        row_format=formats.named(dataset["format"]),
    )
    stored = {}
    for row in rows.iter_rows(named=True):
        batch.add(row["row_index"], RawRow(inline.sealed(row["raw"], row["home"]).encode()))
        stored[row["row_index"]] = row
    batch.finish()
    batch.tables["sample"][:] = [
        (
            number,
            dataset_no,
            index,
            source_id,
            *(stored[index][name] for name in ("content_hash", "copy")),
            raw,
            *(stored[index][name] for name in ("key", "identity")),
        )
        for number, dataset_no, index, source_id, _, _, raw in batch.tables["sample"]
    ]
    return batch


CHECK = Check(name="numbers", order=1, find=find, mend=mend)
