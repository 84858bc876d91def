from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scoring import communities
from scoring.communities import Partition

PARAMS = {"per_task": 100, "draws": 3, "vocabulary": 100, "least_words": 3, "seed": 0}
BOTH = pytest.mark.parametrize("partition", [communities.components, communities.louvain])


def _sorted(found: list[set[str]]) -> list[list[str]]:
    return sorted(sorted(words) for words in found)


def test_graph__counts_texts_and_keeps_the_commonest_words() -> None:
    found = communities.graph([("a", "b", "c"), ("a", "b"), ("a", "d")], vocabulary=3)
    assert found == {"a": {"b": 2, "c": 1}, "b": {"a": 2, "c": 1}, "c": {"a": 1, "b": 1}}


@BOTH
def test_ego_splitting__two_triangles_with_a_common_word__two_clusters_that_overlap(partition: Partition) -> None:
    words = communities.graph([("a", "b", "x"), ("c", "d", "x")], vocabulary=9)
    assert _sorted(communities.ego_splitting(words, partition)) == [["a", "b", "x"], ["c", "d", "x"]]


def test_ego_splitting__triangles_with_a_common_edge__one_cluster() -> None:
    words = communities.graph([("a", "b", "x"), ("b", "c", "x")], vocabulary=9)
    assert _sorted(communities.ego_splitting(words, communities.components)) == [["a", "b", "c", "x"]]


def test_ego_splitting__a_chain__falls_into_its_edges() -> None:
    words = communities.graph([("a", "b"), ("b", "c"), ("c", "d")], vocabulary=9)
    assert _sorted(communities.ego_splitting(words, communities.components)) == [["a", "b"], ["b", "c"], ["c", "d"]]


def test_louvain__bridged_cliques__are_told_apart_where_components_are_not() -> None:
    texts = [("a", "b", "c", "d", "e")] * 3 + [("p", "q", "r", "s", "t")] * 3 + [("d", "e", "p"), ("e", "p", "q")]
    words = communities.graph(texts, vocabulary=20)
    assert len(communities.ego_splitting(words, communities.components)) == 1
    assert len([found for found in communities.ego_splitting(words, communities.louvain) if len(found) > 2]) >= 2


def test_of_task__topics__whatever_the_order() -> None:
    texts = ["kite beach sand", "kite puppy ball", "kite puppy ball"]
    assert communities.of_task(texts, communities.components, PARAMS) == 2.0
    assert communities.of_task(texts[::-1], communities.components, PARAMS | {"per_task": 2}) == (
        communities.of_task(texts, communities.components, PARAMS | {"per_task": 2})
    )


def test_of_task__no_words_together__is_no_number() -> None:
    assert communities.of_task(["Is there a kite?", "Is there a dog?"], communities.components, PARAMS) is None


def test_of_task__hash_seed_of_python__makes_no_difference() -> None:
    code = (
        "from scoring import communities as c; import random; random.seed(0);"
        "words = [f'w{chr(97 + n // 26)}{chr(97 + n % 26)}' for n in range(60)];"
        "texts = [' '.join(random.sample(words, 4)) for _ in range(60)];"
        f"print([c.of_task(texts, p, {PARAMS | {'per_task': 30}}) for p in (c.components, c.louvain)])"
    )
    root = Path(__file__).resolve().parents[2]
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed},
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1
