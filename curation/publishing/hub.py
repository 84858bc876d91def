"""Sends a folder to a dataset hub through `huggingface_hub`; the token comes from the environment and stays there."""

from __future__ import annotations

import importlib.util
import os
import re
from pathlib import Path

from curation.common.errors import WinnowError

TOKEN = "HF_TOKEN"
ENDPOINT = "HF_ENDPOINT"
"""Environment variables that the library knows too."""
_REPOSITORY = re.compile(r"[\w.-]{1,96}/[\w.-]{1,96}")


class PushError(WinnowError):
    """The folder was not sent; the message says why."""


def push(folder: Path, repository: str, *, public: bool, message: str) -> str:
    """Sends all files of a folder in one commit, after making the repository where there is none.

    Args:
        folder: Folder to send.
        repository: OWNER/NAME on the hub.
        public: True makes a new repository one that everybody sees.
        message: What the commit says.

    Returns:
        Address of the repository.

    Raises:
        PushError: The library or a token is missing, the name cannot be one, or the hub refuses.
    """
    if not _REPOSITORY.fullmatch(repository):
        raise PushError(f"{repository!r} is no repository: write OWNER/NAME.")
    if importlib.util.find_spec("huggingface_hub") is None:
        raise PushError('Sending needs huggingface_hub: pip install "winnow[hub]".')
    token = os.environ.get(TOKEN, "")
    if not token:
        raise PushError(f"Put a token of the hub that may write into the environment variable {TOKEN}.")
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError

    api = HfApi(endpoint=os.environ.get(ENDPOINT) or None, token=token)
    try:
        api.create_repo(repository, repo_type="dataset", private=not public, exist_ok=True)
        api.upload_folder(repo_id=repository, repo_type="dataset", folder_path=folder, commit_message=message)
    except (HfHubHTTPError, OSError, ValueError, RuntimeError) as error:
        reason = " ".join(str(error).split()).replace(token, "(the token)") or type(error).__name__
        raise PushError(f"The hub did not take {repository}: {reason}") from None
    return f"{api.endpoint}/datasets/{repository}"
