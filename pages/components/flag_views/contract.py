"""What a view of flags has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from curation.app.server import Server
from curation.views.flags.inspection import FlagInspection
from curation.views.messages.flags import Block


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagView:
    """How flags of some kinds are shown.

    Attributes:
        name: The name of its file.
        kinds: The kinds of flags that it is for.
        blocks: What to draw from top to bottom.
        others: The numbers of other samples that it shows too.
    """

    name: str
    kinds: tuple[str, ...]
    blocks: Callable[[Server, FlagInspection], Sequence[Block]]
    others: Callable[[Server, FlagInspection], Sequence[int]] | None = None
