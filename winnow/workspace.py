"""A workspace as Python users have it: rows in, frames out, the same recipes and exports as on the pages."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
import polars as pl

from curation import workspace as workspaces
from curation.balancing import export_plan, ledger, selecting
from curation.balancing.export_plan import ExportPlan
from curation.decisions import decision_log
from curation.exporting import export, image_files
from curation.exporting.form import ORIGINAL, Form
from curation.filtering import snapshot as snapshots
from curation.filtering.snapshot import Snapshot
from curation.flags import current_flags
from curation.formats import column_mapping
from curation.handing_over import hand_over
from curation.handing_over import registry as hand_overs
from curation.handing_over.hand_over import HandedOver
from curation.importing import demo, importer
from curation.importing.importer import ImportReport
from curation.importing.options import ImportOptions
from curation.recipes import recipe as recipes
from curation.recipes.recipe import Recipe
from curation.runs import score_all, score_files
from curation.runs.run_progress import RunProgress
from curation.runs.score_files import ScoreReport
from curation.workspace import metric_settings, score_columns
from scoring import addresses
from scoring import plugins as plugin_files
from scoring.files import appearing
from scoring.metric import BadWhen
from winnow.dataset_acts import DatasetActs

if TYPE_CHECKING:
    import pandas

_ID = ["sample_no", "key", "dataset", "row", "source_id"]


@contextmanager
def open_workspace(folder: str | Path = "workspace", *, plugins: Sequence[str | Path] = ()) -> Iterator[OpenWorkspace]:
    """Opens a workspace, or makes it, and closes it at the end of the block.

    Args:
        folder: The workspace's folder.
        plugins: Folders or files of metrics, formats and other plug-ins to load: they are code.

    Yields:
        The open workspace, which nobody else can change meanwhile.

    Raises:
        WorkspaceInUseError: A server or another program has it open; the message says which.
        WorkspaceError: It cannot be read or made.
        PluginError: A plug-in cannot be loaded.
    """
    plugin_files.use(Path(path) for path in plugins)
    opened = workspaces.open_workspace(Path(folder))
    try:
        yield OpenWorkspace(opened)
    finally:
        opened.close()


class OpenWorkspace(DatasetActs):
    """An open workspace; made by `open_workspace`."""

    def import_rows(
        self,
        rows: str | Path | Sequence[Mapping[str, Any]] | pl.DataFrame | pandas.DataFrame,
        *,
        name: str | None = None,
        images: str | Path | None = None,
        annotations: str | Path | Sequence[str | Path] = (),
        format: str | None = None,
        columns: Mapping[str, str] | None = None,
        fetch: bool = False,
    ) -> list[ImportReport]:
        """Imports a dataset; the same rows again change nothing.

        Args:
            rows: A dataset file or folder, its address (s3://bucket/set.jsonl), a list of dicts, or a Polars or pandas
                frame with one row per sample.
            name: What to call the dataset; the file's name, or "rows", unless told.
            images: The folder or archive in which the rows' image names are looked up; beside the file, or the current
                folder for rows that are no file, unless told.
            annotations: Files that say what the images show.
            format: The rows' format by name; recognised unless told.
            columns: For rows of no format, the column of each role, such as {"instruction": "question", "response":
                "answer", "image": "img_path"}; the roles are those of the command's `--map`.
            fetch: Download images that rows name by an address on the web.

        Returns:
            What became of every row: one report, or one per dataset that a meta file names.

        Raises:
            ImportFailedError: Nothing can be read, or more than one format fits; the message says what to do.
            MappingError: A role of `columns` is unknown, or no conversation comes of them.
        """
        files = [annotations] if isinstance(annotations, str | Path) else annotations
        path = addresses.file_place(str(rows)) if isinstance(rows, str | Path) else None
        root = addresses.file_place(str(images)) if images is not None else None if path else Path.cwd()
        return importer.import_all(
            self.workspace,
            path or self._file_of(rows, name or "rows"),
            ImportOptions(
                name=name,
                images=root,
                annotations=[Path(file) for file in files],
                format_name=format,
                mapping=column_mapping.of(columns) if columns else None,
                fetch=fetch,
            ),
        )

    def import_demo(self) -> ImportReport:
        """Imports the bundled demo set: hand-written conversations on photos that the installed packages ship."""
        return demo.import_into(self.workspace)

    def score(
        self, metrics: Sequence[str] | None = None, *, retry_failed: bool = False, jobs: int | None = None
    ) -> RunProgress:
        """Scores whatever is not scored yet, in worker processes, and returns when nothing is left to do.

        Args:
            metrics: Names of metrics, with what they need; those that are switched on in this workspace unless told.
            retry_failed: Also try again what failed before.
            jobs: How many workers there are; None for as many as the machine has cores and memory for.

        Returns:
            How many values were scored (`done`), `failed`, and why metrics were `unavailable`.

        Raises:
            UnknownNameError: There is no such metric; the message names the nearest.
        """
        if metrics is None:
            columns = score_columns.active(metric_settings.columns(self.workspace))
        else:
            columns = metric_settings.named(self.workspace, list(metrics))
        return score_all.score_all(self.workspace, columns, retry_failed=retry_failed, jobs=jobs)

    def import_scores(
        self,
        table: str | Path | pl.DataFrame | pandas.DataFrame,
        *,
        source: str | None = None,
        dataset: str | None = None,
        id_column: str | None = None,
        metrics: Mapping[str, BadWhen] | None = None,
    ) -> ScoreReport:
        """Takes in scores that other programs computed; each column of numbers becomes a metric like any other.

        Args:
            table: A file or frame with one row per sample, or per turn with a column `turn`.
            source: Where the values come from; the file's name unless told.
            dataset: The dataset that ids are of; the column `dataset`, or any, unless told.
            id_column: The column with the samples' keys or ids; recognised by its name unless told.
            metrics: Columns to take, and which values are bad ("low", "high", "both", "never"); all unless told.

        Returns:
            What became of rows and columns.

        Raises:
            ScoreFileError: It is no such table, or no row matches.
            UnknownNameError: There is no such dataset or column.
        """
        if isinstance(table, str | Path):
            rows: Path | pl.DataFrame = Path(table)
        else:
            rows = table if isinstance(table, pl.DataFrame) else pl.from_pandas(table)
        return score_files.import_scores(
            self.workspace, rows, source=source, dataset=dataset, id_column=id_column, metrics=metrics
        )

    def samples(self) -> pl.DataFrame:
        """All samples, one per row.

        Returns:
            sample_no, key, dataset, row (from 0), source_id, turns, images and task (null before tasks are scored).
        """
        snapshot = self._snapshot()
        tasks = pl.Series("task", np.array(snapshot.tasks, dtype=object)[snapshot.task_codes], dtype=pl.String)
        return _identified(snapshot, "turns", "images").with_columns(
            tasks.replace({snapshots.NO_TASK: None})  # not a task, but that there is none yet
        )

    def scores(self) -> pl.DataFrame:
        """All scores in one wide frame.

        Returns:
            sample_no, key, dataset, row, source_id, and a column for each metric: the worst value of the sample's turns
            and images where the metric has a bad side, else their mean; null where it does not apply or is not scored.
        """
        snapshot = self._snapshot()
        columns = [
            pl.Series(name, values.mean if np.isnan(values.worst).all() else values.worst, dtype=pl.Float64)
            for name, values in snapshot.values.items()
        ]
        return _identified(snapshot).with_columns(column.fill_nan(None) for column in columns)

    def flags(self) -> pl.DataFrame:
        """All flags that stand, worst first.

        Returns:
            flag_id, sample_no, dataset, row, source_id, turn_index, start_char, end_char, text, kind, metric, verdict,
            score, reason, status (open, confirmed, dismissed or supported) and who decided.
        """
        return current_flags.every(self).select(
            "flag_id", "sample_no", "dataset", "row", "source_id", "turn_index", "start_char", "end_char", "text",
            "kind", "metric", "verdict", "score", "reason", "status", "who",
        )  # fmt: skip

    def decisions(self) -> pl.DataFrame:
        """What people decided: for every decided sample, turn, span, flag or tag, the decision that counts."""
        return decision_log.standing(self.workspace)

    def default_recipe(self, name: str = "curated") -> Recipe:
        """The recipe to start from: flags of errors drop, no cut and no quota.

        Args:
            name: What the split is called.
        """
        return export_plan.default_recipe(self.workspace, self._snapshot(), name)

    def apply(self, recipe: Recipe | str | Path) -> pl.DataFrame:
        """What becomes of every sample under a recipe; nothing is changed.

        Args:
            recipe: A recipe, or the file of one.

        Returns:
            sample_no, key, dataset, row, source_id, kept, and reasons: everything that keeps the sample out, in words.

        Raises:
            RecipeError: The recipe is of another dataset, or names metrics that were not scored in its version.
        """
        plan = self._plan(recipe)
        causes = ledger.ledger(plan)
        reasons = [list(ledger.reasons(plan, causes, number)) for number in range(plan.outcome.snapshot.count)]
        return _identified(plan.outcome.snapshot).with_columns(
            pl.Series("kept", plan.selected), pl.Series("reasons", reasons, dtype=pl.List(pl.String))
        )

    def export(
        self,
        recipe: Recipe | str | Path,
        out: str | Path,
        *,
        format: str = ORIGINAL,
        images: str = image_files.REFERENCE,
        preferences: Sequence[str] = (),
        splits: Mapping[str, float] | None = None,
        split_by: str | None = None,
        only_keys: Iterable[str] | None = None,
        cluster: str | None = None,
        queue: str | None = None,
        tag: str | None = None,
        approve: bool = False,
        who: str | None = None,
        note: str = "",
    ) -> dict[str, Any]:
        """Writes the split of a recipe with recipe, manifest and card; the same recipe gives the same bytes.

        Args:
            recipe: A recipe, or the file of one.
            out: A new folder, or that of an earlier export, which is replaced.
            format: A format's name, or "original" for the rows as they came.
            images: "reference" (named as the rows do), "copy" (in a folder of the export) or "pack" (in the rows).
            preferences: "dpo" and "kto", for pairs and labels from people's decisions.
            splits: Share of each split by its name, such as {"train": 0.9, "test": 0.1}; the recipe's unless told.
            split_by: What stays together: "image", "duplicates" or "dataset"; or "field", the rows' own splits.
            only_keys: Keys of the samples that alone may go out, as `samples` has them; the recipe's unless told.
            cluster: Only samples of this cluster of a map: its name, or such as "map_images:3".
            queue: Only samples of this queue of the review, such as "disagreed" or "task:counting".
            tag: Only samples that carry this tag.
            approve: Record in the workspace that a person approved it; it is marked as a draft otherwise.
            who: The person who approves; your user name unless told.
            note: Why it was approved.

        Returns:
            The manifest.

        Raises:
            RecipeError: As `apply`; or a key is of no sample.
            UnknownNameError: There is no such cluster, queue or tag.
            ExportError: The folder cannot be written, or holds something else.
        """
        form = Form(format, images, tuple(preferences))
        person = who or decision_log.default_person()
        export_recipe = recipe if isinstance(recipe, Recipe) else recipes.load(Path(recipe))
        if splits is not None or split_by is not None:
            by = split_by or export_recipe.splits.by
            shares = export_recipe.splits.shares if splits is None else splits
            export_recipe = replace(export_recipe, splits=recipes.splits_of({} if by == "field" else shares, by))
        export_recipe = selecting.applied(
            self.workspace, export_recipe, keys=only_keys, words="a list of keys", cluster=cluster, queue=queue, tag=tag
        )
        return export.write(
            self.workspace, self._plan(export_recipe), Path(out), approved=approve, who=person, note=note, form=form
        )

    def hand_over(
        self,
        tool: str,
        out: str | Path,
        *,
        recipe: Recipe | str | Path | None = None,
        only_keys: Iterable[str] | None = None,
    ) -> HandedOver:
        """Writes samples with scores, flags and decisions for another tool, in which a team carries on.

        Args:
            tool: "label_studio", "argilla", "fiftyone", "embedding_atlas" or "table".
            out: A new folder, or that of an earlier hand-over, which is replaced.
            recipe: A recipe or its file: only what it lets out; all samples unless told.
            only_keys: Keys of the samples that alone are handed over.

        Returns:
            The folder, how many samples it has, how many pictures were not there, and the lines that open it.

        Raises:
            RecipeError: As `apply`; or a key is of no sample.
            UnknownNameError: There is no such tool.
            HandOverError: There is no sample, or the folder cannot be written or holds something else.
        """
        target = hand_overs.named(tool)
        export_recipe = recipe if recipe is None or isinstance(recipe, Recipe) else recipes.load(Path(recipe))
        selection = selecting.applied(self.workspace, Recipe(), keys=only_keys, words="a list of keys").selection
        snapshot, members = hand_over.members_of(self.workspace, export_recipe, selection)
        return hand_over.write(self.workspace, snapshot, members, target, Path(out))

    def _snapshot(self) -> Snapshot:
        return snapshots.build(self.workspace)

    def _plan(self, recipe: Recipe | str | Path) -> ExportPlan:
        return export_plan.replay(self.workspace, recipe if isinstance(recipe, Recipe) else recipes.load(Path(recipe)))

    def _file_of(self, rows: Any, name: str) -> Path:
        """The rows as a file of the workspace, in a folder named by its content: the same rows are the same file."""
        if isinstance(rows, Sequence):
            data, ending = b"".join(orjson.dumps(row) + b"\n" for row in rows), "jsonl"
        else:
            buffer = io.BytesIO()
            (rows if isinstance(rows, pl.DataFrame) else pl.from_pandas(rows)).write_parquet(buffer)
            data, ending = buffer.getvalue(), "parquet"
        path = self.workspace.folder / "rows" / hashlib.sha256(data).hexdigest()[:16] / f"{name}.{ending}"
        if not path.exists():
            with appearing(path) as part:
                part.write_bytes(data)
        return path


def _identified(snapshot: Snapshot, *more: str) -> pl.DataFrame:
    """What a sample is known by, one row per sample, in the order of their numbers."""
    return snapshot.samples.rename({"row_index": "row"}).select(*_ID, *more)
