"""What can go wrong with a workspace; each class's first docstring line is the message by default."""

from __future__ import annotations


class WinnowError(Exception):
    """Something cannot be done; the message says why, and what to change, in one sentence."""


class WorkspaceError(WinnowError):
    """The workspace cannot be used."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())


class WorkspaceInUseError(WorkspaceError):
    """Another process has this workspace open; close it or use its address."""


class WorkspaceNewerError(WorkspaceError):
    """This workspace was written by a newer Winnow; update the program to open it."""


class WorkspaceDamagedError(WorkspaceError):
    """The workspace's database file is damaged; restore it from a copy."""


class NotStoredError(WorkspaceError):
    """Nothing was stored: the disk is full or cannot be written; make room and try again."""
