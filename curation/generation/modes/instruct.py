"""Self-Instruct: a language model writes conversations from clues; asks an OpenAI-compatible endpoint."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from curation.annotations import Annotations
from curation.generation import negatives, resumable
from curation.generation.clue import Collected
from curation.generation.dataset_writer import Made, MakingError, Mode
from curation.generation.llm import instruct, prompts
from curation.generation.llm.instruct import Asking, Maker, Settings
from curation.importing.importer import ImportReport, report
from curation.workspace import Workspace
from scoring.metric import Unavailable

CACHE, MARKED = "generation-cache", "generated/marked"
"""Folders of the workspace: answers that were paid, and pictures with a box drawn on them."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments that only this mode has."""
    group = parser.add_argument_group("mode instruct")
    group.add_argument("--flavour", choices=prompts.FLAVOURS, default="global", help="what conversations are about")
    group.add_argument("--endpoint", metavar="URL", default="", help="default: WINNOW_LLM_BASE_URL")
    group.add_argument("--model", metavar="NAME", default="", help="default: WINNOW_LLM_MODEL")
    group.add_argument("--with-images", action="store_true", help="send the images too, to a model that sees")
    group.add_argument("--temperature", type=float, default=0.8, help="0.8")
    group.add_argument("--max-tokens", type=int, default=1500, metavar="N", help="per conversation (1500)")
    group.add_argument("--requests", type=int, default=0, metavar="N", help="stop after so many requests")
    group.add_argument("--tokens", type=int, default=0, metavar="N", help="stop after about so many tokens")
    group.add_argument(
        "--max-cost", type=float, default=0.0, metavar="X", help="stop at about this cost, by the prices"
    )
    group.add_argument("--price-in", type=float, default=0.0, metavar="X", help="what a million tokens sent cost")
    group.add_argument("--price-out", type=float, default=0.0, metavar="X", help="what a million tokens received cost")
    group.add_argument("--concurrency", type=int, default=4, metavar="N", help="requests at a time (4)")
    group.add_argument("--retries", type=int, default=5, metavar="N", help="of a request that failed (5)")


def candidates(
    collected: Collected,
    arguments: argparse.Namespace,
    workspace: Path,
    stop: Callable[[], bool] = lambda: False,
) -> Asking:
    """The conversations of all clues, asked for as they are taken.

    Raises MakingError when there is no endpoint, PromptError when a prompt cannot be used.
    """
    made = maker(collected, arguments, workspace)
    try:
        model = instruct.judge(made.settings, running(arguments, workspace))
    except Unavailable as error:
        raise MakingError(f"{error} Or name one with --endpoint and --model.") from error
    return Asking(made, model, stop)


def maker(collected: Collected, arguments: argparse.Namespace, workspace: Path) -> Maker:
    """What the questions are made of."""
    settings = Settings(
        arguments.flavour, arguments.per_image, arguments.temperature, arguments.max_tokens, arguments.with_images,
        negatives=arguments.negatives if arguments.negatives in negatives.WAYS else "random", seed=arguments.seed,
    )  # fmt: skip
    return Maker(settings, collected, workspace, workspace / MARKED)


def running(arguments: argparse.Namespace, workspace: Path) -> dict[str, Any]:
    """Parameters of asking that change no answer, and which model to ask."""
    names = ("model", "requests", "tokens", "concurrency", "retries", "price_in", "price_out")
    known = {name: getattr(arguments, name) for name in names}
    return {**known, "base_url": arguments.endpoint, "money": arguments.max_cost, "cache": str(workspace / CACHE)}


def into_workspace(
    workspace: Workspace,
    asking: Asking,
    _collected: Collected,
    sources: Sequence[Annotations],
    name: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> tuple[Made, ImportReport]:
    """Grows the dataset; the same command goes on where it stopped. Raises MakingError when there is nothing at all."""

    def told(_done: int, _total: int, made: int) -> None:
        if progress:
            progress(made)

    found, new = resumable.grow(workspace, asking, sources, name or "", told)
    if not found:
        raise MakingError(nothing(asking))
    path = workspace.folder / "generated" / f"{found}.jsonl"
    samples = asking.answers["samples"]
    flavour = asking.maker.settings.flavour
    made = Made(path, samples, asking.images["asked"], {instruct.TASK: samples}, {flavour: samples})
    return made, report(workspace, found, already_there=not new)


def nothing(asking: Asking) -> str:
    """Why there is no sample, in one sentence."""
    summary = asking.summary()
    counts = {**summary["images"], **summary["answers"]}
    said = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    why = asking.unused[0].reason if asking.unused else ""
    return " ".join(part for part in (f"Nothing could be made: {said}.", asking.stopped or why) if part)


MODE = Mode(name="instruct", add_arguments=add_arguments, candidates=candidates, into_workspace=into_workspace)
