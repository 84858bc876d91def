from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

import pytest

from scoring.item import BoxCount, Evidence, Image, Sample, Turn, TurnItem
from scoring.metric import Result

HOW_MANY = "<image>\nHow many dogs are there in the image?"
Counted = Callable[..., Result]


@pytest.fixture
def count(score_many: Callable[..., list[Result]], coco_classes: tuple[str, ...]) -> Counted:
    """Scores one response about a picture with so many boxes of each class."""

    def score(
        response: str,
        boxes: dict[str, int],
        instruction: str = "Describe the picture.",
        crowds: tuple[str, ...] = (),
        captions: tuple[str, ...] = (),
        images: int = 1,
    ) -> Result:
        counts = tuple(BoxCount("instances.json", name, number, name in crowds) for name, number in boxes.items())
        turn = Turn(0, 0, instruction, response)
        pictures = tuple(Image(number, f"/{number}.jpg", 640, 480) for number in range(images))
        evidence = Evidence(tuple(boxes), captions, coco_classes, counts)
        return score_many("count", [TurnItem(Sample(0, (turn,), pictures, evidence), turn)])[0]

    return score


CONTRADICTED = [
    ("Five men eating lunch.", {"person": 3}),
    ("Four zebra grazing in a field.", {"zebra": 2}),
    ("Four small, red and blue cups on a shelf.", {"cup": 2}),
    ("Three dogs wear hats.", {"dog": 2}),
    ("A trio of dogs on a bench.", {"dog": 2}),
    ("A woman stands between four dogs.", {"dog": 2, "person": 1}),
    ("Two dogs standing close together behind a fence.", {"dog": 3}),
    ("There are two dogs among the trees.", {"dog": 3}),
    ("There are three dogs.", {"dog": 2}),
    ("There are 3 dogs in the image.", {"dog": 5}),
    ("There are exactly three dogs in this photo.", {"dog": 4}),
    ("In the image, there are four dogs.", {"dog": 3}),
    ("There are three dogs in total.", {"dog": 5}),
    ("There are three dogs visible in the picture.", {"dog": 2}),
    ("I can see two dogs.", {"dog": 3}),
    ("You can see five people in the scene.", {"person": 3}),
    ("The image shows three dogs playing in a park.", {"dog": 2}),
    ("The picture contains two cars and a bus.", {"car": 3, "bus": 1}),
    ("Three dogs are running on the grass.", {"dog": 4}),
    ("Two people are sitting on a bench.", {"person": 3, "bench": 1}),
    ("Two dogs sit on a couch.", {"dog": 1, "couch": 1}),
    ("Six men stand around a table.", {"person": 4}),
    ("A man walks three brown dogs.", {"person": 1, "dog": 2}),
    ("A pair of elephants walks along a river.", {"elephant": 3}),
    ("A dozen donuts lie on a plate.", {"donut": 6}),
    ("There is only one dog in the image.", {"dog": 3}),
    ("There is a single cat.", {"cat": 2}),
    ("Two dogs on the left and three on the right watch four cats.", {"dog": 5, "cat": 2}),
    ("There are two animals in the picture.", {"dog": 2, "cat": 2}),
    ("Four sheep graze on a hill.", {"sheep": 2}),
    ("There are three traffic lights above the street.", {"traffic light": 2}),
    ("There are three sofas.", {"couch": 1}),
    ("There are four zebras, and they drink.", {"zebra": 3}),
    ("There are two cats, three dogs and a bird.", {"dog": 2, "cat": 2, "bird": 1}),
    ("There appear to be three boats.", {"boat": 4}),
    ("A photo of two teddy bears.", {"teddy bear": 3}),
]
ANSWERED_WRONG = ["3", "Three.", "There are 3.", "There are three dogs in the picture.", "3 dogs", "The answer is 5.",
                  "1", "None.", "0", "I can see three.", "Three: two brown and one black.", "The answer: 4",
                  "There are three of them."]  # fmt: skip
BORNE_OUT = [
    ("There are two dogs.", {"dog": 2}),
    ("The image shows two dogs and one cat.", {"dog": 2, "cat": 1}),
    ("Two people are sitting on a bench.", {"person": 2, "bench": 1}),
    ("There is one dog.", {"dog": 1}),
    ("A pair of cats sleeps.", {"cat": 2}),
]
LEFT_ALONE = [
    ("There are at least three dogs.", {"dog": 2}),
    ("More than three dogs run.", {"dog": 2}),
    ("There are about five dogs.", {"dog": 2}),
    ("Three or more dogs play.", {"dog": 2}),
    ("Two or three dogs play.", {"dog": 1}),
    ("There are 2-3 dogs.", {"dog": 1}),
    ("Half a dozen dogs run.", {"dog": 2}),
    ("Several dogs, a few cats and many birds.", {"dog": 1, "cat": 1, "bird": 1}),
    ("A group of dogs and a couple of cats.", {"dog": 1, "cat": 1}),
    ("Two of the dogs sleep.", {"dog": 3}),
    ("One of the dogs sleeps.", {"dog": 3}),
    ("Another dog sleeps beside the second dog.", {"dog": 4}),
    ("A two-story bus and a three-seat couch.", {"bus": 1, "couch": 1}),
    ("The number 3 bus stops.", {"bus": 1}),
    ("Two dogs on the left and one on the right.", {"dog": 3}),
    ("There are two dogs, and another lies behind the couch.", {"dog": 3}),
    ("There are two dogs. Three other dogs sleep.", {"dog": 5}),
    ("There are two dogs in the foreground.", {"dog": 3}),
    ("There are two brown dogs.", {"dog": 3}),
    ("The two dogs are friends.", {"dog": 3}),
    ("There are two people wearing hats.", {"person": 4}),
    ("Two men talk.", {"person": 5}),
    ("There are three animals.", {"dog": 2}),
    ("There are four slices of pizza.", {"pizza": 1}),
    ("A pair of scissors and two skis.", {"scissors": 3, "skis": 1}),
    ("Between two and four dogs play.", {"dog": 1}),
    ("Two dog owners talk.", {"dog": 1, "person": 2}),
    ("Two zebras eat grass on the left.", {"zebra": 3}),
    ("A couple of dogs play.", {"dog": 1}),
    ("There are no dogs.", {"dog": 3}),
    ("If there were three dogs, it would be loud.", {"dog": 1}),
    ("There are three zebra crossings.", {"zebra": 1}),
    ("There are ten people.", {"person": 9}),
    ("There are two lamps.", {"dog": 2}),
    ("In 2019 people met here.", {"person": 3}),
]


@pytest.mark.parametrize(("response", "boxes"), CONTRADICTED)
def test_count__wrong_number_is_flagged(count: Counted, response: str, boxes: dict[str, int]) -> None:
    (flag,) = count(response, boxes).flags
    assert flag.kind == "count"
    assert response[flag.start : flag.end] == flag.text


@pytest.mark.parametrize("response", ANSWERED_WRONG)
def test_count__wrong_answer_to_how_many_is_flagged(count: Counted, response: str) -> None:
    assert [flag.kind for flag in count(response, {"dog": 2}, HOW_MANY).flags] == ["count"]


@pytest.mark.parametrize(("response", "boxes"), BORNE_OUT)
def test_count__right_number_is_not_flagged(count: Counted, response: str, boxes: dict[str, int]) -> None:
    assert count(response, boxes) == Result(0.0)


@pytest.mark.parametrize("response", ["2", "Two.", "There are 2.", "Two dogs.", "There are two dogs in the image."])
def test_count__right_answer_to_how_many_is_not_flagged(count: Counted, response: str) -> None:
    assert count(response, {"dog": 2}, HOW_MANY) == Result(0.0)


@pytest.mark.parametrize(("response", "boxes"), LEFT_ALONE)
def test_count__what_fixes_no_number_of_all_is_left_alone(count: Counted, response: str, boxes: dict[str, int]) -> None:
    assert count(response, boxes).flags == ()


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How many dogs are sitting?", "1"),
        ("How many dogs and cats are there?", "5"),
        ("What number is on the bus?", "3"),
        ("How many legs does the dog have?", "4"),
        ("How many dogs are there?", "At least 3"),
        ("How many dogs are there?", "2 or 3"),
        ("How many dogs are there?", "Several"),
        ("How many dogs are there?", "3/4"),
    ],
)
def test_count__other_questions_and_vague_answers_are_left_alone(count: Counted, question: str, answer: str) -> None:
    assert count(answer, {"dog": 2}, question).flags == ()


def test_count__flag_says_both_numbers(count: Counted) -> None:
    response = "A man is walking five dogs on a beach."
    (flag,) = count(response, {"person": 1, "dog": 2}).flags
    assert flag.text == "five dogs"
    assert flag.reason == "5 said, 2 annotated: dog."
    assert flag.evidence == {"counted": "dogs", "said": 5, "annotations": "2 in boxes", "classes": ["dog"]}


def test_count__crowds_many_boxes_and_classes_nobody_looked_for_are_not_applicable(count: Counted) -> None:
    assert count("There are nine dogs.", {"dog": 3}, crowds=("dog",)) == Result()
    assert count("There are three dogs.", {"dog": 9}) == Result()
    assert count("There are three lamps.", {"dog": 1}) == Result()
    assert count("There are three dogs.", {}) == Result()
    assert count("There are three dogs.", {"dog": 1}, images=2) == Result()


def test_count__number_that_a_caption_states_stands(count: Counted) -> None:
    assert count("There are three dogs.", {"dog": 2}, captions=("Three dogs on a beach.",)).flags == ()
    assert count("There are three dogs.", {"dog": 2}, captions=("Two dogs on a beach.",)).flags


def test_count__classes_easily_taken_for_each_other_are_summed_without_captions(count: Counted) -> None:
    assert count("There are three cars.", {"car": 2, "truck": 1}).flags == ()
    assert count("There are four cars.", {"car": 2, "truck": 1}).flags


def test_count__share_of_the_stated_numbers(count: Counted) -> None:
    result = count("There are two dogs and three cats and two lamps.", {"dog": 2, "cat": 1})
    assert result.value == 0.5
    assert [flag.text for flag in result.flags] == ["three cats"]


def test_count__real_conversations_cost_little(
    coco_vlit: list, coco_classes: tuple[str, ...], score_many: Callable
) -> None:
    items = []
    for record in coco_vlit:
        known = record.sample.evidence
        counts = tuple(BoxCount("a.json", name, 1, crowd=False) for name in known.objects) if known else ()
        evidence = Evidence(known.objects, known.captions, coco_classes, counts) if known else None
        items += [
            TurnItem(Sample(record.sample.sample_no, (turn,), record.sample.images, evidence), turn)
            for turn in record.sample.turns
        ]
    score_many("count", items)
    start = perf_counter()
    score_many("count", items)
    assert (perf_counter() - start) / len(items) < 0.0006


EATING = ("Three men eat bananas.", "A group of men eating fruit.", "Three guys pose with bananas.")


@pytest.mark.parametrize(
    "response",
    ["Two men eating bananas together.", "Two guys are posing while holding bananas.", "One men eat bananas."],
)
def test_count__too_few_is_flagged_where_captions_agree_with_the_boxes(count: Counted, response: str) -> None:
    assert len(count(response, {"person": 3}, captions=EATING).flags) == 1


@pytest.mark.parametrize(
    ("response", "captions"),
    [
        ("Two men eating bananas together.", ("Men eating bananas.",)),
        ("Two men on the left eat bananas.", EATING),
        ("The two men eat bananas.", EATING),
        ("Two men eat bananas while another man laughs.", EATING),
        ("Two women eat bananas.", ("Three people eat bananas.",)),
        ("Two men eat bananas.", ("Three men eat bananas.", "Two men eat.")),
    ],
)
def test_count__too_few_may_be_some_of_them(count: Counted, response: str, captions: tuple[str, ...]) -> None:
    assert count(response, {"person": 3}, captions=captions).flags == ()
