"""Two texts as one: words that went are struck through, words that came are underlined."""

from __future__ import annotations

import difflib
import re

from pages.components import markup

_WORD = re.compile(r"\s+|\w+|[^\w\s]")


def html(before: str, after: str) -> str:
    """The markup of both texts in one."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    parts = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(markup.safe("".join(old[a:b])))
        else:
            parts.append(_part("del", "w-gone", old[a:b]) + _part("ins", "w-new", new[c:d]))
    return "".join(parts)


def _part(tag: str, tone: str, words: list[str]) -> str:
    return f'<{tag} class="{tone}">{markup.safe("".join(words))}</{tag}>' if words else ""
