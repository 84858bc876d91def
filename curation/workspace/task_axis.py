"""Which labels are the tasks: chosen once, and used by indicators, quotas, filters, queues and maps alike."""

from __future__ import annotations

from collections.abc import Collection

from curation.common import names
from curation.workspace.cache import TASK_AXIS
from curation.workspace.workspace import Workspace
from storage import settings

CHOICES = {
    "task": "Rules over instructions",
    "task_nearest": "Nearest task description",
    "task_tagged": "A language model's choice",
    "task_discovery": "Found in the data by a language model",
}
"""Columns whose labels can be the tasks, with what users read; the first is it unless told."""
DEFAULT = next(iter(CHOICES))


def read(workspace: Workspace) -> str:
    """The column whose labels are the tasks in this workspace."""
    return str(settings.read(workspace.store, TASK_AXIS, DEFAULT))


def choose(workspace: Workspace, column: str) -> None:
    """Makes the labels of a column the tasks.

    Args:
        workspace: Open workspace.
        column: One of CHOICES.

    Raises:
        UnknownNameError: It is none of them.
    """
    names.check("task axis", [column], CHOICES)
    settings.write(workspace.store, TASK_AXIS, column)


def of_versions(workspace: Workspace, versions: Collection[str]) -> str:
    """The column that a recipe took its tasks from, by the scorers that it names; else the workspace's."""
    return next((column for column in CHOICES if column in versions), read(workspace))
