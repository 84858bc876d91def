"""Asks a model through the `openai` package: few at a time, with patience, never paying twice."""

from __future__ import annotations

import itertools
import random
import re
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from scoring.damage import raise_machine_error
from scoring.item import TurnItem
from scoring.json_types import Params
from scoring.judge import dialect, endpoint, trouble
from scoring.judge.answers import Malformed
from scoring.judge.budget import Budget
from scoring.judge.cache import Answer, AnswerCache, key_of
from scoring.judge.endpoint import Endpoint
from scoring.judge.question import ChatMessage, ChatQuestion
from scoring.judge.trouble import JudgeError
from scoring.metric import Batch, Postponed, Result, Unavailable

Parsed = TypeVar("Parsed")
One = TypeVar("One")

PARAMS: Params = {"model": "", "votes": 3, "temperature": 0.7, "max_tokens": 300, "image_side": 768}
"""What changes answers. A temperature of None and max_tokens of 0 are not sent. A model that refuses either is asked
without the temperature, or with `max_completion_tokens`."""

RUNNING: Params = {
    "cache": "", "budget": "", "requests": 0, "tokens": 0, "concurrency": 4, "timeout": 60.0, "retries": 5,
    "pause": 0.5, "longest_pause": 30.0, "seed": 0, "price_in": 0.0, "price_out": 0.0,
}  # fmt: skip
"""`cache` is the folder of answers, `budget` the file in which a run's workers count `requests` and `tokens`
(0: no limit). `concurrency` requests at a time per worker; `retries` with pauses that double from `pause` seconds.
`seed` plus the number of the vote is sent as such (None: not), as far as the endpoint takes one. `price_in` and
`price_out` are what a million tokens of questions and of answers cost."""

REFUSALS, REFUSALS_AFTER_ANSWERS = 5, 50
"""After so many refusals in the same words, with no answer between them, nothing more is asked."""
_UNLIKE = re.compile(r"\b(?=\w*\d)[\w-]{8,}")
"""Numbers of requests and the like, by which refusals in the same words differ."""

_AGAIN = "Answer in the requested format: only the JSON object that the rules describe, nothing before or after it."


class RefusalCount:
    """How many refusals in the same words came in a row, over all threads."""

    def __init__(self) -> None:
        self.answered = False
        self._text, self._count = "", 0
        self._mutex = threading.Lock()

    def add(self, text: str) -> int:
        """Counts one.

        Args:
            text: What was refused.

        Returns:
            How many came in a row.
        """
        with self._mutex:
            self._count = self._count + 1 if text == self._text else 1
            self._text = text
            return self._count

    def reset(self) -> None:
        """Starts anew after an answer."""
        with self._mutex:
            self.answered, self._count = True, 0


class Judge:
    """A model to ask. One per metric and worker; may be used from several threads."""

    def __init__(self, params: Params) -> None:
        from openai import OpenAI

        all_params = {**RUNNING, **PARAMS, **params}
        self.params = all_params
        self.votes = int(all_params["votes"])
        if self.votes < 1:
            raise Unavailable(f"The number of votes must be 1 or more, not {self.votes}.")
        self.endpoint = endpoint.find(str(all_params["model"]), str(all_params.get("base_url", "")))
        self._cache = AnswerCache(Path(all_params["cache"]) if all_params["cache"] else None)
        file = Path(all_params["budget"]) if all_params["budget"] else None
        self._budget = Budget(
            int(all_params["requests"]), int(all_params["tokens"]), file, float(all_params.get("money", 0))
        )
        self._closed = ""
        self._dialect = dialect.of(self.endpoint.base_url, self.endpoint.model)
        self._refusals = RefusalCount()
        self._one_by_one = False
        self._asking: dict[str, threading.Lock] = {}
        self._client = OpenAI(
            base_url=self.endpoint.base_url,
            api_key=self.endpoint.key or "none",
            timeout=float(all_params["timeout"]),
            max_retries=0,
        )

    def each(self, items: Sequence[One], score: Callable[[One], Result]) -> list[Result]:
        """Scores several items at a time; an item whose questions fail carries the error.

        Args:
            items: The items.
            score: Asks about one item.

        Returns:
            One result per item, in their order.

        Raises:
            Postponed: A budget is used up, or the endpoint cannot be reached.
        """

        def safely(item: One) -> Result:
            try:
                return score(item)
            except (JudgeError, OSError) as error:  # OSError: a picture that cannot be read
                raise_machine_error(error)
                return Result(error=self.endpoint.redact(f"{type(error).__name__}: {error}"))

        with ThreadPoolExecutor(int(self.params["concurrency"])) as pool:
            return list(pool.map(safely, items))

    def each_by_votes(
        self,
        batch: Batch,
        questions: Callable[[TurnItem, Params], Sequence[ChatQuestion]],
        parse: Callable[[str], Parsed],
        result_of: Callable[[TurnItem, list[Parsed]], Result],
    ) -> list[Result]:
        """Scores turns by the votes on one question each.

        Args:
            batch: Turns.
            questions: What is asked about a turn: one question, or none where the turn has no value.
            parse: Reads an answer; raises Malformed.
            result_of: What the votes come to.

        Returns:
            One result per turn, in their order.

        Raises:
            Postponed: A budget is used up, or the endpoint cannot be reached.
        """

        def score(item: TurnItem) -> Result:
            asked_questions = questions(item, self.params)
            return result_of(item, self.poll(asked_questions[0], parse)) if asked_questions else Result()

        return self.each([item for item in batch.items if isinstance(item, TurnItem)], score)

    def poll(self, question: ChatQuestion, parse: Callable[[str], Parsed]) -> list[Parsed]:
        """Asks one question as often as there are votes.

        Args:
            question: The question.
            parse: Reads an answer; raises Malformed.

        Returns:
            What `parse` made of each answer.

        Raises:
            JudgeError: There is no usable answer.
            Postponed: A budget is used up, or the endpoint cannot be reached.
        """
        return [self.ask(question, parse, vote) for vote in range(self.votes)]

    def ask(self, question: ChatQuestion, parse: Callable[[str], Parsed], vote: int = 0) -> Parsed:
        """Asks for one answer, or takes it from the cache.

        Args:
            question: The question.
            parse: Reads the answer; raises Malformed.
            vote: Which of several answers to the same question.

        Returns:
            What `parse` made of the answer.

        Raises:
            JudgeError: There is no usable answer.
            Postponed: A budget is used up, or the endpoint cannot be reached.
        """
        key = self._key(question, vote)
        try:
            with self._asking.setdefault(key, threading.Lock()):  # turns of one sample ask the same at the same time
                stored = self._stored(key, parse)
                return self._new(key, question, parse, vote) if stored is None else stored
        finally:
            self._asking.pop(key, None)

    def texts(self, question: ChatQuestion, count: int) -> list[str]:
        """Asks for several answers, whatever their form: in one request where the endpoint gives several.

        What an interrupted run was given is in the cache.

        Args:
            question: The question.
            count: How many answers.

        Returns:
            As many texts, as they came.

        Raises:
            JudgeError: There is no usable answer.
            Postponed: A budget is used up, or the endpoint cannot be reached.
        """
        texts: list[str] = []
        for part in itertools.count():
            if len(texts) >= count:
                return texts[:count]
            key = self._key(question, "texts", part)
            answer = self._cache.read(key)
            if answer is None:
                answer = self._several(question.messages(), count - len(texts), self._seed(part))
                self._cache.write(key, answer)
            texts += answer.texts
        raise AssertionError("unreachable")

    def _several(self, messages: list[ChatMessage], count: int, seed: Params) -> Answer:
        """Up to `count` answers of one request; some endpoints refuse `n`, others ignore it."""
        if count == 1 or self._one_by_one:
            return self._paid(messages, seed)
        try:
            return self._paid(messages, {**seed, "n": count})
        except JudgeError:
            answer = self._paid(messages, seed)
            self._one_by_one = True
            return answer

    def _key(self, question: ChatQuestion, *which: str | int) -> str:
        seed = [self.params["seed"]] if self.params["seed"] else []
        request = [self.endpoint.base_url, self.endpoint.model, question.identity(), self._sampling()]
        return key_of([*request, *which, *seed])

    def _seed(self, number: int) -> Params:
        """One seed per vote: with the same one, votes would be copies of each other."""
        return {} if self.params["seed"] is None else {"seed": int(self.params["seed"]) + number}

    def _stored(self, key: str, parse: Callable[[str], Parsed]) -> Parsed | None:
        stored = self._cache.read(key)
        try:
            return parse(stored.text) if stored else None
        except Malformed:  # another version of Winnow read it otherwise
            self._cache.set_aside(key)
            return None

    def _new(self, key: str, question: ChatQuestion, parse: Callable[[str], Parsed], vote: int) -> Parsed:
        messages = question.messages()
        options = {**self._seed(vote), **question.response_format()}
        answer = self._readable(self._paid(messages, options))
        try:
            parsed = parse(answer.text)
        except Malformed:
            self._cache.charge(answer)
            refused: ChatMessage = {"role": "assistant", "content": answer.text or "(empty)"}
            again: ChatMessage = {"role": "user", "content": _AGAIN}
            answer = self._readable(self._paid([*messages, refused, again], options))
            try:
                parsed = parse(answer.text)
            except Malformed as error:
                self._cache.charge(answer)
                refusal = self.endpoint.redact(str(error))
                raise JudgeError(f"Twice the answer had not the form asked for, lastly {refusal}.") from None
        self._cache.write(key, answer)
        return parsed

    def _readable(self, answer: Answer) -> Answer:
        """The answer, unless it is cut off or a refusal: asked again, it would be no better."""
        fault = answer.fault
        if not fault:
            return answer
        self._cache.charge(answer)
        self._refuse(fault)
        raise JudgeError(fault)

    def _paid(self, messages: list[ChatMessage], more: Params) -> Answer:
        answer = self._send(messages, more)
        prices = float(self.params["price_in"]), float(self.params["price_out"])
        money = (answer.prompt_tokens * prices[0] + answer.completion_tokens * prices[1]) / 1e6
        self._budget.spend(answer.prompt_tokens + answer.completion_tokens, money)
        if not answer.fault:
            self._refusals.reset()
        return answer

    def _send(self, messages: list[ChatMessage], more: Params) -> Answer:
        """The answer, after as many tries as it takes; errors that cannot pass end the tries."""
        retries = int(self.params["retries"])
        for attempt in range(retries + 1):
            answer = self._adapting(messages, more)
            if isinstance(answer, Answer):
                return answer
            if answer.closes or (answer.away and attempt == retries):
                self._closed = answer.text
                raise Postponed(answer.text)
            if not answer.passing:
                self._refuse(answer.text)
                raise JudgeError(answer.text)
            if attempt < retries:
                time.sleep(self._pause(attempt, answer.wait))
        self._refuse(answer.text)
        raise JudgeError(f"{answer.text} Tried {retries + 1} times.")

    def _refuse(self, text: str) -> None:
        """Counts a refusal. Raises Postponed, from then on for every question, when there are too many."""
        count = self._refusals.add(_UNLIKE.sub("#", text))
        if count >= (REFUSALS_AFTER_ANSWERS if self._refusals.answered else REFUSALS):
            self._closed = f"{count} requests in a row ended alike, so no more are sent. {text}"
            raise Postponed(self._closed)

    def _adapting(self, messages: list[ChatMessage], more: Params) -> Answer | trouble.Trouble:
        """Asks without what the endpoint refuses, which is remembered once it has answered so."""
        options = self._dialect.adapted({**self._sampling(), **more})
        changes: dict[str, str] = {}
        first_trouble: trouble.Trouble | None = None
        while True:
            answer = self._once(messages, dialect.changed(options, changes))
            if isinstance(answer, Answer):
                self._dialect.learn(changes)
                return answer
            first_trouble = first_trouble or answer
            change = answer.refused_option(dialect.changed(options, changes), answered=self._dialect.answered)
            if change is None:
                return answer if answer.passing or answer.closes else first_trouble
            changes |= [change]

    def _once(self, messages: list[ChatMessage], options: Params) -> Answer | trouble.Trouble:
        import openai

        if self._closed:
            raise Postponed(self._closed)
        self._budget.reserve()
        sent: Any = messages
        try:
            raw = self._client.chat.completions.create(model=self.endpoint.model, messages=sent, **options)
        except (openai.OpenAIError, ValueError) as error:
            return trouble.read(error, self.endpoint)
        return _answer(raw, self.endpoint, messages)

    def _sampling(self) -> Params:
        sampling = {"temperature": self.params["temperature"], "max_tokens": self.params["max_tokens"] or None}
        return {name: value for name, value in sampling.items() if value is not None}

    def _pause(self, attempt: int, requested: float | None) -> float:
        """Seconds to wait: what the server asked for, else twice as long every time, give or take a half."""
        longest = float(self.params["longest_pause"])
        if requested is not None:
            return min(requested, longest)
        return min(longest, float(self.params["pause"]) * 2**attempt) * random.uniform(0.5, 1.5)


def _answer(raw: object, asked_endpoint: Endpoint, messages: list[ChatMessage]) -> Answer:
    """The texts of a completion, "" where there is none; tokens are guessed where the endpoint does not count.

    An endpoint may send the key back in what it says, so the texts lose it here, before anybody reads or keeps them.
    """
    choices = getattr(raw, "choices", None) or [None]
    contents = (getattr(getattr(choice, "message", None), "content", None) or "" for choice in choices)
    text, *others = (asked_endpoint.conceal(str(content)) for content in contents)
    usage = getattr(raw, "usage", None)
    prompt = getattr(usage, "prompt_tokens", None)
    completion = getattr(usage, "completion_tokens", None)
    if prompt is None:
        prompt = sum(len(str(message["content"])[:20_000]) for message in messages) // 4
    if completion is None:
        completion = sum(map(len, (text, *others))) // 4
    fault = asked_endpoint.redact(_fault(choices[0], int(completion)))
    return Answer(text, asked_endpoint.model, int(prompt), int(completion), time.time(), tuple(others), fault)


def _fault(choice: object, tokens: int) -> str:
    """Why the text of a choice is no whole answer; "" where it is."""
    reason = getattr(choice, "finish_reason", None)
    if reason == "length":
        return f"The answer was cut off (finish_reason length, {tokens} tokens): set max_tokens higher."
    if refusal := getattr(getattr(choice, "message", None), "refusal", None):
        return f"The model refused to answer: {str(refusal).strip()[:200]!r}."
    return "The endpoint held the answer back (finish_reason content_filter)." if reason == "content_filter" else ""
