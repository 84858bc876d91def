"""Writes the pages of `docs/reference/` from the code: `make reference`; a test compares them with the code."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "reference"
_COLUMNS = "100"


def pages() -> dict[str, str]:
    """The text of each page by the name of its file."""
    return {
        "commands.md": _joined(_commands()),
        "metrics.md": _joined(_metrics()),
        "formats.md": _joined(_formats()),
        "tools.md": _joined(_tools()),
    }


def _commands() -> Iterator[str]:
    from curation.commands.parser import commands, parser

    os.environ["COLUMNS"] = _COLUMNS
    yield "# Commands\n`winnow COMMAND` where Winnow is installed, `python -m curation COMMAND` in a checkout."
    for action in parser([], complete=True)._subparsers._group_actions:  # type: ignore[union-attr]
        for name in commands():
            yield f"## {name}\n```text\n{dict(action.choices or {})[name].format_help().strip()}\n```"


def _metrics() -> Iterator[str]:
    from scoring import registry

    yield (
        "# Metrics\nEvery metric that scoring fills; `python -m curation status` says how far each is in a workspace.\n"
        "A suggested cut is offered on the Thresholds page; no cut is in force before a person chose it."
    )
    for name, module in sorted(registry.metric_modules().items()):
        metric = module.METRIC
        low, high = metric.suggested
        cut = " and ".join(
            [f"below {low:g}" for low in [low] if low is not None]
            + [f"above {high:g}" for high in [high] if high is not None]
        )
        about, _, rest = (module.__doc__ or "").strip().partition("\n")
        facts = [
            f"- Principle: {metric.principle}; of each {metric.subject}",
            f"- Unit: {metric.unit or 'none'}; range: {_bound(metric.range[0])} to {_bound(metric.range[1])}",
            f"- Suggested cut: {cut or 'none'}",
        ]
        yield (
            f"## {metric.title}\n`{name}`, version {metric.version}. {about}\n\n"
            + "\n".join(facts)
            + (f"\n\n{rest.strip()}" if rest.strip() else "")
        )


def _bound(value: float | None) -> str:
    return "unbounded" if value is None else f"{value:g}"


def _formats() -> Iterator[str]:
    from curation.formats import registry

    yield "# Formats\nThe format of a file is recognised by its rows. An example of each:"
    for name, known in sorted(registry.formats().items()):
        written = "read and written" if name in registry.writers() else "read; rows go out as they came"
        yield (
            f"## {known.title}\n`{name}`: {written}. Used by: {known.about}\n\n```text\n{known.example.strip()}\n```"
        )


def _tools() -> Iterator[str]:
    from curation.handing_over import registry

    yield (
        "# Other tools\n`python -m curation hand-over TOOL --out FOLDER` writes samples with their scores, flags and "
        "decisions for one of these, and\nprints the lines that open it."
    )
    for name, target in sorted(registry.targets().items()):
        yield f"## {target.title}\n`{name}`. {target.about}"


def _joined(parts: Iterator[str]) -> str:
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Writes the pages."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
