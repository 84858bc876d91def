"""Import rows that are in memory, score them, and keep those whose responses repeat themselves least.

Run it by `python -m examples.filter_by_scores` in a checkout. It works in a temporary folder and leaves nothing behind.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import polars as pl

import winnow

ANSWERS = (
    "A brown dog runs along a beach and carries a stick.",
    "the dog the dog the dog the dog the dog the dog the dog the dog the dog",
    "Two people wait at a bus stop while it rains.",
)


def rows() -> list[dict[str, object]]:
    """Rows in LLaVA's form; text only, so that no images are needed."""
    return [
        {
            "id": str(number),
            "conversations": [
                {"from": "human", "value": "Describe the picture."},
                {"from": "gpt", "value": answer},
            ],
        }
        for number, answer in enumerate(ANSWERS)
    ]


def main() -> None:
    """Prints what is kept and why the rest is not."""
    with tempfile.TemporaryDirectory() as folder, winnow.open_workspace(folder) as workspace:
        workspace.import_rows(rows(), name="answers")
        workspace.score(["repetition", "response_length"])
        scores = workspace.scores().select("source_id", "repetition", "response_length")
        print(scores)
        recipe = winnow.Recipe("varied", cuts=(winnow.Cut("repetition", high=0.3),))
        fates = workspace.apply(recipe)
        print(fates.select("source_id", "kept", pl.col("reasons").list.join("; ")))
        manifest = workspace.export(recipe, Path(folder) / "varied")
        print(f"{manifest['samples']} of {manifest['samples_before']} samples exported")


if __name__ == "__main__":
    main()
