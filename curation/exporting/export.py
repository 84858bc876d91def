"""From a recipe to a curated split: which rows, in what quantity, written losslessly with a manifest and a card.

Equal recipes over equal data give equal bytes: nothing written depends on the clock or the machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import polars as pl

from curation.balancing.export_plan import ExportPlan
from curation.exporting import accounting, card, export_folder, row_writer
from curation.exporting.export_folder import ExportError
from curation.exporting.field_loss import for_manifest as not_carried
from curation.exporting.row_writer import Form
from curation.recipes import edits
from curation.recipes import recipe as recipes
from curation.recipes.recipe import Recipe
from curation.reporting import report
from curation.workspace import Workspace, tags
from scoring import shares
from storage import disk, exports, samples

MANIFEST_VERSION = 1
SAMPLES = "samples.txt"
"""The keys of the rows that were written, in their order."""
AS_IT_CAME = Form()
Progress = Callable[[str, int, int], None]
"""Called with what is being done, rows done, and rows in all."""


@dataclass(frozen=True)
class Edited:
    """Rows that leave with edits by people: with a text written anew, with a turn dropped, or both."""

    rows: int
    rewritten: int
    shortened: int


def _silent(_doing: str, _done: int, _total: int) -> None:
    """Says nothing."""


def write(
    workspace: Workspace, planned: ExportPlan, out: Path, *, approved: bool, who: str = "", note: str = "",
    form: Form = AS_IT_CAME, progress: Progress = _silent,
) -> dict[str, Any]:  # fmt: skip
    """Writes split, lists of samples and images, recipe, manifest and card into `out`; returns the manifest.

    Everything is written aside first and then takes the place of an earlier export. With `approved`, the workspace
    records it with who did and why. Raises UnknownFormatError for a form that cannot be written, ExportError when the
    folder cannot be written or holds something else.
    """
    export_folder.refuse_foreign(out)
    row_writer.target_of(form)
    approval = {"who": who, "note": note} if approved else None
    try:
        with export_folder.replacing(out) as part:
            manifest = _write_files(workspace, planned, part, approval, form, progress)
    except Exception as error:  # Polars and Arrow have their own errors for a full disk
        if not isinstance(error, OSError) and not disk.refusal(str(error)):
            raise
        raise ExportError(f"The export cannot be written: {disk.explained(error, out)}") from error
    if approved:
        text = recipes.dumps(planned.recipe).decode()
        exports.add(workspace.store, who, str(out), text, orjson.dumps(manifest).decode())
    return manifest


def _write_files(
    workspace: Workspace,
    planned: ExportPlan,
    folder: Path,
    approval: dict[str, str] | None,
    form: Form,
    progress: Progress,
) -> dict[str, Any]:
    numbers = samples.in_row_order(workspace.store, np.flatnonzero(planned.chosen))
    written = row_writer.write(
        workspace, numbers, decided(planned.recipe), planned.recipe.name, folder, form,
        lambda done: progress("writing rows", done, len(numbers)),
    )  # fmt: skip
    keys = planned.outcome.snapshot.samples["key"].gather(numbers)
    (folder / SAMPLES).write_text("".join(f"{key}\n" for key in keys), encoding="utf-8")
    images = samples.image_refs(workspace.store, numbers)
    (folder / "images.txt").write_text("".join(f"{ref}\n" for ref in images), encoding="utf-8")
    (folder / "recipe.json").write_bytes(recipes.dumps(planned.recipe))
    progress("computing indicators", len(numbers), len(numbers))
    values = indicators(workspace, planned).to_dicts()
    accounting.write(workspace, planned, folder / accounting.FILE)
    own = [SAMPLES, "images.txt", "recipe.json", accounting.FILE]
    names = [*(path.relative_to(folder).as_posix() for path in written.files), *own]
    made = manifest(workspace, planned, values, approval) | {
        "format": form.format,
        "images": {"form": form.images, "missing": written.missing_images},
        "rows": dict(written.rows),
        "files": {name: _sha256(folder / name) for name in names},
        "folders": list(written.folders),
        "not_carried": not_carried(workspace, numbers, form),
    }
    (folder / "README.md").write_text(card.text(made), encoding="utf-8")
    (folder / export_folder.MANIFEST).write_bytes(orjson.dumps(made, option=orjson.OPT_INDENT_2) + b"\n")
    return made


def decided(recipe: Recipe) -> row_writer.Decided:
    """What people changed and said, by sample."""
    by_subject = {
        subject: [(one.key, one.verdict) for one in recipe.decisions if one.subject == subject]
        for subject in ("sample", "span")
    }
    return row_writer.Decided(
        edits=edits.of_decisions(recipe.decisions),
        spans=row_writer.spans_of(by_subject["span"]),
        verdicts=dict(by_subject["sample"]),
    )


def manifest(
    workspace: Workspace, planned: ExportPlan, indicators: list[dict[str, Any]], approval: dict[str, str] | None = None
) -> dict[str, Any]:
    """Everything that is said of an export beside its rows; `approval` is who approved it and why, None for a draft."""
    recipe, outcome = planned.recipe, planned.outcome
    known = planned.outcome.snapshot.columns
    return {
        "manifest_version": MANIFEST_VERSION,
        "name": recipe.name,
        "status": "approved" if approval else "draft",
        "approval": approval,
        "samples": planned.size,
        "samples_before": outcome.snapshot.count,
        "datasets": dict(recipe.datasets),
        "tags": tags.for_manifest(workspace, list(recipe.datasets)),
        "accounting": accounting.for_manifest(workspace, planned),
        "scorers": {
            name: {"version": recipe.scorers[name], "title": known[name].title}
            for name in sorted(recipe.scorers)
            if name in known
        },
        "thresholds": [{"metric": cut.metric, "low": cut.low, "high": cut.high} for cut in recipe.cuts],
        "drop_flags": list(recipe.drop_flags),
        "quota": asdict(recipe.quota),
        "unmet": [asdict(one) for one in planned.allotment.unmet],
        "balance": balance_rows(planned),
        "seed": recipe.seed,
        "decisions": _decision_counts(recipe),
        "edits": asdict(edited(planned)),
        "funnel": outcome.funnel().to_dicts(),
        "tasks": planned.by_task().to_dicts(),
        "indicators": indicators,
    }


def indicators(workspace: Workspace, planned: ExportPlan, *, heavy: bool = True) -> pl.DataFrame:
    """The indicators of all samples beside those of the export; without `heavy`, only what takes no time."""
    snapshot = planned.outcome.snapshot
    everything = np.ones(snapshot.count, dtype=bool)
    return report.table(workspace, snapshot, everything, planned.chosen, heavy=heavy)


def balance_rows(planned: ExportPlan) -> list[dict[str, Any]]:
    """Per axis, after the filters and after the quota: entropy (0 to 1) and variance (percent points squared)."""
    rows = []
    for axis in planned.cells.axes:
        counts = planned.by_axis(axis)
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


def edited(planned: ExportPlan) -> Edited:
    """How many of the rows that go out people changed."""
    changed = edits.of_decisions(planned.recipe.decisions)
    keys = planned.outcome.snapshot.samples.filter(pl.Series(planned.chosen) & pl.col("key").is_in(list(changed)))
    here = [changed[key].values() for key in keys["key"]]
    rewritten = [any(not one.drop for one in turns) for turns in here]
    shortened = [any(one.drop for one in turns) for turns in here]
    return Edited(len(here), sum(rewritten), sum(shortened))


def _decision_counts(recipe: Recipe) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in recipe.decisions:
        name = f"{one.subject} {one.verdict}"
        counts[name] = counts.get(name, 0) + 1
    return dict(sorted(counts.items()))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
