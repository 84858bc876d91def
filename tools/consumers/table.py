"""The page of what reads what, from what was measured."""

from __future__ import annotations

import re
from collections.abc import Sequence

from curation.exporting.format_labels import IMAGES
from curation.exporting.image_files import PACK
from curation.formats import registry
from tools.consumers import matrix
from tools.consumers.exports import Export
from tools.consumers.handing_over import Opened
from tools.consumers.matrix import Cell
from tools.consumers.sets import CASES

_HEAD = """\
# What reads an export
Written by `make consumers`: every format is exported with every kind of row and every way of giving images, the folder
is moved, and the program reads it by the lines that its card prints. A cell says how many rows came out as they are
meant, with every picture; *-* is what Winnow does not offer, or for what the
program has no line.
"""


def page(cells: Sequence[Cell], exports: Sequence[Export], opened: Sequence[Opened]) -> str:
    """The whole page.

    Args:
        cells: What each program made of each export.
        exports: All exports, those that are not offered too.
        opened: What the tools made of samples that were handed to them.

    Returns:
        Markdown.
    """
    lines = [_HEAD, "| format | images | read by | " + " | ".join(case.name for case in CASES) + " |"]
    lines.append("|" + "---|" * (3 + len(CASES)))
    for name, module in matrix.programs().items():
        for written in module.FORMATS:
            for images in [PACK] if registry.named(written).packs_images else IMAGES:
                counts = [_counts(cells, (name, written, images, case.name)) for case in CASES]
                if any(count != "-" for count in counts):
                    title = registry.named(written).title
                    lines.append(f"| {title} | {IMAGES[images]} | {module.READ_BY} | " + " | ".join(counts) + " |")
    lines += ["", "## What is not offered", *_refusals(exports), "", "## What is left behind", _LEFT, ""]
    lines += ["| format | left behind of these sets |", "|---|---|"]
    for name in sorted({export.format for export in exports}):
        lost = sorted({field for export in exports if export.format == name for field in export.lost})
        lines.append(f"| {registry.named(name).title} | {', '.join(lost) or 'nothing'} |")
    lines += ["", "## Tools that samples are handed to", _HANDED, "", "| tool | samples read |", "|---|---|"]
    lines += [f"| {tool.title} | {tool.read} of {tool.samples} |" for tool in opened]
    return "\n".join(lines) + "\n"


_HANDED = "By `hand-over`: each reads its folder with its own code. FiftyOne holds samples that have a picture."
_DIGITS = re.compile(r"^[\d,]+")
_LEFT = "The page and the card count these before and after an export; everything else comes out as it went in."


def _counts(cells: Sequence[Cell], key: tuple[str, str, str, str]) -> str:
    fitting = [
        cell
        for cell in cells
        if (cell.program, cell.export.format, cell.export.images, cell.export.case.name) == key
        and (cell.kind or not cell.export.case.preferences or not any(job["kind"] for job in cell.export.jobs))
    ]
    return ", ".join(f"{cell.right} of {cell.rows}" for cell in fitting) or "-"


def _refusals(exports: Sequence[Export]) -> list[str]:
    sentences = dict.fromkeys(_DIGITS.sub("Some", export.refusal) for export in exports if export.refusal)
    return [f"- {sentence}" for sentence in sentences]
