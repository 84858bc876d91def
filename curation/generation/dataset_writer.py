"""Writes candidates as a LLaVA file and brings them into the workspace as a dataset with their annotations."""

from __future__ import annotations

import argparse
import filecmp
import itertools
import os
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import orjson

from curation import annotations as annotations_module
from curation.annotations import Annotations
from curation.common.errors import WinnowError
from curation.common.progress import CountProgress
from curation.generation import modes
from curation.generation.candidate import Candidate, row
from curation.generation.clue import Collected
from curation.importing.importer import ImportReport, import_file
from curation.importing.options import ImportOptions
from curation.workspace import Workspace
from scoring import plugins
from scoring.files import appearing
from scoring.plain_files import plain
from storage import datasets, evidence


class MakingError(WinnowError):
    """Candidates cannot be made; the message says why."""


@dataclass(frozen=True)
class GenerationResult:
    """What came of it: the file, how many candidates for how many pictures, and of which tasks and flavours."""

    file: Path
    candidates: int
    images: int
    tasks: Mapping[str, int]
    flavours: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """A way to make samples: one file in `curation/generation/modes/`, whose `MODE` is one of these.

    Attributes:
        name: What users type; the name of its file.
        add_arguments: Adds the mode's own options to the command.
        check: Refuses options that it cannot work with, before anything is read.
        candidates: The samples that come of the clues; of the clues, the options and the workspace's folder.
        into_workspace: Its own way to store them, where they cost something and an interrupted run goes on.
    """

    name: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    candidates: Callable[[Collected, argparse.Namespace, Path], Iterable[Candidate]]
    check: Callable[[argparse.Namespace], None] | None = None
    into_workspace: Callable[..., tuple[GenerationResult, ImportReport]] | None = None


@plugins.cached_plugins
def known_modes() -> dict[str, Mode]:
    """Every mode by its name."""
    listed = plugins.instances(modes, "MODE", Mode)
    return {mode.name: mode for mode in listed}


def write(candidates: Iterable[Candidate], path: Path, progress: CountProgress | None = None) -> GenerationResult:
    """Writes the candidates as JSON Lines; the file appears only when it is complete.

    Args:
        candidates: The samples, written in this order.
        path: The file to write.
        progress: Called now and then with the number of samples written.

    Returns:
        The file, with counts by task and flavour.

    Raises:
        MakingError: There are no candidates.
    """
    count, tasks, flavours = Counter[str](), Counter[str](), Counter[str]()
    with appearing(plain(path)) as part, part.open("wb") as file:
        for number, candidate in enumerate(candidates):
            file.write(orjson.dumps(row(candidate, count[candidate.image])) + b"\n")
            count[candidate.image] += 1
            tasks[candidate.task] += 1
            flavours[candidate.flavour] += bool(candidate.flavour)
            if progress and number % 200 == 0:
                progress(number)
        if not count:
            raise MakingError("Nothing could be made: no picture has the annotations that the chosen tasks need.")
    named_flavours = {name: number for name, number in flavours.items() if name}
    return GenerationResult(path, count.total(), len(count), dict(sorted(tasks.items())), named_flavours)


def into_workspace(
    workspace: Workspace,
    candidates: Iterable[Candidate],
    collected: Collected,
    sources: Sequence[Annotations],
    name: str | None = None,
    progress: CountProgress | None = None,
) -> tuple[GenerationResult, ImportReport]:
    """Writes the candidates into the workspace's folder `generated` and imports them, annotations attached.

    The same candidates again change nothing.

    Args:
        workspace: Open workspace.
        candidates: The samples, written in this order.
        collected: The clues that they come from, with the image folder.
        sources: The annotations to attach to the dataset.
        name: Name of the dataset; None for the first free one.
        progress: Called now and then with the number of samples written.

    Returns:
        What was written, and the report of its import.

    Raises:
        MakingError: There are no candidates, or another dataset has the name.
    """
    summary = write(candidates, workspace.folder / "generated" / f"new-{uuid.uuid4().hex}.jsonl", progress)
    with workspace.store.adding:
        path = _settle(workspace, summary.file, name)
        report = import_file(
            workspace, path, ImportOptions(format_name="llava", images=collected.images, name=path.stem)
        )
        dataset = datasets.by_name(workspace.store, report.dataset)
        assert dataset is not None
        if Path(dataset["path"]) != path.resolve():  # the same samples are here under another name
            path.unlink()
            path = Path(dataset["path"])
        for source in sources:
            annotations_module.attach(workspace, dataset["dataset_no"], source)
        annotated = evidence.annotated(workspace.store, dataset["dataset_no"])
        return replace(summary, file=path), replace(report, annotated_images=annotated)


def _settle(workspace: Workspace, new: Path, name: str | None) -> Path:
    """Gives the file its name: the wanted one, or the first free one; the same content keeps the name it has."""
    if name and (Path(name).name != name or name.startswith(".")):
        new.unlink()
        raise MakingError(f"{name!r} cannot be the name of a dataset: it is a path.")
    for number in itertools.count(1):
        path = new.with_name(f"{name or 'generated'}{f'-{number}' if number > 1 else ''}.jsonl")
        if path.exists() and filecmp.cmp(path, new, shallow=False):
            new.unlink()
            return path
        if not path.exists() and not datasets.by_name(workspace.store, path.stem):
            os.replace(new, path)
            return path
        if name:
            new.unlink()
            raise MakingError(f"There is already a dataset {name!r} with other content; choose another --name.")
    raise AssertionError("unreachable")
