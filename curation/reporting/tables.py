"""Sets and their indicators as the tables of Li et al., TMLR 2024: what stands under which heading, CSV and Markdown.

Table 3 has the indicators of texts and of the whole, Table 4 those of pictures; what the paper does not have, a new
indicator among it, stands beside them.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from curation.common import intervals, spreadsheets
from curation.reporting.indicators import LATER
from curation.reporting.report import IndicatorRow
from curation.reporting.sample_sets import NamedSet
from scoring import registry

Headings = tuple[tuple[str, tuple[str, ...]], ...]

TABLE_3: Headings = (
    ("Usability", ("text_readability",)),
    ("Correctness", ("matching_degree", "correctness")),
    ("Diversity", ("task_count", "instruction_diversity", "response_diversity")),
    ("Complexity", ("granularity", "instruction_complexity")),
    ("Balance", ("balance",)),
)
TABLE_4: Headings = (
    ("Readability", ("image_readability",)),
    ("Diversity", ("visual_diversity", "object_diversity")),
    ("Complexity", ("visual_complexity",)),
)
ABBREVIATIONS = {"task_count": "TD", "instruction_diversity": "ID", "response_diversity": "RD", "granularity": "OC"}
"""As in the paper's Table 20, where Table 3 has "I" twice: the names of columns in a CSV file."""
_SPECIAL = re.compile(r"([\\`*_\[\]<>|~$!#])")


@dataclass(frozen=True)
class Line:
    """One set with its rows; `drawn` samples of it are counted."""

    of: NamedSet
    drawn: int
    rows: tuple[IndicatorRow, ...]

    @cached_property
    def by_name(self) -> dict[str, IndicatorRow]:
        """The rows by the name of the indicator."""
        return {row.name: row for row in self.rows}


@dataclass(frozen=True)
class ExplainedIndicator:
    """An indicator in plain words: what it says, from its file, and where its values come from or why there are none.

    `notes` has one entry where that is the same for all sets, else one per set.
    """

    row: IndicatorRow
    about: str
    more: str
    notes: tuple[str, ...]


def headings(lines: Sequence[Line]) -> dict[str, Headings]:
    """The tables by title; each with headings and the indicators below them."""
    tables = {"Table 3: instructions, responses and the whole": TABLE_3, "Table 4: pictures": TABLE_4}
    used = {name for table in tables.values() for _, names in table for name in names}
    others = tuple(row.name for row in (lines[0].rows if lines else ()) if row.abbreviation and row.name not in used)
    return tables | {"Further indicators": (("", tuple(name for name in others if name != "samples")),)}


def names(lines: Sequence[Line]) -> list[str]:
    """All indicators in the order of the tables."""
    return [name for table in headings(lines).values() for _, group in table for name in group]


def missing(lines: Sequence[Line]) -> int:
    """Values that were not computed yet and could be."""
    return sum(row.detail == LATER.detail for line in lines for row in line.rows)


def best(lines: Sequence[Line], name: str) -> float | None:
    """Finds the best value of an indicator, where it is better than chance alone would make it.

    Args:
        lines: The sets.
        name: The indicator.

    Returns:
        The value; None where all are the same, no direction is better, or its 95 % interval meets another one's.
    """
    rows = [line.by_name[name] for line in lines if name in line.by_name and line.by_name[name].value is not None]
    values = {round(row.value or 0.0, 9) for row in rows}
    if len(values) < 2 or not rows[0].better:
        return None
    top = max(values) if rows[0].better == "high" else min(values)
    best_rows = [row for row in rows if round(row.value or 0.0, 9) == top]
    others = [row for row in rows if round(row.value or 0.0, 9) != top]
    return None if any(_meet(row, other) for row in best_rows for other in others) else top


def _meet(row: IndicatorRow, other: IndicatorRow) -> bool:
    """Whether the intervals have a value in common; without them nothing is known to."""
    if row.low is None or row.high is None or other.low is None or other.high is None:
        return False
    return intervals.meet((row.low, row.high), (other.low, other.high))


def explained(lines: Sequence[Line]) -> list[ExplainedIndicator]:
    """Every indicator of the tables."""
    return [_explained(lines, name) for name in names(lines)]


def as_csv(lines: Sequence[Line]) -> str:
    """A row per set, unrounded, an empty cell for what was not computed; `correlate --indicators` reads it."""
    columns = names(lines)
    head = [ABBREVIATIONS.get(name, lines[0].by_name[name].abbreviation) for name in columns] if lines else []
    rows = [[line.of.name, *(line.by_name[name].value for name in columns), line.of.size, line.drawn] for line in lines]
    return spreadsheets.text(["dataset", *head, "samples", "drawn"], rows)


def as_markdown(lines: Sequence[Line], note: str) -> str:
    """Writes the tables and what each indicator says, for a page or a paper.

    Args:
        lines: The sets.
        note: Stands under the title, as Markdown.

    Returns:
        Markdown.
    """
    parts = ["# Dataset indicators", note]
    for title, table in headings(lines).items():
        parts += [f"## {title}", _table(lines, [name for _, group in table for name in group])]
    parts.append("## What each says")
    for explanation in explained(lines):
        description = " ".join(
            _escape(text) for text in (explanation.about, explanation.more, *explanation.notes) if text
        )
        better = f", {explanation.row.better}er is better" if explanation.row.better else ""
        parts.append(f"**{_escape(explanation.row.title)}** ({_escape(explanation.row.unit)}{better}). {description}")
    return "\n\n".join(parts) + "\n"


def number(value: float | None) -> str:
    """Four digits; a dash for none."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if value == int(value) and abs(value) < 1e12 else f"{value:,.4g}"


def interval(row: IndicatorRow) -> str:
    """The ends of the 95 % interval in words; empty where there is none."""
    return "" if row.low is None or row.high is None else f"{number(row.low)} to {number(row.high)}"


def _with_interval(row: IndicatorRow) -> str:
    ends = interval(row)
    return f"{number(row.value)} ({ends})" if ends else number(row.value)


def _table(lines: Sequence[Line], columns: Sequence[str]) -> str:
    head = ["set", "samples", "drawn", *(lines[0].by_name[name].abbreviation for name in columns)] if lines else []
    rows = [
        [
            _escape(line.of.name),
            f"{line.of.size:,}",
            f"{line.drawn:,}",
            *(_with_interval(line.by_name[n]) for n in columns),
        ]
        for line in lines
    ]
    marks = ["---"] + ["---:"] * (len(head) - 1)
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, marks, *rows))


def _explained(lines: Sequence[Line], name: str) -> ExplainedIndicator:
    module = registry.indicator_modules().get(name)
    paragraphs = inspect.cleandoc(module.__doc__ or "").split("\n\n") if module else [_OTHERS.get(name, "")]
    about, *more = (" ".join(paragraph.replace("`", "").split()) for paragraph in paragraphs)
    details = [(line.of.name, line.by_name[name].detail) for line in lines if line.by_name[name].detail]
    same = len(details) == len(lines) and len({detail for _, detail in details}) == 1
    notes = (details[0][1],) if same else tuple(f"{of}: {detail}" for of, detail in details)
    if not details and module and module.INDICATOR.needs_metrics:
        notes = (f"from {module.INDICATOR.needs_metrics[0]}",)
    return ExplainedIndicator(lines[0].by_name[name], about, " ".join(more), notes)


_OTHERS = {
    "flagged": "Share of the samples with a flag that nobody has decided on and that speaks against them: a "
    "hallucinated object, a duplicate, a refusal, a missing picture."
}


def _escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
