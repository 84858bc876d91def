"""Runs all programs over all exports and writes the table of docs/consumers.md: `python -m tools.consumers [HOME]`.

HOME, `.consumers` without, keeps the environments of the programs.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tools.consumers import handing_over, matrix, table
from tools.consumers.exports import exports
from tools.consumers.sets import CASES

HANDED = "handed"
"""Named alone, the tools that samples are handed to are tried and no program."""
MIXED = [case.name for case in CASES].index("mixed")
PAGE = matrix.REPOSITORY / "docs" / "consumers.md"


def main(words: list[str]) -> int:
    """Returns 1 when a program did not read an export as it is meant."""
    home = Path(words[0] if words else ".consumers").resolve()
    home.mkdir(exist_ok=True)
    chosen = set(words[1:])
    with tempfile.TemporaryDirectory() as temporary:
        modules = {name: module for name, module in matrix.programs().items() if not chosen or name in chosen}
        formats = sorted({written for module in modules.values() for written in module.FORMATS})
        folders = [Path(temporary, str(number)) for number in range(len(CASES) if modules else 0)]
        written = [
            export for case, folder in zip(CASES, folders, strict=False) for export in exports(case, folder, formats)
        ]
        cells = []
        for name, module in modules.items():
            read = matrix.cells(home, name, module, written)
            cells += read
            print(f"{name}: {sum(cell.right for cell in read)} of {sum(cell.rows for cell in read)} rows", flush=True)
            for cell in read:
                if cell.fault or cell.right != cell.rows:
                    export = cell.export
                    print(f"  {export.format}, {export.images}, {export.case.name} {cell.kind}: {cell.fault}")
        opened = [] if chosen - {HANDED} else handing_over.opened(home, Path(temporary, "handed"), CASES[MIXED])
    for tool in opened:
        print(f"{tool.title}: {tool.read} of {tool.samples} samples{tool.fault and f': {tool.fault}'}")
    if not chosen:
        PAGE.write_text(table.page(cells, written, opened), encoding="utf-8")
    return 1 if any(cell.right != cell.rows for cell in cells) or any(tool.fault for tool in opened) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
