"""Checks of the names in a command's options, made before anything is computed. Each raises UnknownNameError."""

from __future__ import annotations

from collections.abc import Iterable

from curation.balancing import export_plan
from curation.common import names
from curation.importing import lint
from curation.workspace import Workspace, score_columns
from storage import datasets


def listed(text: str | None) -> list[str]:
    """The names of an option that takes several, with commas between."""
    return [name.strip() for name in (text or "").split(",") if name.strip()]


def check_datasets(workspace: Workspace, wanted: Iterable[str | None]) -> None:
    """Names of datasets."""
    names.check("dataset", wanted, datasets.listing(workspace.store)["name"].to_list())


def check_flag_kinds(wanted: Iterable[str | None], present: Iterable[str]) -> None:
    """Kinds of flags: those that can be raised, and those that are here."""
    raised = [kind for column in score_columns.columns().values() for kind in column.flags]
    found = [kind for kind, _ in lint.IMAGE_FLAGS.values()]
    names.check("kind of flag", wanted, sorted({*lint.KINDS, *export_plan.LINT_KINDS, *found, *raised, *present}))


def check_metrics(wanted: Iterable[str | None], present: Iterable[str] = ()) -> None:
    """Names of metrics: those that can be computed, and those that have values here."""
    names.check("metric", wanted, [*score_columns.columns(), *present])
