"""The workspace: its folder, what scoring has filled it with, what is remembered of it, and what it may read."""

from curation.workspace.workspace import (
    NotStoredError,
    Owner,
    Workspace,
    WorkspaceError,
    WorkspaceInUseError,
    folder_from_environment,
    open_workspace,
    spool_of,
)

__all__ = [
    "NotStoredError",
    "Owner",
    "Workspace",
    "WorkspaceError",
    "WorkspaceInUseError",
    "folder_from_environment",
    "open_workspace",
    "spool_of",
]
