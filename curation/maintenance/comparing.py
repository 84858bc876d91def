"""Compares a newer file of a dataset with what is in the workspace: unchanged, changed, new and gone rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import polars as pl

from curation.archives.image_resolver import Resolver
from curation.common import listing
from curation.containers import registry as containers
from curation.containers.container import DatasetSource, UnreadableFileError
from curation.formats import registry as formats
from curation.images.inline import TOKEN, Pictures
from curation.importing import image_roots, importer
from curation.importing.batch import ImportBatch
from curation.importing.importer import ImageAccess, ImportFailedError, ImportProgress
from curation.importing.remote_copies import LocalCopy
from curation.workspace import Workspace
from scoring.addresses import FilePlace, file_place
from scoring.remote_files import RemoteError
from storage.rows import StoredRow


@dataclass
class Comparison:
    """What a newer file says of a dataset.

    Attributes:
        batch: The rows that are in the dataset with other contents, or not at all; their samples count from 0.
        identities: What each of these samples says and shows.
        unchanged: Rows for `storage.newer_rows.update`, of samples whose content is the same.
        refs: Image references of unchanged samples whose row has another text, for `storage.image_links.replace_refs`.
        changed: Numbers of stored samples by the place in `batch` of the row that changed them.
        gone: Numbers of the stored samples that the file has no row for.
        outcomes: Rows that are no samples, for `storage.newer_rows.replace_outcomes`.
        paths: Where pictures lie, by the hash of their bytes.
        rows: Rows of the file.
        file: What `storage.newer_rows.set_file` notes, without the rows.
    """

    batch: ImportBatch
    identities: list[str] = field(default_factory=list)
    unchanged: list[tuple[object, ...]] = field(default_factory=list)
    refs: list[tuple[object, ...]] = field(default_factory=list)
    changed: dict[int, int] = field(default_factory=dict)
    gone: list[int] = field(default_factory=list)
    outcomes: list[tuple[object, ...]] = field(default_factory=list)
    paths: dict[str, str] = field(default_factory=dict)
    rows: int = 0
    file: StoredRow = field(default_factory=dict)

    @property
    def new(self) -> int:
        """How many rows are in the dataset in no form."""
        return len(self.identities) - len(self.changed)


def compare(
    workspace: Workspace,
    dataset: StoredRow,
    copy: LocalCopy,
    images: FilePlace | None,
    present: pl.DataFrame,
    progress: ImportProgress | None = None,
) -> Comparison:
    """Reads a newer file; nothing of the workspace is changed but the cache of thumbnails and pictures inside rows.

    Rows are matched by what they say and show, then by the row's own id where it is one row's only, here and there.

    Args:
        workspace: Open workspace.
        dataset: Row of the table `dataset`.
        copy: The newer file or folder, in the dataset's format.
        images: Its image folder; None for the dataset's.
        present: The dataset's samples, of `storage.newer_rows.present`.
        progress: Called after each batch.

    Returns:
        What differs.

    Raises:
        ImportFailedError: The file cannot be read.
    """
    path = copy.path
    try:
        container = containers.find(path)
        (root,) = image_roots.candidates(copy.home, images or file_place(dataset["images_root"]))
        file_hash = listing.hash_of(path)
    except (UnreadableFileError, image_roots.ImageRootError, OSError) as error:
        raise ImportFailedError(str(error)) from error
    pictures = Pictures(workspace.kept_images)
    source = DatasetSource(path, pictures.keep, lasting_place=copy.lasting_place)
    look = ImageAccess(Resolver(root, beside=image_roots.beside(copy.home)), fetch=False)
    batch = importer.new_batch(workspace, dataset, container, formats.named(dataset["format"]), look, pictures)
    comparison = Comparison(batch.following())
    matcher = _Matcher(comparison, present)
    position, size = 0, path.stat().st_size if path.is_file() else 0
    try:
        for index, raw in enumerate(container.read(source)):
            batch.add(index, raw)
            position += raw.read or len(raw.data)
            comparison.rows = index + 1
            if importer.is_full(batch):
                matcher.take(batch)
                batch = batch.following()
                if progress:
                    progress(index + 1, min(position, size), size)
        matcher.take(batch)
    except (UnreadableFileError, RemoteError) as error:
        raise ImportFailedError(str(error)) from error
    matcher.match_ids()
    comparison.file = {
        "path": str(copy.home),
        "file_hash": file_hash,
        "layout": container.name,
        "images_root": str(root),
        "envelope": orjson.dumps(source.envelope).decode(),
    }
    return comparison


class _Matcher:
    """Sorts the rows of batches, and remembers which stored samples are still without a row."""

    def __init__(self, comparison: Comparison, present: pl.DataFrame) -> None:
        self._comparison = comparison
        self._left: dict[int, StoredRow] = {row["sample_no"]: row for row in present.iter_rows(named=True)}
        self._by_identity: dict[str, list[int]] = {}
        for row in self._left.values():
            self._by_identity.setdefault(row["identity"], []).append(row["sample_no"])
        self._ids: Counter[str] = Counter()
        self._ids_before = Counter(present["source_id"].drop_nulls())

    def take(self, batch: ImportBatch) -> None:
        """Takes a batch: rows whose content is stored are unchanged, the others are kept for later."""
        batch.finish()
        comparison = self._comparison
        tables = batch.tables
        comparison.outcomes += tables["import_outcome"]
        comparison.paths |= {f.content_hash: f.path for f in batch.known_paths.values() if f.content_hash}
        comparison.batch.known_contents |= batch.known_contents
        images = _by_sample(tables["sample_image"])
        others: dict[int, int] = {}
        for number, (row, identity) in enumerate(zip(tables["sample"], batch.identities(), strict=True)):
            _, _, index, source_id, content_hash, _, raw = row
            self._ids[source_id] += source_id is not None
            stored = self._same(identity, source_id)
            if stored is None:
                others[number] = len(comparison.identities)
                comparison.identities.append(identity)
                continue
            has_other_text = stored["content_hash"] != content_hash or TOKEN in raw
            texts = (source_id, content_hash, raw) if has_other_text else (None, None, None)
            comparison.unchanged.append((stored["sample_no"], index, *texts))
            if has_other_text:
                for _, position, _, ref, found_by, _ in images.get(number, ()):
                    comparison.refs.append((stored["sample_no"], position, ref, found_by))
        _keep(comparison.batch, batch, others)

    def _same(self, identity: str, source_id: str | None) -> StoredRow | None:
        """A stored sample of this content that has no row yet, that of the same id where there are several."""
        numbers = self._by_identity.get(identity)
        if not numbers:
            return None
        number = next((number for number in numbers if self._left[number]["source_id"] == source_id), numbers[0])
        numbers.remove(number)
        return self._left.pop(number)

    def match_ids(self) -> None:
        """Matches what is left by the rows' own ids, where an id is one row's only."""
        by_id = {
            row["source_id"]: number
            for number, row in self._left.items()
            if row["source_id"] is not None and self._ids_before[row["source_id"]] == 1
        }
        for position, row in enumerate(self._comparison.batch.tables["sample"]):
            if row[3] in by_id and self._ids[row[3]] == 1:
                number = by_id.pop(row[3])
                self._comparison.changed[position] = number
                del self._left[number]
        self._comparison.gone = list(self._left)


def _by_sample(rows: Sequence[tuple[Any, ...]]) -> dict[int, list[tuple[Any, ...]]]:
    by_sample: dict[int, list[tuple[Any, ...]]] = {}
    for row in rows:
        by_sample.setdefault(row[0], []).append(row)
    return by_sample


def _keep(target: ImportBatch, batch: ImportBatch, new_numbers: Mapping[int, int]) -> None:
    """Adds some samples of a batch to another one, with all that belongs to them."""
    for table in ("sample", "turn", "sample_image"):
        for row in batch.tables[table]:
            if row[0] in new_numbers:
                target.tables[table].append((new_numbers[row[0]], *row[1:]))
    target.tables["image"].extend(batch.tables["image"])
    target.flags += [
        (new_numbers[row[0]], row[1], new_numbers[row[0]], *row[3:]) for row in batch.flags if row[0] in new_numbers
    ]
    target.spans += [(new_numbers[number], span) for number, span in batch.spans if number in new_numbers]
