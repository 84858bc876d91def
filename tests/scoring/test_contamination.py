"""What meets an evaluation set: copies of its pictures, repetitions of its questions, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from scoring import contamination
from scoring.contamination import EvaluationSet

LONG = "What is written on the yellow sign that hangs left of the wooden door?"


def known(*questions: str, hashes: tuple[int, ...] = (), contents: tuple[int, ...] = ()) -> EvaluationSet:
    names = tuple(f"{number}.jpg" for number in range(len(hashes)))
    return EvaluationSet("bench", names, contamination.bits(contents), contamination.bits(hashes), questions)


@pytest.mark.parametrize(
    "text",
    [
        LONG,
        f"<image>\n{LONG.upper()}\nAnswer the question using a single word or phrase.",
        LONG.replace("the wooden door?", "the wooden door of the shop?"),
    ],
)
def test_question_in__a_repeated_question_is_found(text):
    assert known("Is it sunny?", LONG).question_in(text) == LONG


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Is it sunny?",
        "What is written on the yellow bus that stands left of the wooden door?",
        "What is on the sign?",
    ],
)
def test_question_in__another_or_a_short_question_is_none(text):
    assert known("Is it sunny?", LONG).question_in(text) is None


def test_question_in__the_template_of_a_set_tells_nothing():
    template = "Answer the question using a single word or phrase and nothing else at all."
    questions = [f"How many {thing} are there? {template}" for thing in "abcdefghijklmnop"]
    assert known(*questions).question_in(f"Who is she? {template}") is None
    assert known(*questions[:2]).question_in(f"{questions[0]} Be brief.") == questions[0]


def test_same_question__also_a_short_one():
    assert known("Is it sunny?").same_question("<image> is it SUNNY")
    assert not known("Is it sunny?").same_question("Is it windy?")


def test_met_pictures__every_hash_within_the_bits_is_found_and_no_other():
    draw = np.random.default_rng(3)
    theirs = draw.integers(0, 2**63, 400, dtype=np.uint64)
    ours = draw.integers(0, 2**63, 3000, dtype=np.uint64)
    distances = draw.integers(0, 9, 300)
    for index, distance in enumerate(distances):
        flipped = draw.choice(64, distance, replace=False)
        ours[index] = theirs[index] ^ np.uint64(sum(1 << int(bit) for bit in flipped))
    contents = np.arange(10_000, 13_000, dtype=np.uint64)
    bench = known(hashes=tuple(theirs.tolist()), contents=tuple(range(400)))
    met = contamination.met_pictures(ours, contents, bench, 4)
    expected = {index for index in range(3000) if np.bitwise_count(theirs ^ ours[index]).min() <= 4}
    assert met.keys() == expected
    assert all(met[index] == index for index in range(300) if distances[index] <= 4)


def test_met_pictures__equal_bytes_count_and_plain_pictures_by_their_look_do_not():
    bench = known(hashes=(0, 1 << 63, 0x0F0F0F0F0F0F0F0F), contents=(1, 2, 3))
    hashes, contents = contamination.bits((0, 0, 0x0F0F0F0F0F0F0F0E)), contamination.bits((7, 2, 9))
    assert contamination.met_pictures(hashes, contents, bench, 4) == {1: 1, 2: 2}
    assert contamination.met_pictures(hashes, contents, known(), 4) == {}


def test_save__gives_the_set_back(tmp_path):
    bench = known(LONG, "é?", hashes=(2**64 - 1,), contents=(5,))
    contamination.save(bench, tmp_path / "a.npz")
    loaded = contamination.load(tmp_path / "a.npz")
    assert (loaded.name, loaded.picture_names, loaded.questions) == ("bench", ("0.jpg",), (LONG, "é?"))
    assert loaded.hashes.tolist() == [2**64 - 1]
    (tmp_path / "b.npz").write_bytes((tmp_path / "a.npz").read_bytes()[:80])
    with pytest.raises(OSError, match=r"b\.npz is damaged"):
        contamination.load(tmp_path / "b.npz")
