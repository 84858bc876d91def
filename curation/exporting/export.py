"""From a recipe to a curated split: which rows, in what quantity, written losslessly with a manifest and a card.

Equal recipes over equal data give equal bytes: nothing written depends on the clock or the machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import orjson
import polars as pl

from curation.balancing.export_plan import ExportPlan
from curation.balancing.splitting import Splitting, assign
from curation.common.progress import StepProgress
from curation.decisions import keys as decision_keys
from curation.evaluation_sets import named
from curation.exporting import accounting, card, export_folder, launch_lines, row_writer
from curation.exporting.export_folder import ExportError
from curation.exporting.field_loss import for_manifest as not_carried
from curation.exporting.form import Form, refuse_unreadable
from curation.exporting.row_writer import WrittenPart
from curation.formats.conversation import SpanVerdict
from curation.images.inline import PictureGoneError
from curation.publishing import croissant, hub_header, row_types
from curation.publishing.row_types import RowTypes
from curation.recipes import edits
from curation.recipes import recipe as recipes
from curation.recipes.recipe import TRAIN, Recipe
from curation.reporting import report
from curation.review import team
from curation.workspace import Workspace, tags
from scoring import shares
from scoring.arrays import Mask
from scoring.json_types import JsonObject
from storage import disk, exports, image_files, removals, samples

MANIFEST_VERSION = 2
AS_IT_CAME = Form()


@dataclass(frozen=True)
class Edited:
    """Rows that leave with edits by people: with a text written anew, with a turn dropped, or both."""

    rows: int
    rewritten: int
    shortened: int


def _silent(_doing: str, _done: int, _total: int) -> None:
    """Says nothing."""


def write(
    workspace: Workspace, plan: ExportPlan, out: Path, *, approved: bool, who: str = "", note: str = "",
    form: Form = AS_IT_CAME, progress: StepProgress = _silent,
) -> JsonObject:  # fmt: skip
    """Writes split, lists of samples and images, recipe, manifest and card.

    Everything is written aside first and then takes the place of an earlier export.

    Args:
        workspace: Open workspace.
        plan: Plan of the export.
        out: Folder that is new, empty or an earlier export.
        approved: True to mark the export as approved and to record it in the workspace.
        who: Who approved it.
        note: Why.
        form: Format, images and preference files.
        progress: Called with what is being done, rows done, and rows in all.

    Returns:
        The manifest.

    Raises:
        UnknownFormatError: The form's format cannot be written.
        UnreadableFormError: What reads the format would not read the form.
        ExportError: The folder cannot be written or holds something else.
    """
    export_folder.refuse_foreign(out)
    _refuse_renumbered(workspace, plan)
    images = plan.outcome.snapshot.samples["images"].filter(pl.Series(plan.selected))
    refuse_unreadable(form, rows_without_image=int((images == 0).sum()))
    approval = {"who": who, "note": note} if approved else None
    try:
        with export_folder.replacing(out) as part:
            manifest = _write_files(workspace, plan, part, approval, form, progress)
            _refuse_renumbered(workspace, plan)
    except PictureGoneError as error:
        raise ExportError(str(error)) from error
    except Exception as error:  # Polars and Arrow have their own errors for a full disk
        if not isinstance(error, OSError) and not disk.refusal(str(error)):
            raise
        raise ExportError(f"The export cannot be written: {disk.explained(error, out)}") from error
    if approved:
        text = recipes.dumps(plan.recipe).decode()
        exports.add(workspace.store, who, str(out), text, orjson.dumps(manifest).decode())
    return manifest


def _refuse_renumbered(workspace: Workspace, plan: ExportPlan) -> None:
    """Raises ExportError when samples have other numbers or datasets than in the plan, so that it names others."""
    if workspace.store.revision(removals.NUMBERS) != plan.outcome.snapshot.numbering:
        raise ExportError("A dataset was deleted, restored, renamed or changed meanwhile; start the export again.")


def _write_files(
    workspace: Workspace,
    plan: ExportPlan,
    folder: Path,
    approval: dict[str, str] | None,
    form: Form,
    progress: StepProgress,
) -> JsonObject:
    splitting = assign(workspace, plan)
    numbers_by_split = {
        name: samples.in_row_order(workspace.store, np.flatnonzero(plan.selected & (splitting.codes == position)))
        for position, name in enumerate(splitting.names)
    }
    numbers_by_split = {name: some for name, some in numbers_by_split.items() if some} or {TRAIN: []}
    numbers = [number for split_numbers in numbers_by_split.values() for number in split_numbers]
    for name in (export_folder.DATA, export_folder.RECORDS):
        (folder / name).mkdir()
    written = row_writer.write(
        workspace, numbers_by_split, decided(plan, splitting), folder / export_folder.DATA, form,
        lambda done: progress("writing rows", done, len(numbers)),
    )  # fmt: skip
    keys = plan.outcome.snapshot.samples["key"].gather(numbers)
    (folder / export_folder.SAMPLES).write_text(
        "".join(f"{key}\n" for key in keys if key not in written.left_behind), encoding="utf-8"
    )
    images = image_files.image_refs(workspace.store, numbers)
    (folder / export_folder.IMAGES).write_text("".join(f"{ref}\n" for ref in images), encoding="utf-8")
    (folder / export_folder.RECIPE).write_bytes(recipes.dumps(plan.recipe))
    progress("computing indicators", len(numbers), len(numbers))
    values = indicators(workspace, plan).to_dicts()
    accounting.write(workspace, plan, folder / export_folder.ACCOUNTING, written.left_behind)
    row_files = (path for part in written.parts for path in part.files)
    names = [path.relative_to(folder).as_posix() for path in (*row_files, *written.companions)]
    names += [export_folder.SAMPLES, export_folder.IMAGES, export_folder.RECIPE, export_folder.ACCOUNTING]
    manifest_data = manifest(workspace, plan, values, approval) | {
        "accounting": accounting.for_manifest(workspace, plan, written.left_behind),
        "format": form.format,
        "images": {"form": form.images, "missing": written.missing_images},
        "splits": _splits(plan, splitting),
        "licences": _licences(workspace, plan, numbers),
        "rows": {part.name: part.rows for part in written.parts},
        "configs": _configs(written.parts, folder),
        "files": {name: _sha256(folder / name) for name in names},
        "not_carried": not_carried(written.shapes, form, written.left_behind),
        "launch": launch_lines.for_manifest(written.parts),
    }
    metadata = orjson.dumps(croissant.document(manifest_data), option=orjson.OPT_INDENT_2) + b"\n"
    (folder / export_folder.CROISSANT).write_bytes(metadata)
    text = hub_header.text(manifest_data) + card.text(manifest_data)
    (folder / export_folder.CARD).write_text(text, encoding="utf-8")
    (folder / export_folder.MANIFEST).write_bytes(orjson.dumps(manifest_data, option=orjson.OPT_INDENT_2) + b"\n")
    return manifest_data


def _configs(parts: Sequence[WrittenPart], folder: Path) -> list[JsonObject]:
    """The files with rows as a loader takes them: a configuration for rows that were written alike."""
    grouped: dict[str, list[WrittenPart]] = {}
    for part in parts:
        grouped.setdefault(part.of or hub_header.DEFAULT, []).append(part)
    return [_grouped(name, members, folder) for name, members in grouped.items()]


def _grouped(name: str, parts: Sequence[WrittenPart], folder: Path) -> JsonObject:
    types = RowTypes()
    for part in parts:
        types.join(part.types)
    return {
        "name": name,
        "container": parts[0].container,
        "features": types.features(parts[0].container),
        "mixed": types.mixed,
        "columns": row_types.of_files([path for part in parts for path in part.files], types),
        "splits": [_split(part, folder) for part in parts],
    }


def _split(part: WrittenPart, folder: Path) -> JsonObject:
    """The files with its rows, and what a loader is told of them: a folder of images is read as a whole."""
    row_files = [path.relative_to(folder).as_posix() for path in part.files]
    files = [f"{export_folder.DATA}/{part.name}/**"] if part.container == "folder" else row_files
    return {"split": part.split, "files": files, "row_files": row_files, "rows": part.rows}


def _splits(plan: ExportPlan, splitting: Splitting) -> JsonObject:
    """Samples of each split, and what stayed together."""
    counts = np.bincount(splitting.codes[plan.selected], minlength=len(splitting.names)).tolist()
    samples_by_split = dict(zip(splitting.names, counts, strict=True))
    return asdict(plan.recipe.splits) | {"samples": samples_by_split, "groups": splitting.groups}


def _licences(workspace: Workspace, plan: ExportPlan, numbers: Sequence[int]) -> dict[str, list[str]]:
    """The licences that rows state, by dataset; none where no row does."""
    stated = samples.licences(workspace.store, numbers)
    return {name: stated.filter(pl.col("dataset") == name)["licence"].to_list() for name in plan.recipe.datasets}


def decided(plan: ExportPlan, splitting: Splitting | None = None) -> row_writer.ExportDecisions:
    """What people changed and said, by sample.

    Args:
        plan: Plan of the export.
        splitting: Says which split the labels of samples go into; None for the first one.

    Returns:
        The decisions as the writer of rows takes them.
    """
    recipe = plan.recipe
    by_subject = {
        subject: [(decision.key, decision.verdict) for decision in recipe.decisions if decision.subject == subject]
        for subject in ("sample", "span")
    }
    return row_writer.ExportDecisions(
        edits=edits.of_decisions(recipe.decisions),
        spans=_spans(by_subject["span"]),
        verdicts=dict(by_subject["sample"]),
        splits={} if splitting is None else _split_by_key(plan, splitting, dict(by_subject["sample"])),
    )


def _split_by_key(plan: ExportPlan, splitting: Splitting, keys: Mapping[str, str]) -> dict[str, str]:
    listed = plan.outcome.snapshot.samples.select("sample_no", "key").filter(pl.col("key").is_in(list(keys)))
    return {key: splitting.names[splitting.codes[number]] for number, key in listed.iter_rows()}


def manifest(
    workspace: Workspace, plan: ExportPlan, indicators: list[JsonObject], approval: dict[str, str] | None = None
) -> JsonObject:
    """Collects everything that is said of an export beside its rows.

    Args:
        workspace: Open workspace.
        plan: Plan of the export.
        indicators: Rows of the indicators' table.
        approval: Who approved the export and why, None for a draft.

    Returns:
        The manifest without what only the written files say.
    """
    recipe, outcome = plan.recipe, plan.outcome
    columns = plan.outcome.snapshot.columns
    return {
        "manifest_version": MANIFEST_VERSION,
        "name": recipe.name,
        "status": "approved" if approval else "draft",
        "approval": approval,
        "samples": plan.size,
        "samples_before": outcome.snapshot.count,
        "datasets": dict(recipe.datasets),
        "tags": tags.for_manifest(workspace, list(recipe.datasets)),
        "accounting": accounting.for_manifest(workspace, plan),
        "scorers": {
            name: {"version": recipe.scorers[name], "title": columns[name].title}
            for name in sorted(recipe.scorers)
            if name in columns
        },
        "thresholds": [{"metric": cut.metric, "low": cut.low, "high": cut.high} for cut in recipe.cuts],
        "drop_flags": list(recipe.drop_flags),
        "quota": asdict(recipe.quota),
        "unmet": [asdict(unmet) for unmet in plan.allotment.unmet],
        "balance": balance_rows(plan),
        "seed": recipe.seed,
        "decisions": _decision_counts(recipe),
        "only_approved": recipe.only_approved,
        "selection": _selection(plan),
        "contamination": named.comparison(workspace, np.flatnonzero(plan.selected).tolist()),
        "disputes": int(np.count_nonzero(disputed(workspace, plan))),
        "edits": asdict(edited(plan)),
        "funnel": plan.funnel().to_dicts(),
        "tasks": plan.by_task().to_dicts(),
        "indicators": indicators,
    }


def _selection(plan: ExportPlan) -> JsonObject | None:
    """What the recipe's selection is, and how many samples are outside of it; its keys are in the recipe."""
    selection = plan.recipe.selection
    return (
        selection
        if selection is None
        else {"words": selection.words, "samples": plan.outcome.total, "outside": plan.outside}
    )


def indicators(workspace: Workspace, plan: ExportPlan, *, heavy: bool = True) -> pl.DataFrame:
    """Computes the indicators of all samples beside those of the export.

    Args:
        workspace: Open workspace.
        plan: Plan of the export.
        heavy: False leaves out the indicators that take time, and intervals.

    Returns:
        A line per indicator, with its values before and after.
    """
    snapshot = plan.outcome.snapshot
    everything = np.ones(snapshot.count, dtype=bool)
    return report.table(workspace, snapshot, everything, plan.selected, heavy=heavy, intervals=heavy)


def balance_rows(plan: ExportPlan) -> list[JsonObject]:
    """Per axis, after the filters and after the quota: entropy (0 to 1) and variance (percent points squared)."""
    rows = []
    for axis in plan.cells.axes:
        counts = plan.by_axis(axis)
        before, after = counts["available"].to_numpy(), counts["taken"].to_numpy()
        rows.append(
            {
                "axis": axis,
                "entropy_before": shares.entropy(before),
                "entropy_after": shares.entropy(after),
                "variance_before": shares.variance(before),
                "variance_after": shares.variance(after),
            }
        )
    return rows


def edited(plan: ExportPlan) -> Edited:
    """How many of the rows that go out people changed."""
    changed = edits.of_decisions(plan.recipe.decisions)
    keys = plan.outcome.snapshot.samples.filter(pl.Series(plan.selected) & pl.col("key").is_in(list(changed)))
    edits_by_row = [changed[key].values() for key in keys["key"]]
    rewritten = [any(not edit.drop for edit in turns) for turns in edits_by_row]
    shortened = [any(edit.drop for edit in turns) for turns in edits_by_row]
    return Edited(len(edits_by_row), sum(rewritten), sum(shortened))


def disputed(workspace: Workspace, plan: ExportPlan) -> Mask:
    """Finds the samples that go out although reviewers differ about them and nobody settled it.

    Args:
        workspace: Open workspace.
        plan: Plan of the export.

    Returns:
        True for such samples, (N,).
    """
    team_standing = team.standing(workspace, plan.outcome.snapshot, "")
    among: Mask = plan.selected & team_standing.split & ~team_standing.settled
    return among


def _decision_counts(recipe: Recipe) -> dict[str, int]:
    counts: dict[str, int] = {}
    for decision in recipe.decisions:
        name = f"{decision.subject} {decision.verdict}"
        counts[name] = counts.get(name, 0) + 1
    return dict(sorted(counts.items()))


def _spans(verdicts: Iterable[tuple[str, str]]) -> dict[str, tuple[SpanVerdict, ...]]:
    """Verdicts on spans, given as (key, verdict), by sample key."""
    spans_by_sample: dict[str, list[SpanVerdict]] = {}
    for key, verdict in verdicts:
        if span := decision_keys.span_of(key):
            spans_by_sample.setdefault(span.sample, []).append(SpanVerdict(span.turn, span.start, span.end, verdict))
    return {sample: tuple(sorted(spans)) for sample, spans in spans_by_sample.items()}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
