"""The generate page: what samples are made from, the clue and the prompt of a picture, trying, making, arriving."""

from __future__ import annotations

import io
import threading
import time
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from curation.app.jobs import IMPORT, Job
from curation.app.server import Server
from curation.archives.image_resolver import Resolver
from curation.common.counts import counted
from curation.common.progress import StepProgress
from curation.generation import adapt, clue, dataset_writer, negatives, plan, resumable
from curation.generation.candidate import Candidate
from curation.generation.clue import Clue, Collected
from curation.generation.collect import GatheredClues, GenerationInput, gather
from curation.generation.dataset_writer import MakingError
from curation.generation.llm import instruct, prompts
from curation.generation.llm.instruct import CandidateStream, Maker, PictureQuestion, Rejection
from curation.generation.modes import instruct as mode
from curation.generation.plan import GenerationPlan, StartedPlan
from curation.runs import costs
from scoring.image import locator
from scoring.image.opening import opened
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
class PromptPreview:
    """One picture before anything is made: its bytes (JPEG), its clue, what would be asked, and why not, if so."""

    name: str
    position: int
    total: int
    picture: bytes | None
    clue: str
    rules: str = ""
    data: str = ""
    version: str = ""
    why: str = ""


@dataclass(frozen=True)
class TrialResult:
    """What came of one picture of a try: its conversations, and answers that could not be used with their texts."""

    image: str
    picture: bytes | None
    conversations: tuple[tuple[tuple[str, str], ...], ...]
    unused: tuple[Rejection, ...] = ()


@dataclass(frozen=True)
class Trial:
    """A try as a whole: seconds per picture and what it cost."""

    plan: GenerationPlan
    tried: tuple[TrialResult, ...]
    seconds: float
    cost: str


@dataclass
class _GenerateState:
    """What this server holds for the page; the newest reading only."""

    where: GenerationInput | None = None
    gathered: GatheredClues | None = None
    trial: Trial | None = None
    stops: dict[int, threading.Event] = field(default_factory=dict)


_states: weakref.WeakKeyDictionary[Server, _GenerateState] = weakref.WeakKeyDictionary()
_lock = threading.Lock()


def view(server: Server) -> GenerateView:
    """Everything that can be chosen, and whether a language model is set up."""
    host, model, why = _endpoint()
    return GenerateView(
        datasets.with_annotations(server.workspace.store), datasets.listing(server.workspace.store)["name"].to_list(),
        {name: task.about for name, task in adapt.known_tasks().items()},
        prompts.flavours(server.workspace.folder), negatives.WAYS, host, model, why,
    )  # fmt: skip


def jobs(server: Server, kind: str) -> list[Job]:
    """Lists background work of one kind, the newest first.

    Args:
        kind: READ, TRY, MAKE or the kind of another page.
    """
    return [job for job in reversed(server.jobs) if job.kind == kind]


def importing_now(server: Server) -> str:
    """The title of the import that is running: what is made is stored when it has ended; "" without one."""
    return next((job.title for job in jobs(server, IMPORT) if job.state == "running"), "")


def read(server: Server, where: GenerationInput) -> Job:
    """Reads annotations and joins them to clues, in the background; the clues replace those read before.

    Args:
        server: It keeps the clues for the page.
        where: Sources of images and annotations.
    """

    def work(progress: StepProgress) -> str:
        gathered_clues = gather(server.workspace, where, None, progress)
        state = _state(server)
        state.where, state.gathered, state.trial = where, gathered_clues, None
        return f"{counted(len(gathered_clues.collected.clues), 'image')} with annotations"

    return server.in_background("Read annotations", READ, where, work)


def gathered(server: Server) -> tuple[GenerationInput, GatheredClues] | None:
    """What was read last."""
    state = _state(server)
    return (state.where, state.gathered) if state.where and state.gathered else None


def look(server: Server, run_plan: GenerationPlan, position: int) -> PromptPreview | None:
    """Shows a picture with its clue and what the plan would ask about it; None when nothing is read.

    Args:
        server: It holds the clues that were read.
        run_plan: Mode, flavour and limits.
        position: Position of the picture in the plan's clues; wraps around.
    """
    gathered_clues = _state(server).gathered
    if gathered_clues is None:
        return None
    clues = plan.cut(gathered_clues, run_plan.limit).clues
    position %= len(clues)
    image_clue = clues[position]
    path = Resolver(gathered_clues.collected.images).find(image_clue.file_name).path
    preview = PromptPreview(image_clue.file_name, position, len(clues), small(path), clue.text(image_clue))
    if run_plan.mode != instruct.MODE:
        return preview
    try:
        maker = _maker(server, run_plan, gathered_clues)
        ask = maker.ask(image_clue)
    except (prompts.PromptError, OSError, ValueError) as error:
        return replace(preview, why=str(error))
    if isinstance(ask, Rejection):
        return replace(preview, why=f"Nothing is asked about this image: {ask.outcome}.")
    picture = small(str(maker.images / ask.image)) if run_plan.flavour == "region" else preview.picture
    question = ask.question
    return replace(preview, picture=picture, rules=question.rules, data=question.data, version=maker.prompt.version)


def estimate(server: Server, run_plan: GenerationPlan) -> str:
    """Estimates what a plan would cost; answers that are cached already are paid again in this sum.

    Args:
        server: It holds the clues that were read.
        run_plan: Mode, model and limits; empty is returned for a mode that asks no model.
    """
    gathered_clues = _state(server).gathered
    if gathered_clues is None or run_plan.mode != instruct.MODE:
        return ""
    run_plan = _priced(server, run_plan)
    collected = plan.cut(gathered_clues, run_plan.limit)
    maker = _maker(server, run_plan, gathered_clues)
    outcomes = [maker.ask(image_clue) for image_clue in collected.clues[:SEEN]]
    questions = [ask.question for ask in outcomes if isinstance(ask, PictureQuestion)]
    count = round(len(collected.clues) * len(questions) / max(len(outcomes), 1))
    expected = cost.estimate_texts(questions, count, run_plan.per_image, instruct.TOKENS_PER_TEXT, run_plan.prices)
    return costs.sentence(expected)


def seconds(server: Server, run_plan: GenerationPlan, count: int) -> float | None:
    """Estimates how many seconds pictures take, by the last try; None without one.

    Args:
        server: It holds the last try.
        run_plan: A try with another model or mode does not count.
        count: Pictures.
    """
    trial = _state(server).trial
    same = trial is not None and trial.plan.model == run_plan.model and trial.plan.mode == run_plan.mode
    return trial.seconds * count if trial and same else None


def try_some(server: Server, run_plan: GenerationPlan) -> Job:
    """Makes the candidates of TRIED pictures in the background; nothing is imported.

    Args:
        server: It holds the clues that were read, and then the try.
        run_plan: Mode and settings; its budgets are left out.
    Raises:
        MakingError: When no annotations are read.
    """
    gathered_clues = _gathered(server)
    collected = replace(gathered_clues.collected, clues=plan.cut(gathered_clues, run_plan.limit).clues[:TRIED])
    run_plan = _priced(server, run_plan)
    arguments = replace(run_plan, requests=0, tokens=0, max_cost=0.0).arguments
    candidates = dataset_writer.known_modes()[run_plan.mode].candidates(collected, arguments, server.workspace.folder)

    def work(progress: StepProgress) -> str:
        since, began = time.time(), time.monotonic()
        if isinstance(candidates, CandidateStream):
            tried = _try_asking(candidates, progress)
        else:
            tried = _adapted(collected, list(candidates))
        took = (time.monotonic() - began) / max(len(collected.clues), 1)
        paid = costs.sentence(cost.spent(server.workspace.folder / mode.CACHE, run_plan.prices, since))
        _state(server).trial = Trial(run_plan, tuple(tried), took, paid if run_plan.mode == instruct.MODE else "")
        return candidates.stopped if isinstance(candidates, CandidateStream) else ""

    return server.in_background("Try", TRY, run_plan, work)


def trial(server: Server) -> Trial | None:
    """The last try of what is read now."""
    return _state(server).trial


def start(server: Server, run_plan: GenerationPlan) -> Job:
    """Makes samples in the background and imports them as they come.

    Args:
        server: Its workspace gets the samples.
        run_plan: Sources, mode and settings.
    Raises:
        MakingError: When a model is needed and none can be asked.
    """
    state = _state(server)
    already_read = state.gathered if state.where == run_plan.where else None
    if run_plan.mode == instruct.MODE and (why := _endpoint(run_plan.model)[2]):
        raise MakingError(why)
    stop = threading.Event()

    def work(progress: StepProgress) -> str:
        ready = already_read or gather(server.workspace, run_plan.where, None, progress)
        if run_plan.mode == instruct.MODE:
            return _ask_all(server, _priced(server, run_plan), ready, stop, progress)
        return _adapt_all(server, run_plan, ready, progress)

    job = server.in_background(run_plan.name or f"{run_plan.mode} {run_plan.flavour}", MAKE, run_plan, work)
    state.stops.setdefault(job.number, stop)
    return job


def stop(server: Server, job: Job) -> None:
    """Ends a run after what is under way; it can go on at any time.

    Args:
        job: A job that `start` gave.
    """
    event = _state(server).stops.get(job.number)
    if event:
        event.set()


def stopping(server: Server, job: Job) -> bool:
    """Tells whether a run was asked to stop; stays true when it has ended.

    Args:
        job: A job that `start` gave.
    """
    event = _state(server).stops.get(job.number)
    return event is not None and event.is_set()


def unfinished(server: Server) -> list[StartedPlan]:
    """Runs that were stopped, ran into a budget or were interrupted; none while one goes on."""
    busy = any(job.state == "running" for job in jobs(server, MAKE))
    return [] if busy else plan.unfinished(server.workspace)


def small(path: str | None) -> bytes | None:
    """A picture at a locator as a small JPEG; None when it cannot be read."""
    try:
        with opened(locator.source(path or "")) as image:
            picture = image.convert("RGB")
    except (OSError, ValueError, SyntaxError):
        return None
    picture.thumbnail((SIDE, SIDE))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def _ask_all(
    server: Server, run_plan: GenerationPlan, ready: GatheredClues, stop: threading.Event, progress: StepProgress
) -> str:
    workspace, since = server.workspace, time.time()
    asking = mode.candidates(plan.cut(ready, run_plan.limit), run_plan.arguments, workspace.folder, stop.is_set)
    noted = [0.0]

    def report_progress(done: int, total: int, samples_made: int) -> None:
        progress(f"{counted(samples_made, 'sample')} from {done:,} of {counted(total, 'image')}", done, total)
        if time.monotonic() - noted[0] > KEEP_SECONDS:
            noted[0] = time.monotonic()
            plan.keep(workspace, run_plan, done=done, total=total)

    plan.keep(workspace, run_plan, total=asking.total)
    name, new = resumable.grow(workspace, asking, ready.sources, run_plan.name, report_progress, server.score)
    state = {"dataset": name, "done": asking.done, "total": asking.total, "stopped": asking.stopped}
    plan.keep(workspace, run_plan, **state, ended=not asking.stopped)
    paid = costs.sentence(cost.spent(workspace.folder / mode.CACHE, run_plan.prices, since))
    if not name:
        raise MakingError(mode.nothing(asking))
    counts = {**asking.images, **asking.answers}.items()
    unused = "; ".join(f"{count:,} {word}" for word, count in counts if word not in ("asked", "samples"))
    sentence = f"{name}: {counted(new, 'new sample')} from {asking.done:,} of {counted(asking.total, 'image')}; {paid}."
    return " ".join(part for part in (sentence, f"Not used: {unused}." if unused else "", asking.stopped) if part)


def _adapt_all(server: Server, run_plan: GenerationPlan, ready: GatheredClues, progress: StepProgress) -> str:
    collected, workspace = plan.cut(ready, run_plan.limit), server.workspace
    candidates = dataset_writer.known_modes()[run_plan.mode].candidates(collected, run_plan.arguments, workspace.folder)
    most = len(collected.clues) * run_plan.per_image
    made_counts, report = dataset_writer.into_workspace(
        workspace, candidates, collected, ready.sources, run_plan.name or None,
        lambda count: progress(counted(count, "sample"), count, most),
    )  # fmt: skip
    server.score()
    amount = f"{counted(made_counts.candidates, 'sample')} from {counted(made_counts.images, 'image')}"
    return f"{report.dataset}: {amount}." + (" They were here already." if report.already_there else "")


def _try_asking(asking: CandidateStream, progress: StepProgress) -> list[TrialResult]:
    tries = []
    for image_answers in asking.each():
        progress("trying", asking.done, asking.total)
        image = image_answers.candidates[0][1].image if image_answers.candidates else image_answers.clue.file_name
        picture = small(Resolver(asking.maker.images).find(image).path)
        conversations = tuple(candidate.messages for _, candidate in image_answers.candidates)
        short = tuple(replace(outcome, raw=outcome.raw[:_CHARACTERS]) for outcome in image_answers.outcomes)
        tries.append(TrialResult(image_answers.clue.file_name, picture, conversations, short))
    return tries


def _adapted(collected: Collected, candidates: Sequence[Candidate]) -> list[TrialResult]:
    resolver = Resolver(collected.images)

    def of(image_clue: Clue) -> TrialResult:
        conversations = tuple(candidate.messages for candidate in candidates if candidate.image == image_clue.file_name)
        return TrialResult(image_clue.file_name, small(resolver.find(image_clue.file_name).path), conversations)

    return [of(image_clue) for image_clue in collected.clues]


def _maker(server: Server, run_plan: GenerationPlan, gathered_clues: GatheredClues) -> Maker:
    """What questions are made of; prompt files that were edited are read again."""
    return mode.maker(plan.cut(gathered_clues, run_plan.limit), run_plan.arguments, server.workspace.folder)


def _gathered(server: Server) -> GatheredClues:
    gathered_clues = _state(server).gathered
    if gathered_clues is None:
        raise MakingError("Read annotations first.")
    return gathered_clues


def _endpoint(model: str = "") -> tuple[str, str, str]:
    """(host, model, why not)."""
    try:
        model_endpoint = endpoint.find(model)
    except Unavailable as error:
        return "", "", str(error)
    return model_endpoint.host, model_endpoint.model, ""


def _priced(server: Server, run_plan: GenerationPlan) -> GenerationPlan:
    return plan.priced(server.workspace, run_plan, _endpoint(run_plan.model)[1])


def _state(server: Server) -> _GenerateState:
    with _lock:
        return _states.setdefault(server, _GenerateState())
