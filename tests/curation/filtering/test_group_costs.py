"""What a cut costs each group, and the cut that would suit it."""

from __future__ import annotations

import numpy as np
from support import small_snapshot

from curation.filtering import group_costs, impact
from curation.recipes.recipe import Cut

ANSWERS = small_snapshot(
    {"response_length": [1.0] * 40 + [float(number) for number in range(10, 110)]},
    tasks=["short answer"] * 40 + ["captioning"] * 100,
    datasets=["vqa"] * 40 + ["captions"] * 100,
    bad_when="low",
)


def test_hardest__names_the_group_that_loses_most_of_each_kind() -> None:
    costs = group_costs.hardest(ANSWERS, Cut("response_length", low=12), impact.plain(ANSWERS))
    assert [(cost.by, cost.group, cost.samples, cost.fails) for cost in costs] == [
        ("Task", "short answer", 40, 40), ("Dataset", "vqa", 40, 40),
    ]  # fmt: skip
    assert costs[0].share == 1.0


def test_hardest__what_costs_everybody_little__names_nobody() -> None:
    assert group_costs.hardest(ANSWERS, Cut("response_length", low=1), impact.plain(ANSWERS)) == []


def test_group_cuts__each_group_keeps_99_of_100__and_what_its_cut_costs_all_is_said() -> None:
    cuts = group_costs.group_cuts(ANSWERS, "response_length", impact.plain(ANSWERS), Cut("response_length", low=5))
    by_group = {cut.cost.group: cut for cut in cuts}
    captions, answers = by_group["captions"], by_group["vqa"]
    assert (captions.cut, captions.cost.fails, captions.everywhere) == (Cut("response_length", low=10.0), 0, 40)
    assert (answers.cut, answers.cost.fails, answers.everywhere) == (Cut("response_length", low=1.0), 0, 0)
    assert answers.standing is not None
    assert answers.standing.share == 1.0


def test_group_cuts__within_a_part__looks_at_the_part_only() -> None:
    members = np.arange(ANSWERS.count) >= 100
    cuts = group_costs.group_cuts(ANSWERS, "response_length", impact.plain(ANSWERS), None, members)
    assert [(cut.cost.group, cut.cost.samples, cut.standing) for cut in cuts] == [
        ("captioning", 40, None), ("captions", 40, None),
    ]  # fmt: skip
