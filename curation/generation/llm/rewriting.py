"""Proposals for responses written anew: repaired in their form, or corrected where a flag doubts them.

`refine` is the step of MiniGPT-4 (Zhu et al., 2023, section 3.2): a language model takes out repetitions, meaningless
characters, other languages and broken sentences, and rules refuse what is still bad. `correct` takes the flagged spans
with their evidence and asks for the least change. Neither changes anything: a person accepts a proposal, which then is
an edit of the turn like any other, with its provenance.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from curation.decisions import decision_log
from curation.decisions.decision_log import Act, DecisionError
from curation.flags import spans
from curation.generation.llm import prompts
from curation.workspace import Workspace
from scoring.damage import raise_machine_error
from scoring.judge import answers, question
from scoring.judge.client import Judge
from scoring.judge.question import Question
from scoring.judge.trouble import JudgeError
from scoring.metric import Postponed
from scoring.metrics import leakage
from scoring.plain_files import plain
from storage import looks, samples

WAYS = ("correct", "refine")
PROPOSED, SAME, REFUSED, FAILED = "proposed", "nothing to change", "refused by a rule", "failed"
WAITING = "not asked yet"
SAMPLING = {"temperature": 0.0, "max_tokens": 1500, "votes": 1}
CACHE = "generation-cache"
MOST_FOREIGN = 0.15
"""The share of letters outside of the Latin alphabet that an English text may have."""
_SIGNS = re.compile(r"([^\w\s.\-])\1{3,}|[\ufffd\x00-\x08]|[#*_~|<>{}\\^]{3,}")
_SENTENCE = re.compile(r"[^.!?]+[.!?]*")


@dataclass(frozen=True)
class Task:
    """A turn to write anew: the sample's key, the turn, its texts, and the flags with what the sources say."""

    key: str
    turn: int
    instruction: str
    response: str
    doubtful: tuple[Mapping[str, Any], ...] = ()
    known: Mapping[str, Any] | None = None
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
) -> list[Task]:
    """The turns with flags that nobody dismissed and whose span is in the response, their flags together.

    A turn that a person has dropped or edited is left alone.
    """
    has_span = pl.col("turn_index").is_not_null() & pl.col("start_char").is_not_null()
    found = spans.current(workspace.store).filter(has_span & (pl.col("verdict").fill_null("") != spans.SUPPORTED))
    wanted = (("dataset", [dataset] if dataset else []), ("kind", list(kinds)), ("flag_id", list(flag_ids)))
    for column, values in wanted:
        found = found.filter(pl.col(column).is_in(values)) if values else found
    dismissed = decision_log.standing(workspace, "flag").filter(pl.col("verdict") == "dismiss")["key"]
    return _tasks(workspace, found.filter(~pl.col("flag_id").is_in(dismissed.to_list())))


def every(workspace: Workspace, dataset: str) -> list[Task]:
    """All turns of a dataset that nobody has dropped or edited."""
    numbers = samples.listing(workspace.store).filter(pl.col("dataset") == dataset)["sample_no"].to_list()
    return list(_open(workspace, numbers).values())


def ask(task: Task, way: str, own: Path | None = None) -> Question:
    """The question about a turn. Raises PromptError."""
    data: dict[str, Any] = {"instruction": task.instruction, "response": task.response}
    if way == "correct":
        data["doubtful"] = [{name: flag[name] for name in ("text", "reason", "evidence")} for flag in task.doubtful]
        if task.known:
            data["known"] = task.known
    return question.by_rules(prompts.load(way, own).text, data)


def propose(
    tasks: Sequence[Task],
    way: str,
    judge: Judge,
    own: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Proposal]:
    """One proposal per turn, in order; a turn that cannot be asked about, or not now, says why."""
    version = prompts.load(way, own).version

    def one(task: Task) -> Proposal:
        flags = tuple(str(flag["flag_id"]) for flag in task.doubtful)
        made = Proposal(
            task.key, task.turn, way, FAILED, task.response, flags=flags, prompt=version,
            model=judge.endpoint.model, where=task.where,
        )  # fmt: skip
        try:
            after = judge.ask(ask(task, way, own), _response).strip()
        except Postponed as error:
            return replace(made, outcome=WAITING, reason=str(error))
        except JudgeError as error:
            return replace(made, reason=judge.endpoint.redact(str(error)))
        return checked(made, after)

    with ThreadPoolExecutor(int(judge.params["concurrency"])) as pool:
        for number, proposal in enumerate(pool.map(one, tasks), 1):
            yield proposal
            if progress:
                progress(number, len(tasks))


def checked(made: Proposal, after: str) -> Proposal:
    """The proposal with this text, or why it is none."""
    if after == made.before.strip():
        return replace(made, outcome=SAME)
    why = fault(after, made.before)
    return replace(made, outcome=REFUSED, reason=why) if why else replace(made, outcome=PROPOSED, after=after)


def fault(text: str, before: str = "") -> str:
    """What is still wrong with the form of a response, "" for nothing; `before` is what it was made of."""
    words = text.split()
    if not words or (len(words) < 3 <= len(before.split()) // 4):
        return "Nothing of the response is left."
    letters = [sign for sign in text if sign.isalpha()]
    if sum(ord(sign) > 0x24F for sign in letters) > MOST_FOREIGN * max(len(letters), 1):
        return "It is not in English."
    if _SIGNS.search(text):
        return "It has meaningless characters."
    sentences = Counter(" ".join(one.lower().split()) for one in _SENTENCE.findall(text) if len(one.split()) > 3)
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
    counted. Raises DecisionError when nothing is proposed.
    """
    wanted = [one for one in proposals if one.outcome == PROPOSED and one.after.strip()]
    if not wanted:
        raise DecisionError("There is no proposal to accept.")
    numbers = samples.numbers_of(workspace.store, list({one.key for one in wanted}))
    now = _open(workspace, numbers)
    said: list[tuple[str, str, str, dict[str, Any] | None]] = []
    counts: Counter[str] = Counter()
    taken: set[tuple[str, int]] = set()
    for one in wanted:
        place = (one.key, one.turn)
        task = now.get(place)
        if task is None or task.response != one.before or place in taken:
            counts["decided by people since, or another text"] += 1
            continue
        taken.add(place)
        counts["accepted"] += 1
        by = {"way": one.way, "prompt": one.prompt, "model": one.model, "flags": list(one.flags)}
        said.append(("turn", decision_log.turn_key(*place), "edit", {"response": one.after, "suggested": by}))
        said += [("flag", flag, "confirm", None) for flag in one.flags]
    return decision_log.decide_together(workspace, who, said), dict(counts)


def line(proposal: Proposal) -> dict[str, Any]:
    """The proposal as plain data, for a file."""
    return asdict(proposal)


def read(path: Path) -> list[Proposal]:
    """The proposals in a JSON Lines file. Raises DecisionError for what is none."""
    names = {field.name for field in fields(Proposal)}
    found = []
    try:
        for text in plain(path).read_bytes().splitlines():
            if text.strip():
                said = {name: value for name, value in orjson.loads(text).items() if name in names}
                found.append(Proposal(**{**said, "turn": int(said["turn"]), "flags": tuple(said.get("flags", ()))}))
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise_machine_error(error)
        raise DecisionError(f"{path} holds no proposals of `rewrite`: {error}.") from error
    return found


def _tasks(workspace: Workspace, found: pl.DataFrame) -> list[Task]:
    numbers = list(dict.fromkeys(found["sample_no"].to_list()))
    tasks = _open(workspace, numbers)
    doubtful: dict[tuple[str, int], list[Mapping[str, Any]]] = {}
    for row in found.iter_rows(named=True):
        evidence = orjson.loads(row["evidence"] or "{}")
        doubtful.setdefault((row["sample_key"], row["turn_index"]), []).append(row | {"evidence": evidence})
    return [replace(tasks[place], doubtful=tuple(rows)) for place, rows in doubtful.items() if place in tasks]


def _open(workspace: Workspace, numbers: Sequence[int]) -> dict[tuple[str, int], Task]:
    """The turns of these samples that nobody has dropped or edited, by key and turn."""
    if not numbers:
        return {}
    parts = looks.parts(workspace.store, numbers)
    said = decision_log.standing(workspace, "turn").filter(pl.col("verdict").is_in(["edit", "drop"]))
    closed = set(said["key"])
    known = {row["sample_no"]: row for row in parts.samples.iter_rows(named=True)}
    seen = _known(parts)
    found = {}
    for turn in parts.turns.iter_rows(named=True):
        row = known[turn["sample_no"]]
        key = f"{row['dataset']}/{row['content_hash']}#{row['copy']}"
        if decision_log.turn_key(key, turn["turn_index"]) not in closed:
            where = f"{row['dataset']}, row {row['row_index']}, turn {turn['turn_index'] + 1}"
            found[key, turn["turn_index"]] = Task(
                key, turn["turn_index"], turn["instruction"] or "", turn["response"] or "",
                known=seen.get(turn["sample_no"]), where=where,
            )  # fmt: skip
    return found


def _known(parts: looks.Parts) -> dict[int, dict[str, list[str]]]:
    """What annotators noted of the pictures of each sample."""
    said: dict[int, list[dict[str, Any]]] = {}
    for row in parts.annotations.iter_rows(named=True):
        said.setdefault(row["image_no"], []).append(row)
    found: dict[int, dict[str, list[str]]] = {}
    for image in parts.images.iter_rows(named=True):
        for row in said.get(image["image_no"], []):
            mine = found.setdefault(image["sample_no"], {"objects": [], "captions": []})
            mine["objects"] += [name for name in row["objects"] if name not in mine["objects"]]
            mine["captions"] += [text for text in row["captions"] if text not in mine["captions"]]
    return found


def _response(text: str) -> str:
    return answers.string(text, "response")


@cache
def _leaks() -> re.Pattern[str]:
    return leakage.load({})
