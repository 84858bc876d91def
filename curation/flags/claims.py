"""The claims of a response, span by span: what every source and every person says of each, flagged or not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import orjson
import polars as pl

from curation.decisions import decision_log
from curation.decisions import keys as decision_keys
from curation.flags import spans
from curation.workspace import Workspace, cache
from scoring.text import lexicon, mentions, verdict
from storage import votes
from storage.rows import StoredRow

OPEN, MARKED = "open", "marked"
FLAGGED = "flagged"
PEOPLE = {"confirm": "confirmed", "dismiss": "dismissed"}
LABELS = {"inaccurate": MARKED, "accurate": "supported", "unsure": "unsure"}
"""How a span that a person labelled is shown."""


@dataclass(frozen=True)
class ClaimVote:
    """What one source says: its score on its own scale, its verdict ("" where it cannot tell) and its words."""

    source: str
    score: float | None
    verdict: str
    words: str


@dataclass(frozen=True)
class Claim:
    """Characters of a response that claim something.

    `tone` is unsupported, unsure, supported, flagged (another kind of flag), confirmed, dismissed or marked (by a
    person whom no machine pointed there). `people` are (name, verdict). `names` are the classes that the words may
    mean. `moved` says that a person shifted its ends.
    """

    turn: int
    start: int
    end: int
    text: str
    tone: str
    reason: str = ""
    flag_id: str = ""
    kind: str = spans.KIND
    votes: tuple[ClaimVote, ...] = ()
    people: tuple[tuple[str, str], ...] = ()
    names: tuple[str, ...] = ()
    moved: bool = False


def of_samples(workspace: Workspace, keys: Mapping[int, str], flags: pl.DataFrame) -> dict[int, tuple[Claim, ...]]:
    """Collects the claims of some samples.

    Args:
        workspace: Open workspace.
        keys: Key of each sample by its number.
        flags: Flags that stand on the samples, with `status`; those without a span are no claims.

    Returns:
        Claims by the sample's number, in the order of the text.
    """
    sample_votes = votes.of_samples(workspace.store, list(keys))
    by_span = _votes(sample_votes, cache.recall(workspace.store, "verdict thresholds", spans.thresholds))
    decided = _decided(workspace, flags["flag_id"].to_list())
    claims_by_sample: dict[int, list[Claim]] = defaultdict(list)
    for flag in flags.filter(pl.col("start_char").is_not_null() & pl.col("turn_index").is_not_null()).to_dicts():
        span_key = (flag["sample_no"], flag["turn_index"], flag["start_char"], flag["end_char"])
        verdict_and_votes = by_span.pop(span_key, ())[1:] if flag["kind"] == spans.KIND else ()
        claims_by_sample[flag["sample_no"]].append(_of_flag(flag, verdict_and_votes, decided.get(flag["flag_id"], [])))
    for (sample_no, turn, start, end), (text, tone, *unflagged_votes) in by_span.items():
        claims_by_sample[sample_no].append(
            Claim(turn, start, end, text, tone, votes=tuple(unflagged_votes), names=meanings(text))
        )
    for sample_no, claim in _marked(workspace, keys):
        claims_by_sample[sample_no].append(claim)
    order = {
        no: sorted(claims, key=lambda claim: (claim.turn, claim.start, claim.end))
        for no, claims in claims_by_sample.items()
    }
    return {no: tuple(order.get(no, ())) for no in keys}


@lru_cache(maxsize=8192)
def meanings(text: str) -> tuple[str, ...]:
    """The classes that words may mean ("puppy": dog), and the words themselves in small letters."""
    names = lexicon.load(())
    read = names.read(text) or tuple(name for mention in mentions.find(text, names) for name in mention.readings)
    return tuple(dict.fromkeys((*read, text.lower())))


@lru_cache(maxsize=8192)
def implied(label: str) -> frozenset[str]:
    """Everything that an object of this label is: a dog is an animal as well."""
    return lexicon.load(()).implied(meanings(label.replace("_", " ")))


def _votes(
    sample_votes: pl.DataFrame, limits: Mapping[str, verdict.Threshold]
) -> dict[tuple[int, int, int, int], tuple[Any, ...]]:
    """By span: its words, the combined verdict, and one Vote per source."""
    newest = sample_votes.unique([*votes.SPAN, "source"], keep="last", maintain_order=True)
    answers_by_span: dict[tuple[int, int, int, int], tuple[str, dict[str, tuple[float | None, str]]]] = {}
    columns = [*votes.SPAN, "text", "source", "score", "detail"]
    for no, turn, start, end, text, source, score, detail in newest.select(columns).iter_rows():
        answers_by_span.setdefault((no, turn, start, end), (text, {}))[1][source] = (score, detail)
    return {span_key: _combined(text, answers, limits) for span_key, (text, answers) in answers_by_span.items()}


def _combined(
    text: str, answers: Mapping[str, tuple[float | None, str]], limits: Mapping[str, verdict.Threshold]
) -> tuple[Any, ...]:
    combined = verdict.combine({source: score for source, (score, _) in answers.items() if source in limits}, limits)
    source_votes = [
        ClaimVote(source, score, combined.verdicts.get(source, "" if source in limits else "unsure"), words)
        for source, (score, words) in answers.items()
    ]
    return (text, combined.verdict, *source_votes)


def _of_flag(flag: StoredRow, verdict_and_votes: Sequence[Any], people: Sequence[StoredRow]) -> Claim:
    source_votes = verdict_and_votes[1:] if verdict_and_votes else ()
    words = orjson.loads(flag["evidence"] or "{}")
    answers = {source: answer for source, value in words.items() if (answer := spans.source_answer(value))}
    worded_votes = tuple(
        replace(vote, words=vote.words or plain(answers.get(vote.source, {}).get("said", ""))) for vote in source_votes
    )
    silent = [source for source in answers if source not in {vote.source for vote in worded_votes}]
    more = (
        ClaimVote(source, answers[source]["score"], answers[source]["verdict"] or "", plain(answers[source]["said"]))
        for source in silent
    )
    claim = Claim(
        flag["turn_index"], flag["start_char"], flag["end_char"], flag["text"], tone(flag), flag["reason"],
        flag["flag_id"], flag["kind"], (*worded_votes, *more), names=(*meanings(flag["text"]), *_classes(words)),
        people=tuple(map(_verdict_of, people)),
    )  # fmt: skip
    return _moved(claim, people) if flag["status"] == "confirmed" else claim


def _classes(evidence: Any) -> tuple[str, ...]:
    """The classes that a flag names as what its words are about: "No." is about dogs."""
    return tuple(map(str, evidence.get("classes") or ())) if isinstance(evidence, dict) else ()


def _verdict_of(event: StoredRow) -> tuple[str, str]:
    """Who decided, and what in the words of claims."""
    verdict: str = event["verdict"]
    return str(event["who"]), PEOPLE.get(verdict, verdict)


def tone(flag: StoredRow) -> str:
    """How a flag's span is shown: its status once it has one, else its verdict."""
    if flag["status"] != OPEN:
        return str(flag["status"])
    return str(flag["verdict"]) if flag["verdict"] in ("unsupported", "unsure") else FLAGGED


def _moved(claim: Claim, people: Sequence[StoredRow]) -> Claim:
    """The claim at the place that the newest confirmation names."""
    for decision in people:
        payload = orjson.loads(decision["payload"] or "{}")
        if decision["counts"] and isinstance(payload.get("start"), int) and isinstance(payload.get("end"), int):
            return replace(
                claim, start=payload["start"], end=payload["end"], text=str(payload.get("text", claim.text)), moved=True
            )
    return claim


def _decided(workspace: Workspace, flag_ids: Sequence[str]) -> dict[str, list[StoredRow]]:
    """By flag: what each person said last, and whether it is the decision that counts."""
    counted = decision_log.standing(workspace, "flag").filter(pl.col("key").is_in(flag_ids))
    every = decision_log.by_person(workspace, "flag").filter(pl.col("key").is_in(flag_ids))
    ids = set(counted["event_id"])
    decisions_by_flag: dict[str, list[StoredRow]] = defaultdict(list)
    for row in [*counted.to_dicts(), *(decision for decision in every.to_dicts() if decision["event_id"] not in ids)]:
        decisions_by_flag[row["key"]].append(row | {"counts": row["event_id"] in ids})
    return decisions_by_flag


def _marked(workspace: Workspace, keys: Mapping[int, str]) -> list[tuple[int, Claim]]:
    """The spans that people labelled by themselves, with their sample."""
    labels = cache.recall(workspace.store, "labelled spans", lambda _: _labelled(workspace), topics=cache.DECISIONS)
    numbers = {key: no for no, key in keys.items()}
    return [
        (numbers[row["sample"]], _label(row))
        for row in labels.filter(pl.col("sample").is_in(list(numbers))).iter_rows(named=True)
    ]


def _label(row: StoredRow) -> Claim:
    text = str(orjson.loads(row["payload"] or "{}").get("text", ""))
    people = ((row["who"], row["verdict"]),)
    reason = f"Labelled {row['verdict']} by {row['who']}; no source flagged it."
    label_tone = LABELS.get(row["verdict"], FLAGGED)
    return Claim(row["turn"], row["start"], row["end"], text, label_tone, reason, people=people, names=meanings(text))


def _labelled(workspace: Workspace) -> pl.DataFrame:
    decisions = decision_log.standing(workspace, "span")
    return decision_keys.parts(decisions, "span").select("who", "verdict", "payload", "sample", "turn", "start", "end")


def plain(value: Any) -> str:
    """What a source said, as words."""
    if isinstance(value, list):
        return ", ".join(plain(element) for element in value) or "nothing"
    if isinstance(value, dict):
        return "; ".join(f"{name}: {plain(member)}" for name, member in value.items())
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, bool | None):
        return {True: "yes", False: "no", None: "nothing"}[value]
    return str(value)
