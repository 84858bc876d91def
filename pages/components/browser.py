"""The browser tab that looks at a page: leases of samples are held by it."""

from __future__ import annotations

from collections.abc import Iterable

from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx


def name() -> str:
    """The tab's name, the same for as long as it is open; empty outside of a server."""
    context = get_script_run_ctx()
    return context.session_id if context else ""


def gone(names: Iterable[str]) -> list[str]:
    """Those of the tabs that are closed."""
    if not runtime.exists():
        return []
    here = runtime.get_instance()
    return [one for one in names if not here.is_active_session(one)]
