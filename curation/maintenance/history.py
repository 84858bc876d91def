"""What people did with datasets after their import."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from curation.common import names
from curation.common.errors import WinnowError
from curation.workspace import Workspace
from storage import dataset_events, datasets
from storage.rows import StoredRow


class DatasetError(WinnowError):
    """A dataset cannot be changed in this way; the message says why."""


@dataclass(frozen=True)
class DatasetEvent:
    """One act on a dataset: when (UTC), by whom, and in one sentence what."""

    made_at: datetime.datetime
    who: str
    dataset: str
    act: str
    detail: str


def newest(workspace: Workspace, limit: int = 50) -> list[DatasetEvent]:
    """Lists what was done with datasets last.

    Args:
        workspace: Open workspace.
        limit: At most so many acts.

    Returns:
        The acts, the newest first.
    """
    return [DatasetEvent(**row) for row in dataset_events.newest(workspace.store, limit).to_dicts()]


def complete(workspace: Workspace, name: str) -> StoredRow:
    """Looks up a dataset that acts may be done on.

    Args:
        workspace: Open workspace.
        name: The dataset's name.

    Returns:
        Its row of the table `dataset`.

    Raises:
        UnknownNameError: There is no such dataset; the message names the nearest.
        DatasetError: Its import has not come to its end.
    """
    names.check("dataset", [name], datasets.listing(workspace.store)["name"].to_list())
    dataset = datasets.by_name(workspace.store, name)
    assert dataset is not None
    if dataset["state"] != "complete":
        raise DatasetError(f"The import of {name!r} has not come to its end; give the same import again first.")
    return dataset
