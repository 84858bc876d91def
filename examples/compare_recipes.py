"""Compare cuts on the demo set: how many samples each keeps, and which task pays.

Run it by `python -m examples.compare_recipes` in a checkout. It works in a temporary folder and leaves nothing behind.
"""

from __future__ import annotations

import tempfile

import polars as pl

import winnow

METRICS = ["response_length", "text_readability", "task"]


def main() -> None:
    """Prints a row per cut and task."""
    with tempfile.TemporaryDirectory() as folder, winnow.open_workspace(folder) as workspace:
        workspace.import_demo()
        workspace.score(METRICS)
        tasks = workspace.samples().select("sample_no", "task")
        for shortest in (1, 5, 10):
            recipe = winnow.Recipe(f"from {shortest} words", cuts=(winnow.Cut("response_length", low=shortest),))
            fates = workspace.apply(recipe).join(tasks, on="sample_no")
            print(recipe.name)
            print(fates.group_by("task").agg(pl.len().alias("samples"), pl.col("kept").sum()).sort("task"))


if __name__ == "__main__":
    main()
