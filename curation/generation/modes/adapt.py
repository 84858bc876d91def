"""Annotation Adaption: annotations become samples through templates; needs no model."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from curation.common import names
from curation.generation import adapt, negatives, templates
from curation.generation.adapt import About, Expand
from curation.generation.candidate import Candidate
from curation.generation.clue import Collected
from curation.generation.dataset_writer import MakingError, Mode
from curation.generation.llm import expanding
from curation.generation.modes import instruct
from curation.generation.tasks import region
from scoring.metric import Unavailable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments that only this mode has."""
    about = "; ".join(f"{name}: {task.about}" for name, task in adapt.known_tasks().items())
    group = parser.add_argument_group("mode adapt")
    group.add_argument("--tasks", metavar="A,B", default="", help=f"default: all. {about}")
    group.add_argument(
        "--negatives", choices=negatives.WAYS, default="random", help="which absent objects are asked about"
    )
    group.add_argument(
        "--brief", type=_share, default=0.3, metavar="SHARE", help="of short answers, where a task has some (0.3)"
    )
    group.add_argument(
        "--expand", action="store_true", help="short answers of vqa as sentences, by the --endpoint of mode instruct"
    )
    group.add_argument(
        "--boxes", choices=region.FORMS, default="share", help="corners as shares of the picture, thousandths or pixels"
    )


def check(arguments: argparse.Namespace) -> None:
    """Raises UnknownNameError for an unknown task."""
    names.check("task", _tasks(arguments), adapt.known_tasks())


def candidates(collected: Collected, arguments: argparse.Namespace, workspace: Path) -> Iterator[Candidate]:
    """Makes the samples of all clues. Templates of the workspace's folder `templates` come before the shipped ones.

    Args:
        collected: The clues.
        arguments: The options of `add_arguments`, with `per_image` and `seed`.
        workspace: The workspace's folder.

    Returns:
        The samples, picture by picture.

    Raises:
        UnknownNameError: There is no such task.
        TemplateError: Templates cannot be used.
        MakingError: Answers are to be expanded, and there is no endpoint.
    """
    check(arguments)
    tasks = _tasks(arguments) or list(adapt.known_tasks())
    expand, by = _expander(arguments, workspace) if arguments.expand else (None, {})
    about = About(
        counts=negatives.statistics(collected.clues),
        pools=templates.load(workspace / "templates"),
        negatives=arguments.negatives,
        boxes=arguments.boxes,
        brief=arguments.brief,
        expand=expand,
        settings={name: getattr(arguments, name) for name in ("negatives", "boxes", "brief")}
        | ({"expand": by} if by else {}),
    )
    return adapt.candidates(collected.clues, about, tasks, arguments.per_image, arguments.seed)


def _tasks(arguments: argparse.Namespace) -> list[str]:
    return [name.strip() for name in arguments.tasks.split(",") if name.strip()]


def _expander(arguments: argparse.Namespace, workspace: Path) -> tuple[Expand, dict[str, str]]:
    try:
        return expanding.expander(instruct.running(arguments, workspace), workspace)
    except Unavailable as error:
        raise MakingError(f"{error} Or name one with --endpoint and --model.") from error


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError("give a share from 0 to 1")
    return share


MODE = Mode(name="adapt", add_arguments=add_arguments, check=check, candidates=candidates)
