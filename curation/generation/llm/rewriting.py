"""Proposals for responses written anew: repaired in their form, or corrected where a flag doubts them.

`refine` is the step of MiniGPT-4 (Zhu et al., 2023, section 3.2): a language model takes out repetitions, meaningless
characters, other languages and broken sentences, and rules refuse what is still bad. `correct` takes the flagged spans
with their evidence and asks for the least change. Neither changes anything: a person accepts a proposal, which then is
an edit of the turn like any other, with its provenance.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, fields, replace
from functools import cache
from pathlib import Path

import orjson
import polars as pl

from curation.common.progress import ItemProgress
from curation.decisions import decision_log
from curation.decisions import keys as decision_keys
from curation.decisions.decision_log import Act, DecisionError
from curation.flags import spans
from curation.generation.llm import prompts
from curation.workspace import Workspace
from scoring.damage import raise_machine_error
from scoring.json_types import JsonObject
from scoring.judge import answers, question
from scoring.judge.client import Judge
from scoring.judge.question import ChatQuestion
from scoring.judge.trouble import JudgeError
from scoring.metric import Postponed
from scoring.metrics import leakage
from scoring.plain_files import plain
from storage import looks, samples
from storage.rows import StoredRow

WAYS = ("correct", "refine")
PROPOSED, SAME, REFUSED, FAILED = "proposed", "nothing to change", "refused by a rule", "failed"
WAITING = "not asked yet"
SAMPLING = {"temperature": 0.0, "max_tokens": 1500, "votes": 1}
CACHE = "generation-cache"
MOST_FOREIGN = 0.15
"""The share of letters outside of the Latin alphabet that an English text may have."""
LEAST_WORDS, MOST_SHORTENED = 3, 4
"""Fewer words than these are nothing left, of a response that had so many times as many."""
SHORT_SENTENCE = 3
"""Sentences of so many words may stand twice in a response."""
_SIGNS = re.compile(r"([^\w\s.\-])\1{3,}|[\ufffd\x00-\x08]|[#*_~|<>{}\\^]{3,}")
_SENTENCE = re.compile(r"[^.!?]+[.!?]*")


@dataclass(frozen=True)
class TurnToRewrite:
    """A turn to write anew: the sample's key, the turn, its texts, and the flags with what the sources say."""

    key: str
    turn: int
    instruction: str
    response: str
    doubtful: tuple[StoredRow, ...] = ()
    annotated: StoredRow | None = None
    where: str = ""


@dataclass(frozen=True)
class Proposal:
    """What came of one turn; `after` is "" unless the outcome is `proposed`. `flags` are ids, `prompt` a version."""

    key: str
    turn: int
    way: str
    outcome: str
    before: str
    after: str = ""
    reason: str = ""
    flags: tuple[str, ...] = ()
    prompt: str = ""
    model: str = ""
    where: str = ""


def flagged(
    workspace: Workspace, *, dataset: str = "", kinds: Sequence[str] = (), flag_ids: Sequence[str] = ()
) -> list[TurnToRewrite]:
    """Collects the turns with flags that nobody dismissed and whose span is in the response, their flags together.

    A turn that a person has dropped or edited is left alone.

    Args:
        workspace: Open workspace.
        dataset: Name of the only dataset; "" for all.
        kinds: The only kinds of flags; empty for all.
        flag_ids: The only flags; empty for all.

    Returns:
        One task per turn, in the order of the flags.
    """
    has_span = pl.col("turn_index").is_not_null() & pl.col("start_char").is_not_null()
    flags = spans.current(workspace.store).filter(has_span & (pl.col("verdict").fill_null("") != spans.SUPPORTED))
    filters = (("dataset", [dataset] if dataset else []), ("kind", list(kinds)), ("flag_id", list(flag_ids)))
    for column, values in filters:
        flags = flags.filter(pl.col(column).is_in(values)) if values else flags
    dismissed = decision_log.standing(workspace, "flag").filter(pl.col("verdict") == "dismiss")["key"]
    return _tasks(workspace, flags.filter(~pl.col("flag_id").is_in(dismissed.to_list())))


def every(workspace: Workspace, dataset: str) -> list[TurnToRewrite]:
    """Collects all turns of a dataset that nobody has dropped or edited.

    Args:
        workspace: Open workspace.
        dataset: Name of the dataset.

    Returns:
        One task per turn.
    """
    numbers = samples.listing(workspace.store).filter(pl.col("dataset") == dataset)["sample_no"].to_list()
    return list(_open(workspace, numbers).values())


def ask(task: TurnToRewrite, way: str, workspace_folder: Path | None = None) -> ChatQuestion:
    """Builds the question about a turn.

    Args:
        task: The turn.
        way: One of WAYS; only `correct` shows flags and annotations.
        workspace_folder: Its `prompts` go before the shipped ones; None for the shipped ones only.

    Returns:
        The question for the model.

    Raises:
        PromptError: The prompt cannot be read.
    """
    data: JsonObject = {"instruction": task.instruction, "response": task.response}
    if way == "correct":
        data["doubtful"] = [{name: flag[name] for name in ("text", "reason", "evidence")} for flag in task.doubtful]
        if task.annotated:
            data["known"] = task.annotated
    rewrite_question = question.by_rules(prompts.load(way, workspace_folder).text, data)
    return rewrite_question.answered_by(answers.text_field("response"))


def propose(
    tasks: Sequence[TurnToRewrite],
    way: str,
    judge: Judge,
    workspace_folder: Path | None = None,
    progress: ItemProgress | None = None,
) -> Iterator[Proposal]:
    """Asks a model for one proposal per turn.

    Args:
        tasks: The turns.
        way: One of WAYS.
        judge: The model; as many requests at a time as its parameter `concurrency` says.
        workspace_folder: Its `prompts` go before the shipped ones; None for the shipped ones only.
        progress: Called after each turn with the turns done and of how many.

    Yields:
        The proposals in the order of the turns; one that failed or was postponed says why.

    Raises:
        PromptError: The prompt cannot be read.
    """
    version = prompts.load(way, workspace_folder).version

    def propose_for(task: TurnToRewrite) -> Proposal:
        flags = tuple(str(flag["flag_id"]) for flag in task.doubtful)
        base = Proposal(
            task.key, task.turn, way, FAILED, task.response, flags=flags, prompt=version,
            model=judge.endpoint.model, where=task.where,
        )  # fmt: skip
        try:
            after = judge.ask(ask(task, way, workspace_folder), _response).strip()
        except Postponed as error:
            return replace(base, outcome=WAITING, reason=str(error))
        except JudgeError as error:
            return replace(base, reason=judge.endpoint.redact(str(error)))
        return checked(base, after)

    with ThreadPoolExecutor(int(judge.params["concurrency"])) as pool:
        for number, proposal in enumerate(pool.map(propose_for, tasks), 1):
            yield proposal
            if progress:
                progress(number, len(tasks))


def checked(proposal: Proposal, after: str) -> Proposal:
    """Fills in the new text, or the reason why there is no proposal.

    Args:
        proposal: The turn as it was before.
        after: What the model wrote.

    Returns:
        The proposal with the outcome `proposed`, "nothing to change" or "refused by a rule".
    """
    if after == proposal.before.strip():
        return replace(proposal, outcome=SAME)
    why = fault(after, proposal.before)
    return replace(proposal, outcome=REFUSED, reason=why) if why else replace(proposal, outcome=PROPOSED, after=after)


def fault(text: str, before: str = "") -> str:
    """Finds what is still wrong with the form of a response.

    Args:
        text: The response.
        before: The response from which it was rewritten.

    Returns:
        One sentence on the first fault; "" for none.
    """
    words = text.split()
    if not words or (len(words) < LEAST_WORDS <= len(before.split()) // MOST_SHORTENED):
        return "Nothing of the response is left."
    letters = [sign for sign in text if sign.isalpha()]
    if sum(ord(sign) > 0x24F for sign in letters) > MOST_FOREIGN * max(len(letters), 1):
        return "It is not in English."
    if _SIGNS.search(text):
        return "It has meaningless characters."
    sentences = Counter(
        " ".join(sentence.lower().split())
        for sentence in _SENTENCE.findall(text)
        if len(sentence.split()) > SHORT_SENTENCE
    )
    if sentences and max(sentences.values()) > 1:
        return "It says a sentence twice."
    if len(words) > 6 and not text.rstrip().endswith((".", "!", "?", '"', "”", "'", ")", "]")):
        return "Its last sentence breaks off."
    if _leaks().search(text) and not _leaks().search(before):
        return "It speaks of a description instead of the image."
    return ""


def accept(workspace: Workspace, who: str, proposals: Iterable[Proposal]) -> tuple[Act, dict[str, int]]:
    """Records the proposals as edits of their turns, with their provenance, and confirms the flags they answer.

    All of it is one act with one undo. What was decided since, or is not the same text any more, is left alone and
    counted.

    Args:
        workspace: Open workspace.
        who: The person who accepts.
        proposals: Only those with the outcome `proposed` are recorded, the first of each turn.

    Returns:
        The act, and the number of proposals by what came of them.

    Raises:
        DecisionError: Nothing is proposed.
    """
    proposed = [proposal for proposal in proposals if proposal.outcome == PROPOSED and proposal.after.strip()]
    if not proposed:
        raise DecisionError("There is no proposal to accept.")
    numbers = samples.numbers_of(workspace.store, list({proposal.key for proposal in proposed}))
    now = _open(workspace, numbers)
    decisions: list[tuple[str, str, str, JsonObject | None]] = []
    counts: Counter[str] = Counter()
    accepted_turns: set[tuple[str, int]] = set()
    for proposal in proposed:
        turn_id = (proposal.key, proposal.turn)
        task = now.get(turn_id)
        if task is None or task.response != proposal.before or turn_id in accepted_turns:
            counts["decided by people since, or another text"] += 1
            continue
        accepted_turns.add(turn_id)
        counts["accepted"] += 1
        by = {"way": proposal.way, "prompt": proposal.prompt, "model": proposal.model, "flags": list(proposal.flags)}
        decisions.append(("turn", decision_keys.turn(*turn_id), "edit", {"response": proposal.after, "suggested": by}))
        decisions += [("flag", flag, "confirm", None) for flag in proposal.flags]
    return decision_log.decide_together(workspace, who, decisions), dict(counts)


def line(proposal: Proposal) -> JsonObject:
    """The proposal as plain data, for a file."""
    return asdict(proposal)


def read(path: Path) -> list[Proposal]:
    """The proposals in a JSON Lines file. Raises DecisionError for what is none."""
    names = {field.name for field in fields(Proposal)}
    proposals = []
    try:
        for text in plain(path).read_bytes().splitlines():
            if text.strip():
                entry = {name: value for name, value in orjson.loads(text).items() if name in names}
                proposals.append(
                    Proposal(**{**entry, "turn": int(entry["turn"]), "flags": tuple(entry.get("flags", ()))})
                )
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise_machine_error(error)
        raise DecisionError(f"{path} holds no proposals of `rewrite`: {error}.") from error
    return proposals


def _tasks(workspace: Workspace, flags: pl.DataFrame) -> list[TurnToRewrite]:
    numbers = list(dict.fromkeys(flags["sample_no"].to_list()))
    tasks = _open(workspace, numbers)
    doubtful: dict[tuple[str, int], list[StoredRow]] = {}
    for row in flags.iter_rows(named=True):
        evidence = orjson.loads(row["evidence"] or "{}")
        doubtful.setdefault((row["sample_key"], row["turn_index"]), []).append(row | {"evidence": evidence})
    return [replace(tasks[turn_id], doubtful=tuple(rows)) for turn_id, rows in doubtful.items() if turn_id in tasks]


def _open(workspace: Workspace, numbers: Sequence[int]) -> dict[tuple[str, int], TurnToRewrite]:
    """The turns of these samples that nobody has dropped or edited, by key and turn."""
    if not numbers:
        return {}
    parts = looks.parts(workspace.store, numbers)
    decided = decision_log.standing(workspace, "turn").filter(pl.col("verdict").is_in(["edit", "drop"]))
    closed = set(decided["key"])
    sample_rows = {row["sample_no"]: row for row in parts.samples.iter_rows(named=True)}
    seen = _annotated(parts)
    tasks = {}
    for turn in parts.turns.iter_rows(named=True):
        row = sample_rows[turn["sample_no"]]
        key = row["key"]
        if decision_keys.turn(key, turn["turn_index"]) not in closed:
            where = f"{row['dataset']}, row {row['row_index']}, turn {turn['turn_index'] + 1}"
            tasks[key, turn["turn_index"]] = TurnToRewrite(
                key, turn["turn_index"], turn["instruction"] or "", turn["response"] or "",
                annotated=seen.get(turn["sample_no"]), where=where,
            )  # fmt: skip
    return tasks


def _annotated(parts: looks.SampleRows) -> dict[int, dict[str, list[str]]]:
    """What annotators noted of the pictures of each sample."""
    annotations: dict[int, list[StoredRow]] = {}
    for row in parts.annotations.iter_rows(named=True):
        annotations.setdefault(row["image_no"], []).append(row)
    by_sample: dict[int, dict[str, list[str]]] = {}
    for image in parts.images.iter_rows(named=True):
        for row in annotations.get(image["image_no"], []):
            noted = by_sample.setdefault(image["sample_no"], {"objects": [], "captions": []})
            noted["objects"] += [name for name in row["objects"] if name not in noted["objects"]]
            noted["captions"] += [text for text in row["captions"] if text not in noted["captions"]]
    return by_sample


def _response(text: str) -> str:
    return answers.string(text, "response")


@cache
def _leaks() -> re.Pattern[str]:
    return leakage.load({})
