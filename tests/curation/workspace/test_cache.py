"""What pages read is kept, but never without a bound."""

from __future__ import annotations

from collections.abc import Sequence

from curation.workspace import Workspace, cache


def test_recall__many_names__remembers_those_asked_for_last(workspace: Workspace) -> None:
    store, calls = workspace.store, []
    for number in range(3 * cache.MOST_NAMES):
        cache.recall(store, "used all the time", lambda _: calls.append("used"))
        cache.recall(store, f"name {number}", lambda _, n=number: n)
    assert cache.remembered(store) == cache.MOST_NAMES
    assert calls == ["used"]


def test_recall_each__many_keys__remembers_as_many_as_told(workspace: Workspace) -> None:
    for number in range(100):
        assert cache.recall_each(workspace.store, "squares", number, lambda _, n=number: n * n, most=7) == number**2
    assert cache.remembered(workspace.store) == 7


def test_recall_each__what_was_read_again_is_the_newest(workspace: Workspace) -> None:
    store, calls = workspace.store, []
    for key in (1, 2, 1, 3, 1):
        cache.recall_each(store, "things", key, lambda _, key=key: calls.append(key), most=2)
    assert calls == [1, 2, 3]


def test_recall_some__reads_only_what_is_not_remembered__and_remembers_what_was_read_along(
    workspace: Workspace,
) -> None:
    store, asked = workspace.store, []

    def read(keys: Sequence[int]) -> dict[int, int]:
        asked.append(list(keys))
        return {key: key**2 for key in keys if key != 7}

    assert cache.recall_some(store, "squares", [2, 3], read, next_keys=[3, 9]) == {2: 4, 3: 9, 9: 81}
    assert cache.recall_some(store, "squares", [3, 9], read, next_keys=[10]) == {3: 9, 9: 81}
    assert cache.recall_some(store, "squares", [3, 7, 4], read, next_keys=[2, 5]) == {3: 9, 4: 16, 5: 25}
    assert asked == [[2, 3, 9], [7, 4, 5]]
