"""The options that divide what goes out into splits; commands that make or replay recipes share them."""

from __future__ import annotations

import argparse
from dataclasses import replace

from curation.recipes import recipe
from curation.recipes.recipe import Recipe, RecipeError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds `--split` and `--split-by`."""
    parser.add_argument(
        "--split", metavar="NAME=SHARE,…", help="divide what goes out, such as train=0.9,validation=0.05,test=0.05"
    )
    parser.add_argument(
        "--split-by", choices=recipe.SPLIT_BY,
        help="what stays together: samples of one image (default), these and near duplicates, samples of one dataset; "
        "or the rows' own field `split` decides",
    )  # fmt: skip


def apply(arguments: argparse.Namespace, given: Recipe) -> Recipe:
    """Puts the options into a recipe.

    Args:
        arguments: As parsed.
        given: The recipe; it stays as it is where neither option is given.

    Returns:
        The recipe with the splits.

    Raises:
        RecipeError: The options cannot be splits.
    """
    if arguments.split is None and arguments.split_by is None:
        return given
    shares = given.splits.shares if arguments.split is None else _shares(arguments.split)
    by = arguments.split_by or given.splits.by
    if by != "field" and not shares:
        raise RecipeError(f"--split-by {by} needs shares, such as --split train=0.9,validation=0.05,test=0.05.")
    return replace(given, splits=recipe.splits_of({} if by == "field" else shares, by))


def _shares(text: str) -> dict[str, float]:
    shares: dict[str, float] = {}
    for part in text.split(","):
        name, _, share = part.partition("=")
        try:
            shares[name.strip()] = float(share)
        except ValueError:
            raise RecipeError(f"{part.strip()!r} is no share: write NAME=SHARE, such as train=0.9.") from None
    return shares
