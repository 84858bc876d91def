"""Stores the batches of an import, so that one is on its way to the disk while the next is read."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import orjson

from curation.decisions import decision_log, origins
from curation.importing.batch import ImportBatch
from curation.workspace import Workspace
from storage import datasets, flags, identities, samples


class BatchWriter:
    """Stores batches, each with the number of rows dealt with in one transaction, while the next is read."""

    def __init__(self, workspace: Workspace, dataset_no: int, envelope: dict[str, Any]) -> None:
        self._workspace, self._dataset_no, self._envelope = workspace, dataset_no, envelope
        self._pool = ThreadPoolExecutor(1)
        self._writing: Future[None] | None = None

    def __enter__(self) -> BatchWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()
        self._wait()

    def write(self, batch: ImportBatch, seen: int, complete: bool = False) -> None:
        """Stores a batch as soon as the one before it is stored; raises what that one's storing raised.

        Args:
            batch: The batch; its images are looked at first.
            seen: Rows of the file that are dealt with, this batch included.
            complete: Whether it is the last batch.
        """
        batch.finish()
        self._wait()
        self._writing = self._pool.submit(self._store, batch, tuple(batch.pictures.pending), seen, complete)

    def _wait(self) -> None:
        waiting, self._writing = self._writing, None
        if waiting:
            waiting.result()

    def _store(self, batch: ImportBatch, locators: Collection[str], seen: int, complete: bool) -> None:
        batch.pictures.settle(locators)
        contents = batch.identities()
        batch.name_samples(contents, identities.copies(self._workspace.store, contents))
        spans = [("span", *span) for span in batch.span_decisions()]
        decision_log.bring(self._workspace, f"{origins.ANNOTATORS}{batch.dataset}", batch.dataset, spans)
        with self._workspace.store.transaction("samples", "scores") as cursor:
            first_sample = samples.add(cursor, batch.tables)
            flags.append(cursor, batch.flag_frame(first_sample))
            datasets.advance(cursor, self._dataset_no, seen, complete)
            datasets.set_format(cursor, self._dataset_no, batch.row_format.name)
            if complete:
                datasets.set_envelope(cursor, self._dataset_no, orjson.dumps(self._envelope).decode())
