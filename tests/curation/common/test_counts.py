"""Numbers with their nouns: one of a thing is no things."""

from __future__ import annotations

import re
from pathlib import Path

from curation.common.counts import counted

HOME = Path(__file__).parents[3]
NOUNS = "samples|rows|images|flags|values|decisions|pictures|events|groups|turns|files|pairs"
UNCOUNTED = re.compile(rf"\{{(?P<value>[^{{}}%]*?):,\}} (?:{NOUNS})\b")


def test_counted__noun_and_verb_follow_the_number() -> None:
    assert [counted(n, "sample", "is", "are") for n in (0, 1, 2_000)] == [
        "0 samples are", "1 sample is", "2,000 samples are"
    ]  # fmt: skip
    assert [counted(n, "person", plural="people") for n in (1, 2)] == ["1 person", "2 people"]


def test_sentences__numbers_that_may_be_one__are_written_by_it() -> None:
    """A constant is no such number, nor a placeholder that a browser fills."""
    places = []
    for path in (path for room in ("curation", "pages", "winnow") for path in (HOME / room).rglob("*.py")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for match in UNCOUNTED.finditer(line):
                if not re.search(r"[A-Z]{4}", match["value"]) and f"%{match[0]}" not in line:
                    places.append(f"{path.relative_to(HOME)}:{number}: {match[0]}")
    assert places == []
