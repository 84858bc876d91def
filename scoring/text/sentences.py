"""Sentence boundaries, by punctuation and by capitals where the punctuation was forgotten."""

from __future__ import annotations

import re

_ABBREVIATIONS = r"(?<!\b[A-Z])(?<!\b[Mm]r)(?<!\b[Mm]rs)(?<!\b[Dd]r)(?<!\b[Ss]t)(?<!\bvs)(?<!\be\.g)(?<!\bi\.e)"
_STARTERS = (
    "A|An|The|There|This|That|These|Those|In|On|At|It|He|She|They|You|We|One|Two|Three|Some|Several|Next|Near"
    "|Behind|Beside|Beyond|Also|Another|Additionally|Furthermore|Moreover|No|Not|To|From|By|Under|Above|Over"
    "|Looking|Besides|Alongside|Somewhere|Further|Elsewhere|Overall|While|And|Close|Right|Just|Visible|Along"
)
_BREAK = re.compile(
    rf"""
      (?=[.!?])(?<![!?])(?<!{_ABBREVIATIONS}[.])       # only where a row of marks begins
      (?:{_ABBREVIATIONS}[.]|[!?])++["”')\]]*+(?=\s|$|[A-Z])\s*
    | (?=\s)(?<!\s)\s*\n\s*                          # only where white space begins
    | (?<=[a-z])\s+(?=(?:{_STARTERS})\s+[a-z])
    """,
    re.VERBOSE,
)


def spans(text: str) -> list[tuple[int, int]]:
    """(start, end) of every sentence of `text`, closing punctuation included, outer white space not."""
    sentence_spans: list[tuple[int, int]] = []
    start = 0
    for match in [*_BREAK.finditer(text), None]:
        end = match.end() if match else len(text)
        piece = text[start:end]
        if piece.strip():
            first = start + len(piece) - len(piece.lstrip())
            sentence_spans.append((first, start + len(piece.rstrip())))
        start = end
    return sentence_spans
