"""The samples that are handed over: read in parts, with their scores, flags, decisions and places on maps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl

from curation.decisions import keys as decision_keys
from curation.exporting.form import Form
from curation.exporting.image_files import COPY, WEB
from curation.exporting.row_writer import ExportDecisions, ExportRun
from curation.filtering.snapshot import NO_TASK, Snapshot
from curation.flags import current_flags
from curation.formats import registry
from curation.formats.conversation import Conversation, pairs
from curation.handing_over.contract import HandedFlag, HandedSample
from curation.maps import layouts
from curation.workspace import Workspace
from scoring.arrays import Numbers
from storage import samples

CHUNK = 2_000
"""Samples that are in memory at once."""
_FLAG = ("flag_id", "turn_index", "start_char", "end_char", "kind", "metric", "score", "reason", "status")


class WorkspaceSet:
    """Samples of a workspace, as a `HandedSet`.

    Args:
        workspace: Open workspace.
        snapshot: All samples.
        numbers: Those that are handed over.
        folder: Where pictures are copied to, below `images/`.
    """

    def __init__(self, workspace: Workspace, snapshot: Snapshot, numbers: Numbers, folder: Path) -> None:
        self.workspace, self.snapshot = workspace, snapshot
        self.numbers = samples.in_row_order(workspace.store, numbers)
        self._folder = folder
        self._run = ExportRun(workspace, ExportDecisions({}, {}, {}), folder, Form("swift", COPY), lambda _: None)

    @property
    def size(self) -> int:
        """How many samples there are."""
        return len(self.numbers)

    @property
    def missing_images(self) -> int:
        """Pictures that were not there to be copied, so far."""
        return self._run.images.missing

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of their flags."""
        return tuple(sorted(self._flags["kind"].unique()))

    def table(self) -> pl.DataFrame:
        """One row per sample.

        Returns:
            key, dataset, row, source_id, turns, images, task, verdict and verdict_by (what counts of people's), tags,
            flag_KIND (flags that stand and are open or confirmed), score_METRIC (the worst value of turns and images,
            the mean where none is worse), and MAP_x, MAP_y and MAP_cluster; null where there is none.
        """
        return self._table

    def samples(self) -> Iterator[HandedSample]:
        """The samples in row order; their pictures are copied into the folder."""
        flags = self._flags.partition_by("sample_no", as_dict=True)
        facts = self._table.iter_rows(named=True)
        for number, conversation, names in self._conversations(with_pictures=True):
            of_sample = flags.get((number,))
            row = next(facts)
            yield HandedSample(
                key=row["key"],
                source_id=row["source_id"] or row["key"],
                dataset=row["dataset"],
                turns=tuple(pairs(conversation.messages)),
                system=conversation.system,
                images=tuple(names[image] for image in conversation.images if image in names),
                flags=()
                if of_sample is None
                else tuple(HandedFlag(*values) for values in of_sample.select(_FLAG).rows()),
                facts={name: value for name, value in row.items() if value not in (None, [])},
            )

    def texts(self) -> pl.Series:
        """The turns of each sample as one text, in the order of `table`."""
        bare = HandedSample("", "", "", (), "", (), (), {})
        turns = (tuple(pairs(conversation.messages)) for _, conversation, _ in self._conversations(with_pictures=False))
        written = (HandedSample(**{**vars(bare), "turns": some}).dialogue()[0] for some in turns)
        return pl.Series("text", list(written), dtype=pl.String)

    @cached_property
    def _flags(self) -> pl.DataFrame:
        return current_flags.every(self).filter(pl.col("sample_no").is_in(self.numbers))

    @cached_property
    def _table(self) -> pl.DataFrame:
        snapshot, rows = self.snapshot, pl.Series(self.numbers, dtype=pl.Int64)
        tasks = pl.Series("task", np.array(snapshot.tasks, dtype=object)[snapshot.task_codes], dtype=pl.String)
        scores = [
            pl.Series(f"score_{name}", values.mean if np.isnan(values.worst).all() else values.worst).fill_nan(None)
            for name, values in snapshot.values.items()
            if values.histogram.any()
        ]
        listed = snapshot.samples.select(
            "sample_no", "key", "dataset", "source_id", "turns", "images", row="row_index"
        ).with_columns(tasks.replace({NO_TASK: None}), *self._places(), *scores)
        listed = listed[rows] if len(rows) else listed.clear()
        decisions = _decisions(snapshot)
        counted = (
            self._flags.filter(pl.col("status").is_in([current_flags.OPEN, current_flags.CONFIRMED]))
            .group_by("sample_no", "kind").len().sort("kind")
            .pivot("kind", index="sample_no", values="len")
        )  # fmt: skip
        counted = counted.rename({name: f"flag_{name}" for name in counted.columns if name != "sample_no"})
        joined = listed.join(decisions, on="key", how="left", maintain_order="left")
        joined = joined.join(counted, on="sample_no", how="left", maintain_order="left")
        flag_columns = [name for name in joined.columns if name.startswith("flag_")]
        first = ["key", "dataset", "row", "source_id", "turns", "images", "task", "verdict", "verdict_by", "tags"]
        other_columns = [name for name in joined.columns if name not in (*first, *flag_columns, "sample_no")]
        return joined.with_columns(pl.col(flag_columns).fill_null(0)).select(*first, *flag_columns, *other_columns)

    def _places(self) -> Iterator[pl.Series]:
        """x, y and the name of the cluster on each map that there is."""
        for stage in layouts.MAPS:
            plane = layouts.plane(self.workspace, stage)
            if plane is None:
                continue
            for axis, values in (("x", plane.x), ("y", plane.y)):
                coordinates = np.full(self.snapshot.count, np.nan, dtype=np.float32)
                coordinates[plane.sample_no] = values
                yield pl.Series(f"{stage}_{axis}", coordinates).fill_nan(None)
            clusters = np.full(self.snapshot.count, None, dtype=object)
            clusters[plane.sample_no] = [plane.name(number) for number in plane.cluster.tolist()]
            yield pl.Series(f"{stage}_cluster", clusters, dtype=pl.String)

    def _conversations(self, *, with_pictures: bool) -> Iterator[tuple[int, Conversation, dict[str, str]]]:
        """Each sample's number, conversation, and what its pictures are called in the folder."""
        target = registry.named("swift")
        for start in range(0, len(self.numbers), CHUNK):
            numbers = self.numbers[start : start + CHUNK]
            names = self._run.names(numbers, target) if with_pictures else {}
            for frame in self._run.chunks(numbers):
                for number, key, form, raw in frame.select("sample_no", "key", "format", "raw").iter_rows():
                    conversation = self._run.conversation(key, form, raw)
                    yield number, conversation, self._present(names.get(number, {}))

    def _present(self, names: Mapping[str, str]) -> dict[str, str]:
        """The pictures that lie in the folder or on the web."""
        return {ref: name for ref, name in names.items() if name.startswith(WEB) or (self._folder / name).is_file()}


def _decisions(snapshot: Snapshot) -> pl.DataFrame:
    """key, verdict, verdict_by and tags of the samples that have any."""
    on_samples = snapshot.decisions.filter(pl.col("subject") == "sample")
    verdicts = on_samples.select("key", "verdict", verdict_by="who")
    added = snapshot.decisions.filter((pl.col("subject") == "tag") & (pl.col("verdict") == "add"))
    tags = decision_keys.parts(added, "tag").group_by(key="sample").agg(tags=pl.col("tag").sort())
    return verdicts.join(tags, on="key", how="full", coalesce=True)
