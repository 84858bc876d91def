"""A row of large numbers with their words; the widths hold while the numbers change."""

from __future__ import annotations

from collections.abc import Sequence

from pages.components import markup


def show(figures: Sequence[tuple[str, str, str]]) -> None:
    """(number, word, a note below it) each."""
    tiles = (
        f'<div class="w-tile"><div class="w-soft">{markup.safe(word)}</div>'
        f'<div class="w-figure">{markup.safe(number)}</div><div class="w-soft w-line">{markup.safe(note)}</div></div>'
        for number, word, note in figures
    )
    markup.show(f'<div class="w-tiles">{"".join(tiles)}</div>')
