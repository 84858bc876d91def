"""Metrics whose values other programs computed: what is known of each, kept in the workspace beside its scores."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from curation.workspace.cache import IMPORTED_METRICS
from curation.workspace.score_columns import Column
from curation.workspace.workspace import Workspace
from scoring.json_types import JsonObject
from scoring.metric import BadWhen
from storage import settings

PRINCIPLE = "other methods"


@dataclass(frozen=True)
class ImportedMetric:
    """A metric from a file; `of_turns` says that it has a value per turn. Another version stands for other values."""

    name: str
    version: str
    source: str
    bad_when: BadWhen
    of_turns: bool

    @property
    def column(self) -> Column:
        """The metric as the rest of the product sees it; nothing here can compute it."""
        return Column(
            name=self.name,
            version=self.version,
            title=self.name.replace("_", " ").capitalize(),
            kind="imported",
            about=f"Imported from {self.source}.",
            principle=PRINCIPLE,
            subject="turn" if self.of_turns else "sample",
            bad_when=self.bad_when,
            builtin=False,
            by_default=False,
            active=False,
        )


def read(workspace: Workspace) -> dict[str, ImportedMetric]:
    """Every imported metric of the workspace by its name."""
    declared: dict[str, JsonObject] = settings.read(workspace.store, IMPORTED_METRICS, {})
    return {name: ImportedMetric(**fields) for name, fields in declared.items()}


def add(workspace: Workspace, *metrics: ImportedMetric) -> None:
    """Declares metrics; one that is there already gets the new version and direction.

    Args:
        workspace: Open workspace.
        metrics: What is to be declared.
    """
    new = {metric.name: asdict(metric) for metric in metrics}
    settings.update(
        workspace.store, [IMPORTED_METRICS], lambda stored: {IMPORTED_METRICS: (stored[IMPORTED_METRICS] or {}) | new}
    )


def take_over(workspace: Workspace, source: Workspace) -> None:
    """Declares the metrics of another workspace that this one does not have.

    Args:
        workspace: Open workspace.
        source: The other one, whose samples and scores are taken over.
    """
    present = read(workspace)
    add(workspace, *(metric for name, metric in read(source).items() if name not in present))
