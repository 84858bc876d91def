"""Names that people type: what is not known is said with the nearest name that is."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class UnknownNameError(Exception):
    """A name that stands for nothing here; the message has the nearest one and all that there are."""


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """The sentences on a name that is not known."""
    names = list(dict.fromkeys(known))
    lower = {one.lower(): one for one in names}
    close = difflib.get_close_matches(name.lower(), list(lower), n=1)
    hint = f" Did you mean {lower[close[0]]!r}?" if close else ""
    listed = f"Known: {', '.join(names)}." if names else "There is none yet."
    return f"There is no {what} {name!r}.{hint} {listed}"


def check(what: str, names: Iterable[str | None], known: Iterable[str]) -> None:
    """Raises UnknownNameError for the first of the names that is not known; None is no name."""
    there = list(known)
    for name in names:
        if name is not None and name not in there:
            raise UnknownNameError(unknown(what, name, there))
