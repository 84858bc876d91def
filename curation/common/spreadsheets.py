"""CSV for people's spreadsheets: what data says never becomes a formula there; numbers stay numbers.

A text that begins as a formula does gets an apostrophe in front, as OWASP advises
(https://owasp.org/www-community/attacks/CSV_Injection). Datasets that go out as CSV are no such files: their rows are
training data and stay as they are (`curation.containers.table`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl

TRIGGERS = "=+-@\t\r\n＝＋－＠"
_MARK = "'"


def neutral(value: Any) -> Any:
    """The cell to write: text that would be a formula with an apostrophe in front, anything else as it is.

    Returns within a text become line breaks: `csv` would write them bare.
    """
    if not isinstance(value, str):
        return value
    plain = value.replace("\r\n", "\n").replace("\r", "\n")
    return _MARK + plain if plain[:1] and plain[0] in TRIGGERS else plain


def original(cell: str) -> str:
    """The text that `neutral` made this cell from."""
    return cell[1:] if cell[:1] == _MARK and cell[1:2] and cell[1] in TRIGGERS else cell


def text(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Writes a table as CSV with a line of names.

    Args:
        head: Names of the columns.
        rows: Values of each row; None is an empty cell.

    Returns:
        The text of the file.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(map(neutral, head))
    writer.writerows(map(neutral, row) for row in rows)
    return out.getvalue()


def of_frame(frame: pl.DataFrame) -> bytes:
    """The same of a frame, as Polars writes it."""
    plain = pl.col(pl.String).str.replace_all("\r\n", "\n", literal=True).str.replace_all("\r", "\n", literal=True)
    is_formula = plain.str.slice(0, 1).is_in(list(TRIGGERS))
    cells = frame.with_columns(pl.when(is_formula).then(_MARK + plain).otherwise(plain).name.keep())
    return cells.rename({name: str(neutral(name)) for name in cells.columns}).write_csv().encode()
