"""The workspace: the folder that holds one DuckDB file, its thumbnails and its spool."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from curation.common.program import DEFAULT_FOLDER
from storage import store as storage_store
from storage.errors import NotStoredError, WorkspaceError, WorkspaceInUseError
from storage.store import Store


class Owner(Protocol):
    """Whoever has a workspace open: the server, or a command."""

    @property
    def workspace(self) -> Workspace:
        """The open workspace."""


@dataclass(frozen=True)
class Workspace:
    """An open workspace. One process owns it at a time."""

    folder: Path
    store: Store

    @property
    def thumbnails(self) -> Path:
        """Cache of small pictures, named by content."""
        return self.folder / "thumbnails"

    @property
    def kept_images(self) -> Path:
        """Pictures that came inside rows as data URIs."""
        return self.folder / "images"

    @property
    def spool(self) -> Path:
        """Where the owner leaves work for the worker, and the worker its results."""
        return spool_of(self.folder)

    @property
    def answers(self) -> Path:
        """Answers of language models, so that none is paid for twice."""
        return self.folder / "judge-cache"

    @property
    def evaluation_sets(self) -> Path:
        """Fingerprints of evaluation sets that samples are compared with."""
        return self.folder / "evaluation-sets"

    @property
    def exports(self) -> Path:
        """Where the export page writes."""
        return self.folder / "exports"

    def close(self) -> None:
        """Gives the workspace up."""
        self.store.close()


def spool_of(folder: Path) -> Path:
    """The spool of a workspace, which may be looked into while another process owns it."""
    return folder / "spool"


def folder_from_environment() -> Path:
    """The folder that `serve` names in WINNOW_WORKSPACE, or ./workspace."""
    return Path(os.environ.get("WINNOW_WORKSPACE", DEFAULT_FOLDER)).resolve()


def open_workspace(folder: Path, address: str = "") -> Workspace:
    """Opens or makes the workspace.

    Args:
        folder: The workspace's folder.
        address: Where the server that opens it can be reached; "" for a command.

    Returns:
        The open workspace, which nobody else can change meanwhile.

    Raises:
        WorkspaceError: It is in use, or cannot be read or made; the message is one clear sentence.
    """
    folder = folder.resolve()
    return Workspace(folder, storage_store.open_store(folder, address))


__all__ = [
    "DEFAULT_FOLDER",
    "NotStoredError",
    "Workspace",
    "WorkspaceError",
    "WorkspaceInUseError",
    "folder_from_environment",
    "open_workspace",
    "spool_of",
]
