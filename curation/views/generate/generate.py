"""The generate page: what samples are made from, the clue and the prompt of a picture, trying, making, arriving."""

from __future__ import annotations

import io
import threading
import time
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import PIL.Image

from curation.app.jobs import IMPORT, Job
from curation.app.server import Server
from curation.archives.image_resolver import Resolver
from curation.generation import adapt, clue, dataset_writer, negatives, plan, resumable
from curation.generation.candidate import Candidate
from curation.generation.clue import Clue, Collected
from curation.generation.collect import Gathered, Where, gather
from curation.generation.dataset_writer import MakingError
from curation.generation.llm import instruct, prompts
from curation.generation.llm.instruct import Ask, Asking, Maker, Outcome
from curation.generation.modes import instruct as mode
from curation.generation.plan import Kept, Plan
from curation.runs import costs
from scoring.image import locator
from scoring.judge import cost, endpoint
from scoring.metric import Unavailable
from storage import datasets

READ, TRY, MAKE = "generate-read", "generate-try", "generate"
TRIED, SEEN, SIDE, KEEP_SECONDS = 3, 20, 900, 2.0
"""Pictures of a try, questions that an estimate rests on, pixels of a preview, pause between notes of progress."""
_CHARACTERS = 2_000


@dataclass(frozen=True)
class GenerateView:
    """What may be chosen: `annotated` datasets, tasks with what they are about; `why` says what keeps from asking."""

    annotated: list[str]
    names: list[str]
    tasks: dict[str, str]
    flavours: tuple[str, ...]
    negatives: tuple[str, ...]
    host: str
    model: str
    why: str


@dataclass(frozen=True)
class Look:
    """One picture before anything is made: its bytes (JPEG), its clue, what would be asked, and why not, if so."""

    name: str
    place: int
    total: int
    picture: bytes | None
    clue: str
    rules: str = ""
    data: str = ""
    version: str = ""
    why: str = ""


@dataclass(frozen=True)
class Tried:
    """What came of one picture of a try: its conversations, and answers that could not be used with their texts."""

    image: str
    picture: bytes | None
    conversations: tuple[tuple[tuple[str, str], ...], ...]
    unused: tuple[Outcome, ...] = ()


@dataclass(frozen=True)
class Trial:
    """A try as a whole: seconds per picture and what it cost."""

    plan: Plan
    tried: tuple[Tried, ...]
    seconds: float
    cost: str


@dataclass
class _State:
    """What this server holds for the page; the newest reading only."""

    where: Where | None = None
    gathered: Gathered | None = None
    trial: Trial | None = None
    stops: dict[int, threading.Event] = field(default_factory=dict)


_states: weakref.WeakKeyDictionary[Server, _State] = weakref.WeakKeyDictionary()
_lock = threading.Lock()


def view(server: Server) -> GenerateView:
    """Everything that can be chosen, and whether a language model is set up."""
    found = datasets.listing(server.workspace.store)
    host, model, why = _endpoint()
    return GenerateView(
        datasets.with_annotations(server.workspace.store), found["name"].to_list(),
        {name: task.about for name, task in adapt.known_tasks().items()},
        prompts.FLAVOURS, negatives.WAYS, host, model, why,
    )  # fmt: skip


def jobs(server: Server, kind: str) -> list[Job]:
    """Background work of one kind, the newest first."""
    return [job for job in reversed(server.jobs) if job.kind == kind]


def importing_now(server: Server) -> str:
    """The title of the import that is running: what is made is stored when it has ended; "" without one."""
    return next((job.title for job in jobs(server, IMPORT) if job.state == "running"), "")


def read(server: Server, where: Where) -> Job:
    """Reads annotations and joins them to clues, in the background."""

    def work(progress: Callable[[str, int, int], None]) -> str:
        found = gather(server.workspace, where, None, progress)
        state = _state(server)
        state.where, state.gathered, state.trial = where, found, None
        return f"{len(found.collected.clues):,} images with annotations"

    return server.in_background("Read annotations", READ, work)


def gathered(server: Server) -> tuple[Where, Gathered] | None:
    """What was read last."""
    state = _state(server)
    return (state.where, state.gathered) if state.where and state.gathered else None


def look(server: Server, wanted: Plan, place: int) -> Look | None:
    """A picture with its clue and what the plan would ask about it; None when nothing is read."""
    found = _state(server).gathered
    if found is None:
        return None
    clues = plan.cut(found, wanted.limit).clues
    place %= len(clues)
    one = clues[place]
    path = Resolver(found.collected.images).find(one.file_name).path
    made = Look(one.file_name, place, len(clues), small(path), clue.text(one))
    if wanted.mode != instruct.MODE:
        return made
    try:
        maker = _maker(server, wanted, found)
        asked = maker.ask(one)
    except (prompts.PromptError, OSError, ValueError) as error:
        return replace(made, why=str(error))
    if isinstance(asked, Outcome):
        return replace(made, why=f"Nothing is asked about this image: {asked.outcome}.")
    shown = small(str(maker.images / asked.image)) if wanted.flavour == "region" else made.picture
    said = asked.question
    return replace(made, picture=shown, rules=said.rules, data=said.data, version=maker.prompt.version)


def estimate(server: Server, wanted: Plan) -> str:
    """What making all of it would cost, in words; answers that are kept already are paid again in this sum."""
    found = _state(server).gathered
    if found is None or wanted.mode != instruct.MODE:
        return ""
    collected = plan.cut(found, wanted.limit)
    maker = _maker(server, wanted, found)
    asked = [maker.ask(one) for one in collected.clues[:SEEN]]
    questions = [one.question for one in asked if isinstance(one, Ask)]
    count = round(len(collected.clues) * len(questions) / max(len(asked), 1))
    told = cost.estimate_texts(questions, count, wanted.per_image, instruct.TOKENS_PER_TEXT, _prices(wanted))
    return costs.sentence(told)


def seconds(server: Server, wanted: Plan, count: int) -> float | None:
    """How long so many pictures take by what the last try took; None before one."""
    trial = _state(server).trial
    same = trial is not None and trial.plan.model == wanted.model and trial.plan.mode == wanted.mode
    return trial.seconds * count if trial and same else None


def try_some(server: Server, wanted: Plan) -> Job:
    """Makes the candidates of a few pictures in the background; nothing is imported. Raises MakingError."""
    found = _found(server)
    collected = replace(found.collected, clues=plan.cut(found, wanted.limit).clues[:TRIED])
    arguments = replace(wanted, requests=0, tokens=0, max_cost=0.0).arguments
    candidates = dataset_writer.known_modes()[wanted.mode].candidates(collected, arguments, server.workspace.folder)

    def work(progress: Callable[[str, int, int], None]) -> str:
        since, began = time.time(), time.monotonic()
        if isinstance(candidates, Asking):
            tried = _asked(candidates, progress)
        else:
            tried = _adapted(collected, list(candidates))
        took = (time.monotonic() - began) / max(len(collected.clues), 1)
        paid = costs.sentence(cost.spent(server.workspace.folder / mode.CACHE, _prices(wanted), since))
        _state(server).trial = Trial(wanted, tuple(tried), took, paid if wanted.mode == instruct.MODE else "")
        return candidates.stopped if isinstance(candidates, Asking) else ""

    return server.in_background("Try", TRY, work)


def trial(server: Server) -> Trial | None:
    """The last try of what is read now."""
    return _state(server).trial


def start(server: Server, wanted: Plan) -> Job:
    """Makes samples in the background and imports them as they come; raises MakingError when that cannot begin."""
    found = _state(server)
    known = found.gathered if found.where == wanted.where else None
    if wanted.mode == instruct.MODE and (why := _endpoint(wanted.model)[2]):
        raise MakingError(why)
    stop = threading.Event()

    def work(progress: Callable[[str, int, int], None]) -> str:
        ready = known or gather(server.workspace, wanted.where, None, progress)
        if wanted.mode == instruct.MODE:
            return _ask_all(server, wanted, ready, stop, progress)
        return _adapt_all(server, wanted, ready, progress)

    job = server.in_background(wanted.name or f"{wanted.mode} {wanted.flavour}", MAKE, work)
    found.stops[job.number] = stop
    return job


def stop(server: Server, job: Job) -> None:
    """Ends a run after what is under way; it can go on at any time."""
    event = _state(server).stops.get(job.number)
    if event:
        event.set()


def stopping(server: Server, job: Job) -> bool:
    """True when the run was asked to stop."""
    event = _state(server).stops.get(job.number)
    return event is not None and event.is_set()


def unfinished(server: Server) -> list[Kept]:
    """Runs that were stopped, ran into a budget or were interrupted; none while one goes on."""
    busy = any(job.state == "running" for job in jobs(server, MAKE))
    return [] if busy else plan.unfinished(server.workspace)


def small(path: str | None) -> bytes | None:
    """A picture at a locator as a small JPEG; None when it cannot be read."""
    try:
        with PIL.Image.open(locator.source(path or "")) as opened:
            picture = opened.convert("RGB")
    except (OSError, ValueError, SyntaxError, PIL.Image.DecompressionBombError):
        return None
    picture.thumbnail((SIDE, SIDE))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def _ask_all(
    server: Server, wanted: Plan, ready: Gathered, stop: threading.Event, progress: Callable[[str, int, int], None]
) -> str:
    workspace, since = server.workspace, time.time()
    asking = mode.candidates(plan.cut(ready, wanted.limit), wanted.arguments, workspace.folder, stop.is_set)
    noted = [0.0]

    def told(done: int, total: int, made: int) -> None:
        progress(f"{made:,} samples from {done:,} of {total:,} images", done, total)
        if time.monotonic() - noted[0] > KEEP_SECONDS:
            noted[0] = time.monotonic()
            plan.keep(workspace, wanted, done=done, total=total)

    plan.keep(workspace, wanted, total=asking.total)
    name, new = resumable.grow(workspace, asking, ready.sources, wanted.name, told, server.score)
    state = {"dataset": name, "done": asking.done, "total": asking.total, "stopped": asking.stopped}
    plan.keep(workspace, wanted, **state, ended=not asking.stopped)
    paid = costs.sentence(cost.spent(workspace.folder / mode.CACHE, _prices(wanted), since))
    if not name:
        raise MakingError(mode.nothing(asking))
    rest = {word: n for word, n in {**asking.images, **asking.answers}.items() if word not in ("asked", "samples")}
    unused = "; ".join(f"{count:,} {word}" for word, count in rest.items())
    said = f"{name}: {new:,} new samples from {asking.done:,} of {asking.total:,} images; {paid}."
    return " ".join(part for part in (said, f"Not used: {unused}." if unused else "", asking.stopped) if part)


def _adapt_all(server: Server, wanted: Plan, ready: Gathered, progress: Callable[[str, int, int], None]) -> str:
    collected = plan.cut(ready, wanted.limit)
    workspace = server.workspace
    candidates = dataset_writer.known_modes()[wanted.mode].candidates(collected, wanted.arguments, workspace.folder)
    most = len(collected.clues) * wanted.per_image
    made, report = dataset_writer.into_workspace(
        workspace, candidates, collected, ready.sources, wanted.name or None,
        lambda count: progress(f"{count:,} samples", count, most),
    )  # fmt: skip
    server.score()
    there = " They were here already." if report.already_there else ""
    return f"{report.dataset}: {made.candidates:,} samples from {made.images:,} images.{there}"


def _asked(asking: Asking, progress: Callable[[str, int, int], None]) -> list[Tried]:
    found = []
    for one in asking.each():
        progress("trying", asking.done, asking.total)
        image = one.candidates[0][1].image if one.candidates else one.clue.file_name
        path = Resolver(asking.maker.images).find(image).path
        said = tuple(candidate.messages for _, candidate in one.candidates)
        short = tuple(replace(outcome, raw=outcome.raw[:_CHARACTERS]) for outcome in one.outcomes)
        found.append(Tried(one.clue.file_name, small(path), said, short))
    return found


def _adapted(collected: Collected, candidates: Sequence[Candidate]) -> list[Tried]:
    resolver = Resolver(collected.images)

    def of(one: Clue) -> Tried:
        said = tuple(candidate.messages for candidate in candidates if candidate.image == one.file_name)
        return Tried(one.file_name, small(resolver.find(one.file_name).path), said)

    return [of(one) for one in collected.clues]


def _maker(server: Server, wanted: Plan, found: Gathered) -> Maker:
    """What questions are made of; prompt files that were edited are read again."""
    return mode.maker(plan.cut(found, wanted.limit), wanted.arguments, server.workspace.folder)


def _found(server: Server) -> Gathered:
    found = _state(server).gathered
    if found is None:
        raise MakingError("Read annotations first.")
    return found


def _endpoint(model: str = "") -> tuple[str, str, str]:
    """(host, model, why not)."""
    try:
        found = endpoint.find(model)
    except Unavailable as error:
        return "", "", str(error)
    return found.host, found.model, ""


def _prices(wanted: Plan) -> dict[str, Any]:
    return {"price_in": wanted.price_in, "price_out": wanted.price_out}


def _state(server: Server) -> _State:
    with _lock:
        return _states.setdefault(server, _State())
