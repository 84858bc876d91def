"""The options that let only some samples out; commands that make or replay recipes share them."""

from __future__ import annotations

import argparse
from pathlib import Path

from curation.balancing import selecting
from curation.recipes.recipe import Recipe, RecipeError
from curation.review import queues
from curation.workspace import Workspace
from scoring.plain_files import plain


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds `--only-keys`, `--cluster`, `--queue` and `--tag`, of which one at most can be given."""
    group = parser.add_mutually_exclusive_group()
    group.add_argument(
        "--only-keys", type=Path, metavar="FILE",
        help="only these samples may go out: a key on every line, as in winnow/samples.txt of an export",
    )  # fmt: skip
    group.add_argument(
        "--cluster", metavar="NAME", help="only samples of a cluster of a map: its name, or such as map_images:3"
    )
    group.add_argument(
        "--queue", metavar="KIND[:CHOICE]",
        help="only samples of a queue of the review, such as task:counting; one of " + ", ".join(queues.KINDS),
    )  # fmt: skip
    group.add_argument("--tag", metavar="NAME", help="only samples that carry this tag")


def apply(arguments: argparse.Namespace, workspace: Workspace, recipe: Recipe) -> Recipe:
    """Puts the options into a recipe.

    Args:
        arguments: As parsed.
        workspace: Open workspace.
        recipe: The recipe; it stays as it is where no option is given.

    Returns:
        The recipe with the selection.

    Raises:
        UnknownNameError: There is no such cluster, queue or tag.
        RecipeError: The file cannot be read, or it names samples that are not here.
        TooFewError: The queue asks what a model of the decisions expects, and there are too few of them.
    """
    keys = None if arguments.only_keys is None else _lines(arguments.only_keys)
    words = "" if arguments.only_keys is None else f"the list {arguments.only_keys.name}"
    return selecting.applied(
        workspace, recipe, keys=keys, words=words, cluster=arguments.cluster, queue=arguments.queue, tag=arguments.tag
    )


def _lines(path: Path) -> list[str]:
    try:
        return plain(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise RecipeError(f"Cannot read the list of samples {path}: {reason}.") from error
