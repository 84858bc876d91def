"""Languages of short texts, and metrics that do not know one."""

from __future__ import annotations

from collections.abc import Callable

import clean_sets
import pytest

from scoring.compute import Scorers
from scoring.item import TurnItem
from scoring.metric import Result
from scoring.registry import metrics
from scoring.text import language
from scoring.work import PlannedColumn

TURNS = [
    (name, q, a)
    for name, (questions, answers) in clean_sets.LANGUAGES.items()
    for q, a in zip(questions, answers, strict=False)
]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("A man is riding a bicycle down the street.", "en"),
        ("What color is the car?", "en"),
        ("The sign says 出口 in Chinese.", "en"),
        ("See https://example.org/ein/langer/pfad for the picture of a dog.", "en"),
        ("Ein Mann fährt mit dem Fahrrad die Straße entlang.", "de"),
        ("Deux chiens courent sur la plage", "fr"),
        ("Dos perros corren por la playa", "es"),
        ("Due cani corrono sulla spiaggia", "it"),
        ("Twee honden rennen op het strand", "nl"),
        ("İki köpek sahilde koşuyor", "tr"),
        ("Hai con chó chạy trên bãi biển", "vi"),
        ("Мужчина едет на велосипеде по улице, а рядом бежит собака.", "ru"),
        ("Чоловік їде на велосипеді вулицею.", "uk"),
        ("红色", "zh"),
        ("Toyotaの車です", "ja"),
        ("네", "ko"),
        ("รถ", "th"),
        ("דלת", "he"),
        ("ναι", "el"),
        ("قطة نائمة على الأريكة", "ar"),
    ],
)
def test_identify__tells_the_language(text: str, code: str) -> None:
    assert language.identify(text).code == code


@pytest.mark.parametrize("text", ["", "2", "<image>", "Yes", "red", "10:35", "<box>[1, 2, 3, 4]</box>", "да", "B"])
def test_identify__too_short_or_no_words__is_unknown(text: str) -> None:
    assert language.identify(text).code == language.UNKNOWN


def test_of_turn__a_short_answer_has_the_language_of_its_question() -> None:
    assert language.of_turn("What color is the car?", "Red").response.code == "en"
    assert language.of_turn("Welche Farbe hat das Auto?", "rot").response.code == "de"
    assert language.of_turn("What is written there?", "出口").response.code == "zh"


def test_of_turn__clean_turns_of_many_languages__nine_of_ten_are_told_and_hardly_any_wrongly() -> None:
    told = [(name, language.of_turn(question, answer).response.code) for name, question, answer in TURNS]
    right = sum(name == code for name, code in told)
    wrong = [pair for pair in told if pair[1] not in (pair[0], language.UNKNOWN)]
    assert right >= 0.9 * len(told), told
    assert len(wrong) <= 1, wrong


@pytest.mark.parametrize("name", ["text_readability", "text_logprob", "refusal", "leakage", "instruction_complexity"])
def test_score__a_metric_of_english__does_not_apply_to_other_languages(
    name: str, turn: Callable[..., TurnItem]
) -> None:
    column = PlannedColumn(name, metrics()[name].version)
    items = [
        turn("A cat sleeps on the sofa.", "<image>\nWhat does the cat do?"),
        turn("猫在沙发上睡觉。", "<image>\n这只猫在做什么？"),
        turn("Кошка спит на диване, рядом лежит мышь.", "Опиши это изображение подробно, пожалуйста."),
        turn("Yes", "<image>\nIs there a cat?"),
    ]
    values = [result.value for result in Scorers([column]).score(items, column, {}) if isinstance(result, Result)]
    assert [value is None for value in values] == [False, True, True, False]


def test_score__lengths_apply_to_every_language(turn: Callable[..., TurnItem]) -> None:
    column = PlannedColumn("response_length", metrics()["response_length"].version)
    items = [turn("A red car."), turn("一个男人在街上骑自行车。"), turn("红色"), turn("แมว"), turn("Кошка спит")]
    results = Scorers([column]).score(items, column, {})
    assert [result.value for result in results if isinstance(result, Result)] == [3.0, 6.0, 1.0, 2.0, 2.0]
