"""Self-Instruct: a language model writes conversations from clues; asks an OpenAI-compatible endpoint."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from curation.annotations import Annotations
from curation.common import names
from curation.common.progress import CountProgress
from curation.generation import negatives, resumable
from curation.generation.clue import Collected
from curation.generation.dataset_writer import GenerationResult, MakingError, Mode
from curation.generation.llm import instruct, prompts
from curation.generation.llm.instruct import CandidateStream, Maker, Settings
from curation.importing.importer import ImportReport, report
from curation.workspace import Workspace
from scoring.json_types import JsonObject
from scoring.metric import Unavailable

CACHE, MARKED = "generation-cache", "generated/marked"
"""Folders of the workspace: answers that were paid, and pictures with a box drawn on them."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments that only this mode has."""
    group = parser.add_argument_group("mode instruct")
    group.add_argument(
        "--flavour", default=prompts.DEFAULT, metavar="NAME",
        help=f"what is written: {', '.join(prompts.flavours())}, or one of your own in the workspace's prompts/",
    )  # fmt: skip
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


def check(arguments: argparse.Namespace) -> None:
    """Refuses a flavour that there is not, of the shipped ones and of the workspace's own.

    Raises:
        UnknownNameError: There is none of that name.
    """
    names.check("flavour", [arguments.flavour], prompts.flavours(arguments.workspace))


def candidates(
    collected: Collected,
    arguments: argparse.Namespace,
    workspace: Path,
    stop: Callable[[], bool] = lambda: False,
) -> CandidateStream:
    """Prepares the conversations of all clues, which are asked for while they are iterated over.

    Args:
        collected: The clues.
        arguments: The options of `add_arguments`, with `per_image` and `seed`.
        workspace: The workspace's folder, for prompts, answers and marked pictures.
        stop: Says whether to ask nothing more.

    Returns:
        The conversations, in the order of the clues.

    Raises:
        MakingError: There is no endpoint.
        PromptError: A prompt or its examples cannot be used.
    """
    question_maker = maker(collected, arguments, workspace)
    try:
        model = instruct.judge(question_maker.settings, running(arguments, workspace))
    except Unavailable as error:
        raise MakingError(f"{error} Or name one with --endpoint and --model.") from error
    return CandidateStream(question_maker, model, stop)


def maker(collected: Collected, arguments: argparse.Namespace, workspace: Path) -> Maker:
    """Builds the maker of the questions.

    Args:
        collected: The clues.
        arguments: The options of `add_arguments`, with `per_image` and `seed`.
        workspace: The workspace's folder.

    Returns:
        The maker, with settings as the options say.

    Raises:
        PromptError: A prompt or its examples cannot be used.
    """
    settings = Settings(
        arguments.flavour, arguments.per_image, arguments.temperature, arguments.max_tokens, arguments.with_images,
        negatives=arguments.negatives if arguments.negatives in negatives.WAYS else "random", seed=arguments.seed,
    )  # fmt: skip
    return Maker(settings, collected, workspace, workspace / MARKED)


def running(arguments: argparse.Namespace, workspace: Path) -> JsonObject:
    """Collects the parameters of asking that change no answer, and which model to ask.

    Args:
        arguments: The options of `add_arguments`.
        workspace: The workspace's folder, in which answers are cached.

    Returns:
        Parameters of `scoring.judge.client`.
    """
    options = ("model", "requests", "tokens", "concurrency", "retries", "price_in", "price_out")
    parameters = {name: getattr(arguments, name) for name in options}
    return {**parameters, "base_url": arguments.endpoint, "money": arguments.max_cost, "cache": str(workspace / CACHE)}


def into_workspace(
    workspace: Workspace,
    asking: CandidateStream,
    _collected: Collected,
    sources: Sequence[Annotations],
    name: str | None = None,
    progress: CountProgress | None = None,
) -> tuple[GenerationResult, ImportReport]:
    """Grows the dataset; the same command goes on where it stopped.

    Args:
        workspace: Open workspace.
        asking: The conversations.
        _collected: Not used; other modes need it.
        sources: The annotations to attach to the dataset.
        name: Name of the dataset; None for one by the flavour.
        progress: Called with the number of samples after each picture.

    Returns:
        What the dataset holds, and the report of its import.

    Raises:
        MakingError: There is no sample at all, or the name is not free.
    """

    def report_progress(_done: int, _total: int, sample_count: int) -> None:
        if progress:
            progress(sample_count)

    dataset_name, new = resumable.grow(workspace, asking, sources, name or "", report_progress)
    if not dataset_name:
        raise MakingError(nothing(asking))
    path = workspace.folder / "generated" / f"{dataset_name}.jsonl"
    samples = asking.answers["samples"]
    flavour = asking.maker.settings.flavour
    summary = GenerationResult(path, samples, asking.images["asked"], {instruct.TASK: samples}, {flavour: samples})
    return summary, report(workspace, dataset_name, already_there=not new)


def nothing(asking: CandidateStream) -> str:
    """Why there is no sample, in one sentence."""
    summary = asking.summary()
    counts = {**summary["images"], **summary["answers"]}
    listing = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    why = asking.unused[0].reason if asking.unused else ""
    return " ".join(part for part in (f"Nothing could be made: {listing}.", asking.stopped or why) if part)


MODE = Mode(
    name="instruct", add_arguments=add_arguments, check=check, candidates=candidates, into_workspace=into_workspace,
)  # fmt: skip
