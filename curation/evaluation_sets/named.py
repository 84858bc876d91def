"""The evaluation sets that a workspace's samples are compared with, and what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from curation.common import names
from curation.common.counts import counted
from curation.common.progress import StepProgress
from curation.evaluation_sets import reading
from curation.workspace import Workspace, metric_settings
from scoring import contamination
from scoring.json_types import JsonObject
from storage import scores, settings

STAGE, FLAG = "contamination", "contaminated"
_KEY = "evaluation sets"


@dataclass(frozen=True)
class ComparedSet:
    """An evaluation set of the workspace: its name, the name of its fingerprints, and how much is in it."""

    name: str
    file: str
    pictures: int
    questions: int

    def words(self) -> str:
        """Its name and size."""
        return f"{self.name} ({counted(self.pictures, 'picture')}, {counted(self.questions, 'question')})"


def listing(workspace: Workspace) -> list[ComparedSet]:
    """The sets that samples are compared with, in the order of their names."""
    stored: dict[str, JsonObject] = settings.read(workspace.store, _KEY, {})
    return [ComparedSet(**fields) for _, fields in sorted(stored.items())]


def add(
    workspace: Workspace, path: Path, name: str | None = None, progress: StepProgress | None = None
) -> tuple[ComparedSet, tuple[str, ...]]:
    """Adds an evaluation set, or replaces the one of its name; the next run compares all samples with it.

    Args:
        workspace: Open workspace.
        path: Its folder or file.
        name: What to call it; as the folder, unless told.
        progress: Told how many files are read.

    Returns:
        The set, and files in it that hold no rows and are no pictures.

    Raises:
        EvaluationSetError: There is neither picture nor question.
    """
    read = reading.read(path, name or path.resolve().name, progress)
    compared = read.evaluation_set
    file = contamination.digest(map(int, compared.contents), compared.questions)
    contamination.save(compared, workspace.evaluation_sets / f"{file}.npz")
    added = ComparedSet(compared.name, file, len(compared.hashes), len(compared.questions))
    _keep(workspace, [*(other for other in listing(workspace) if other.name != added.name), added])
    return added, read.unread


def remove(workspace: Workspace, name: str) -> None:
    """Stops comparing samples with a set; its fingerprints stay for what was scored with them.

    Args:
        workspace: Open workspace.
        name: The set's name.

    Raises:
        UnknownNameError: There is no such set.
    """
    compared_sets = listing(workspace)
    names.check("evaluation set", [name], [compared.name for compared in compared_sets])
    _keep(workspace, [compared for compared in compared_sets if compared.name != name])


def comparison(workspace: Workspace, exported: Sequence[int] | None = None) -> str:
    """Says which sets the samples were compared with, and how many have something of them.

    Args:
        workspace: Open workspace.
        exported: Samples of an export; None where there is none.

    Returns:
        A sentence; "" where nothing was compared.
    """
    compared_sets = listing(workspace)
    version = metric_settings.columns(workspace)[STAGE].version
    if not compared_sets or scores.versions(workspace.store, STAGE).filter(pl.col("version") == version).is_empty():
        return ""
    values = scores.of_metric(workspace.store, STAGE, version, "sample").filter(pl.col("value") > 0)
    contaminated_samples = set(values["sample_no"])
    listed = ", ".join(compared.words() for compared in compared_sets)
    count = f"{counted(len(contaminated_samples), 'sample')} of the workspace"
    sentence = f"Compared with {listed}: {count} have a picture or question of these sets"
    if exported is None:
        return f"{sentence}."
    return f"{sentence}, {len(contaminated_samples & set(exported)):,} of them are in this split."


def _keep(workspace: Workspace, compared_sets: Sequence[ComparedSet]) -> None:
    settings.write(workspace.store, _KEY, {compared.name: asdict(compared) for compared in compared_sets})
    own_params = metric_settings.own_params(workspace, STAGE)
    files = sorted(compared.file for compared in compared_sets)
    metric_settings.set_params(workspace, STAGE, {**own_params, "sets": files})
    metric_settings.activate(workspace, STAGE, True)
