"""The dataset card: an export's manifest as a Markdown page for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def text(manifest: Mapping[str, Any]) -> str:
    """The whole card; it says nothing that the manifest does not."""
    blocks = [
        f"# {manifest['name']}",
        _opening(manifest),
        "## Tasks",
        _table(("task", "before", "after filters", "in this split"), _tasks(manifest)),
        "## Indicators, before and after",
        _table(("indicator", "before", "after", "unit", "note"), _indicators(manifest)),
        "## What was filtered out",
        _funnel(manifest),
        "## How to make it again",
        _recipe(manifest),
    ]
    return "\n\n".join(blocks) + "\n"


def _opening(manifest: Mapping[str, Any]) -> str:
    names = ", ".join(manifest["datasets"]) or "no dataset"
    status = "Approved by a person." if manifest["status"] == "approved" else "A draft: nobody approved it yet."
    return (
        f"{manifest['samples']:,} of {manifest['samples_before']:,} vision-language instruction samples from {names}, "
        f"curated with Winnow. {status}"
    )


def _tasks(manifest: Mapping[str, Any]) -> list[tuple[str, ...]]:
    return [
        (row["task"], f"{row['before']:,}", f"{row['available']:,}", f"{row['taken']:,}") for row in manifest["tasks"]
    ]


def _indicators(manifest: Mapping[str, Any]) -> list[tuple[str, ...]]:
    return [
        (row["title"], _number(row["before"]), _number(row["after"]), row["unit"], row["detail"])
        for row in manifest["indicators"]
    ]


def _funnel(manifest: Mapping[str, Any]) -> str:
    if not manifest["funnel"]:
        return "Nothing: the recipe has no filter."
    rows = [
        (row["filter"], row["kind"], f"{row['drops']:,}", f"{row['only']:,}", f"{row['remaining']:,}")
        for row in manifest["funnel"]
    ]
    return _table(("filter", "kind", "dropped here", "dropped by it alone", "remaining"), rows)


def _recipe(manifest: Mapping[str, Any]) -> str:
    said = ", ".join(f"{count} x {name}" for name, count in manifest["decisions"].items()) or "none"
    return (
        f"`recipe.json` holds thresholds, dropped flags, quotas, seed ({manifest['seed']}), scorer versions and "
        f"people's decisions ({said}).\n\n"
        "```\npython -m curation export --recipe recipe.json --out again\n```\n\n"
        "gives the same bytes over the same data; `manifest.json` has the checksums."
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(value: str) -> str:
    return value.replace("|", "\\|").replace("\n", " ")


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.4g}"
