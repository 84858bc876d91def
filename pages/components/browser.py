"""The browser tab that looks at a page: leases of samples are held by it."""

from __future__ import annotations

import hashlib

from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from curation.app.server import Server


def name() -> str:
    """The tab's name, the same for as long as it is open; empty outside of a server."""
    context = get_script_run_ctx()
    return context.session_id if context else ""


def give_back_of_closed(owner: Server) -> None:
    """Gives back the samples of tabs that are closed."""
    if runtime.exists():
        instance = runtime.get_instance()
        owner.leases.forget(
            holder for holder in owner.leases.holders() if holder != name() and not instance.is_active_session(holder)
        )


def workspace(owner: Server) -> str:
    """Names the workspace in what the browser remembers: two servers may share an address one after the other."""
    return hashlib.blake2b(str(owner.workspace.folder).encode(), digest_size=6).hexdigest()
