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


def check_datasets(workspace: Workspace, requested: Iterable[str | None]) -> None:
    """Checks names of datasets.

    Args:
        workspace: Open workspace.
        requested: Names as typed; None is no name.

    Raises:
        UnknownNameError: The workspace has no such dataset.
    """
    names.check("dataset", requested, datasets.listing(workspace.store)["name"].to_list())


def check_flag_kinds(requested: Iterable[str | None], present: Iterable[str]) -> None:
    """Checks kinds of flags.

    Args:
        requested: Kinds as typed; None is no kind.
        present: Kinds that flags here have, beside those that can be raised.

    Raises:
        UnknownNameError: There is no such kind.
    """
    raised = [kind for column in score_columns.columns().values() for kind in (*column.flags, *column.remarks)]
    image_kinds = [kind for kind, _ in lint.IMAGE_FLAGS.values()]
    names.check(
        "kind of flag", requested, sorted({*lint.KINDS, *export_plan.LINT_KINDS, *image_kinds, *raised, *present})
    )


def check_metrics(requested: Iterable[str | None], present: Iterable[str] = ()) -> None:
    """Checks names of metrics.

    Args:
        requested: Names as typed; None is no name.
        present: Metrics that have values here, beside those that can be computed.

    Raises:
        UnknownNameError: There is no such metric.
    """
    names.check("metric", requested, [*score_columns.columns(), *present])
