"""Prints what an import would make of a file, for `import --dry-run`."""

from __future__ import annotations

from curation.commands import terminal
from curation.importing import outcomes
from curation.previewing import wording
from curation.previewing.preview import ImportPreview, PreviewRow

LONGEST = 300
"""Characters of a text that are printed."""


def show(preview: ImportPreview, as_json: bool) -> None:
    """Prints a preview.

    Args:
        preview: What an import would make of a file.
        as_json: True for one line of JSON, False for text.
    """
    if as_json:
        terminal.json_line(_as_json(preview))
        return
    print(f"{preview.name}: {preview.container}, {wording.rows(preview)}")
    if preview.listed:
        print(f"It names {len(preview.listed)} dataset(s), {', '.join(preview.listed)}; this is the first.")
    if preview.is_empty:
        return
    if preview.problem:
        print(preview.problem)
        for near in preview.near:
            print(f"  {near.title}: {near.why}")
        return
    print(f"format: {preview.format_title}. {preview.certainty}")
    print(f"images: {wording.images(preview)}\n")
    terminal.table((f"outcome of the first {preview.looked_at}", "rows"), list(preview.outcomes.items()))
    if preview.lint:
        print()
        kinds = [(outcomes.words(outcomes.LINT, kind), count) for kind, count in preview.lint.items()]
        terminal.table(("lint", "rows"), kinds)
    for row in preview.rows:
        _row(row)


def _row(row: PreviewRow) -> None:
    print(f"\nrow {row.number}: {outcomes.words(outcomes.ROWS, row.outcome)}")
    if row.detail:
        print(f"  {short(row.detail)}")
    for picture in row.pictures:
        print(f"  image: {short(picture.ref)} ({'found' if picture.thumbnail else picture.outcome})")
    if row.system:
        print(f"  system: {short(row.system)}")
    for turn in row.turns:
        print(f"  user: {short(turn.instruction or '')}")
        print(f"  assistant: {short(turn.response or '')}")


def short(text: str) -> str:
    """Shortens a text for the terminal.

    Args:
        text: Text of a dataset.

    Returns:
        One line that no terminal takes for commands, of LONGEST characters at most.
    """
    line = "".join(character if character.isprintable() else " " for character in " ".join(text.split()))
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}..."


def _as_json(preview: ImportPreview) -> dict[str, object]:
    return {
        "file": preview.name,
        "format": preview.format_name,
        "certainty": preview.certainty,
        "problem": preview.problem,
        "near": {near.name: near.why for near in preview.near},
        "rows": preview.total,
        "rows_are_estimated": preview.is_estimate,
        "looked_at": preview.looked_at,
        "outcomes": dict(preview.outcomes),
        "lint": dict(preview.lint),
        "images": dict(preview.found_by),
        "images_root": preview.images_root,
        "columns": list(preview.columns),
        "guess": dict(preview.guessed),
        "conversations": [[list(turn) for turn in row.turns] for row in preview.rows],
    }
