"""Names that people type: what is not known is said with the nearest name that is."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from curation.common.errors import WinnowError


class UnknownNameError(WinnowError):
    """A name that stands for nothing here; the message has the nearest one and all that there are."""


def unknown(kind: str, name: str, known_names: Iterable[str], meant: str = "") -> str:
    """Says that a name is not known, with the nearest one that is.

    Args:
        kind: What the name is of, such as "dataset".
        name: Name as typed.
        known_names: All names that there are.
        meant: The nearest name where it is none of these; "" to look for it among them.

    Returns:
        Sentences for a message.
    """
    names = list(dict.fromkeys(known_names))
    close = meant or nearest(name, names)
    hint = f" Did you mean {close!r}?" if close else ""
    listed = f"Known: {', '.join(names)}." if names else "There is none yet."
    return f"There is no {kind} {name!r}.{hint} {listed}"


def nearest(name: str, known_names: Iterable[str]) -> str:
    """The known name that is most like another one, whatever their letter case; "" where none is."""
    lower = {candidate.lower(): candidate for candidate in known_names}
    close = difflib.get_close_matches(name.lower(), list(lower), n=1)
    return lower[close[0]] if close else ""


def check(kind: str, names: Iterable[str | None], known_names: Iterable[str]) -> None:
    """Checks that names are known.

    Args:
        kind: What the names are of, such as "dataset".
        names: Names as typed; None is no name.
        known_names: All names that there are.

    Raises:
        UnknownNameError: The first of the names that is not known.
    """
    choices = list(known_names)
    for name in names:
        if name is not None and name not in choices:
            raise UnknownNameError(unknown(kind, name, choices))
