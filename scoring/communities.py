"""Overlapping communities of words that occur together: Ego-Splitting on the co-occurrence graph of content words.

Epasto et al., 2017 (https://doi.org/10.1145/3097983.3098054), as in Li et al., TMLR 2024, section 3.3.3. Every node
is split into one persona per community of its ego-net (its neighbours without itself); an edge joins the personas
that stand for each other's side; the communities of the persona graph are the overlapping clusters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations

import numpy as np

from scoring import indicator
from scoring.indicator import Indicator, IndicatorValue, Subset
from scoring.json_types import Params
from scoring.text import content

Graph = Mapping[str, Mapping[str, int]]
"""Neighbours of every node with the weight of the edge: in how many texts both words are."""
Persona = tuple[str, int]
Node = str | Persona
Partition = Callable[[Mapping[Node, Mapping[Node, int]]], list[set[Node]]]


def graph(word_sets: Sequence[Iterable[str]], vocabulary: int) -> dict[str, dict[str, int]]:
    """Builds the co-occurrence graph of the words that are in most texts.

    Args:
        word_sets: The words of each text.
        vocabulary: How many words; of equally frequent ones the first in the alphabet.

    Returns:
        Neighbours of every word with the number of texts that both are in.
    """
    texts = [frozenset(words) for words in word_sets]
    counts = Counter(word for words in texts for word in words)
    frequent = set(sorted(counts, key=lambda word: (-counts[word], word))[:vocabulary])
    edges = Counter(pair for words in texts for pair in combinations(sorted(words & frequent), 2))
    neighbours: dict[str, dict[str, int]] = {word: {} for word in sorted(frequent)}
    for (left, right), weight in sorted(edges.items()):
        neighbours[left][right] = neighbours[right][left] = weight
    return neighbours


def ego_splitting(words: Graph, partition: Partition) -> list[set[str]]:
    """Finds the overlapping clusters by one partition method in both phases.

    Args:
        words: The co-occurrence graph.
        partition: `components` or `louvain`.

    Returns:
        The clusters, as sets of words.
    """
    side = {node: _sides(words, node, partition) for node in words}
    personas: dict[Node, dict[Node, int]] = {}
    for node, near in words.items():
        for neighbour, weight in near.items():
            persona, counterpart = (node, side[node][neighbour]), (neighbour, side[neighbour][node])
            personas.setdefault(persona, {})[counterpart] = weight
    return [{persona[0] for persona in community} for community in partition(personas)]


def components(nodes: Mapping[Node, Mapping[Node, int]]) -> list[set[Node]]:
    """Connected components, the partition of the paper."""
    left, parts = dict.fromkeys(nodes), []
    while left:
        start = next(iter(left))
        del left[start]
        reached, edge = {start}, [start]
        while edge:
            near = left.keys() & nodes[edge.pop()].keys()
            for node in near:
                del left[node]
            reached |= near
            edge.extend(near)
        parts.append(reached)
    return parts


def louvain(nodes: Mapping[Node, Mapping[Node, int]]) -> list[set[Node]]:
    """Louvain communities (Blondel et al., 2008) with a fixed seed."""
    import networkx

    net = networkx.Graph()
    net.add_nodes_from(nodes)
    net.add_weighted_edges_from(
        (node, neighbour, weight) for node, near in nodes.items() for neighbour, weight in near.items()
    )
    return [set(community) for community in networkx.community.louvain_communities(net, seed=0)]


def of_subset(declared: Indicator, subset: Subset, partition: Partition, params: Params) -> IndicatorValue:
    """Computes the mean number of clusters over the tasks of which every compared set has enough instructions.

    Args:
        declared: The indicator, with the metric that names tasks.
        subset: The samples.
        partition: `components` or `louvain`.
        params: `per_task`, `draws`, `seed`, `vocabulary` and `least_words`.

    Returns:
        The mean, with how many tasks it is over; None without tasks, and where none has enough instructions.
    """
    texts = subset.instructions()
    if not texts:
        return indicator.missing(declared.needs_metrics)
    common = subset.common_tasks(params["per_task"])
    by_task: dict[str, list[str]] = {}
    for task, text in texts:
        by_task.setdefault(task, []).append(text)
    enough = sorted(
        task
        for task, own_texts in by_task.items()
        if (len(own_texts) >= params["per_task"] if common is None else task in common)
    )
    counts = [count for task in enough if (count := of_task(by_task[task], partition, params)) is not None]
    words = f"{len(counts)} of {len(by_task)} tasks: those with {params['per_task']} instructions that share words"
    if not counts:
        return IndicatorValue(None, f"not computed: could be for {words}", len(texts))
    return IndicatorValue(float(np.mean(counts)), f"mean over {words}", len(texts))


def of_task(texts: Sequence[str], partition: Partition, params: Mapping[str, int]) -> float | None:
    """Computes the mean number of clusters of at least `least_words` words over seeded draws without replacement.

    Args:
        texts: Instructions of one task, in any order: the same ones give the same number.
        partition: `components` or `louvain`.
        params: Those of `of_subset`; of no more than `per_task` texts all are taken.

    Returns:
        The mean; None where no two content words are in one text, as there is nothing to cluster.
    """
    word_sets = [frozenset(content.stems(text)) for text in sorted(texts)]
    size = min(len(word_sets), params["per_task"])
    draw = np.random.default_rng(params["seed"])
    counts = []
    for _ in range(params["draws"] if size < len(word_sets) else 1):
        indices = draw.choice(len(word_sets), size, replace=False)
        words = graph([word_sets[index] for index in indices], params["vocabulary"])
        if any(words.values()):
            counts.append(sum(len(part) >= params["least_words"] for part in ego_splitting(words, partition)))
    return float(np.mean(counts)) if counts else None


def _sides(words: Graph, node: str, partition: Partition) -> dict[str, int]:
    """Which community of the node's ego-net each neighbour is in."""
    near = words[node]
    net: dict[Node, dict[Node, int]] = {
        member: {neighbour: weight for neighbour, weight in words[member].items() if neighbour in near}
        for member in near
    }
    return {str(member): number for number, community in enumerate(partition(net)) for member in community}
