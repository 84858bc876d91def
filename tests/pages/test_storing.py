"""What cannot be stored now is said in one sentence on every page; nothing of it is lost or acknowledged."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest

from curation.decisions import decision_log
from curation.workspace import NotStoredError
from pages.components import flag_actions, recipe_state, review_deck, storing

PAGES = Path(__file__).parents[2] / "pages"
HOOKS = {"on_click", "on_change", "on_select", "on_submit"}
FULL = "Nothing was stored: the disk is full."
STORE_NOTHING = {
    "owner.pause", "owner.resume", "owner.score", "owner.stop_run", "server.current().score", "plan.forget",
    "review_deck.jump", "server.current().dismiss", "lambda: _selected(key, ids)",
}  # fmt: skip


def _callbacks() -> list[tuple[Path, ast.expr]]:
    found = []
    for path in PAGES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                found += [(path, keyword.value) for keyword in node.keywords if keyword.arg in HOOKS]
    return found


def _is_safe(path: Path, callback: ast.expr) -> bool:
    text = ast.unparse(callback)
    if isinstance(callback, ast.Constant) or text.startswith("storing.safely(") or text in STORE_NOTHING:
        return True
    module = importlib.import_module(".".join(path.relative_to(PAGES.parent).with_suffix("").parts))
    body = callback.body.func if isinstance(callback, ast.Lambda) and isinstance(callback.body, ast.Call) else callback
    value = module
    for name in ast.unparse(body).split("."):
        value = getattr(value, name, None)
    return hasattr(value, "__wrapped__")


def test_every_callback_of_a_page__says_in_a_sentence_that_nothing_was_stored() -> None:
    assert len(_callbacks()) > 80
    unsafe = [f"{path.name}: {ast.unparse(one)}" for path, one in _callbacks() if not _is_safe(path, one)]
    assert unsafe == []


def test_safely__turns_a_full_disk_into_a_sentence_and_nothing_else() -> None:
    said = []

    @storing.safely
    def act(error: Exception) -> None:
        said.append(error)
        raise error

    act(NotStoredError(FULL))
    with pytest.raises(KeyError):
        act(KeyError("another"))
    assert len(said) == 2


def test_forms_of_several_fields__are_sent_by_their_button_only() -> None:
    for path in PAGES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "st.form":
                sends = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
                assert sends.get("enter_to_submit") == "False" or "save_recipe" in ast.unparse(node), path


def test_deck__does_not_acknowledge_what_is_not_stored(filled, monkeypatch) -> None:
    from curation.app import board
    from curation.review.queues import Queue

    keys = board.current(filled).snapshot.samples["key"].to_list()
    acts = [
        {"seq": n + 1, "id": f"act {n}", "do": "approve", "key": keys[n], "no": n, "at": n + 1, "who": "ann"}
        for n in range(4)
    ]
    here, stored = review_deck.DeckState(), decision_log.decide

    def decide(*args, **kwargs):
        if args[3] == keys[2] and is_full:
            raise NotStoredError(FULL)
        return stored(*args, **kwargs)

    is_full = True
    monkeypatch.setattr(decision_log, "decide", decide)
    monkeypatch.setattr(review_deck, "state", lambda: here)
    monkeypatch.setattr(review_deck.st, "session_state", {review_deck.KEY: {"acts": acts}})
    review_deck._received(filled, Queue())
    assert (here.ack, here.refused, here.pending, here.target) == (2, "The disk is full.", frozenset({2, 3}), 4)
    is_full = False
    review_deck._received(filled, Queue())
    assert (here.ack, here.refused, here.pending) == (4, "", frozenset())
    rows = decision_log.standing(filled.workspace, "sample")
    assert rows["key"].to_list() == keys[:4]
    assert set(rows["who"]) == {"ann"}


def test_flags__are_not_heard_while_nothing_can_be_stored(filled, monkeypatch) -> None:
    from curation.flags import current_flags

    flag_id = current_flags.every(filled)["flag_id"][0]
    state = flag_actions._FlagActionState()
    monkeypatch.setattr(flag_actions, "_state", lambda: state)
    monkeypatch.setattr(flag_actions, "_onwards", lambda act, flag: flag)
    said = [{"id": "one", "act": "confirm", "flag": flag_id, "then": None, "who": "ann"}]

    def full(*_args, **_kwargs):
        raise NotStoredError(FULL)

    with monkeypatch.context() as broken:
        broken.setattr(flag_actions.flag_decisions, "decide", full)
        flag_actions.hear(said)
    assert (state.heard, state.refused) == ([], "The disk is full.")
    flag_actions.hear(said)
    flag_actions.hear(said)
    assert (state.heard, state.refused) == (["one"], "")
    assert decision_log.standing(filled.workspace, "flag").select("who", "verdict").rows() == [("ann", "confirm")]


def test_board__a_cut_that_is_not_stored_is_not_acknowledged(scored, monkeypatch) -> None:
    from pages.components import threshold_board

    state: dict[str, object] = {}
    for module in (recipe_state, threshold_board):
        monkeypatch.setattr(module.st, "session_state", state)

    def full(*_args, **_kwargs):
        raise NotStoredError(FULL)

    said = {"seq": 5, "cuts": [], "flags": [], "focus": {"kind": "threshold", "name": "x"}, "trail": []}
    with monkeypatch.context() as broken:
        broken.setattr(recipe_state.draft, "change", full)
        threshold_board.take(said)
    assert "threshold_seq" not in state
    threshold_board.take(said)
    assert state["threshold_seq"] == 5
    assert recipe_state.latest().cuts == ()


def test_deck__holds_what_the_reviewer_decides_in_seconds_and_much_before_the_pace_is_known(
    filled, monkeypatch
) -> None:
    from curation.app import board
    from curation.review.queues import Queue
    from curation.views.review import review

    key = board.current(filled).snapshot.samples["key"][0]
    here = review_deck.DeckState()
    monkeypatch.setattr(review_deck, "state", lambda: here)

    def ahead_after(*times: int) -> int:
        """Each decision in a report of its own, at so many milliseconds."""
        for at in times:
            act = {"seq": at, "id": f"act {at}", "do": "approve", "key": key, "no": 0, "at": 1}
            monkeypatch.setattr(review_deck.st, "session_state", {review_deck.KEY: {"acts": [act]}})
            review_deck._received(filled, Queue())
        return review_deck.ahead()

    assert ahead_after() == ahead_after(1000, 1100) == review_deck.FIRST_AHEAD
    assert ahead_after(*range(1200, 2000, 100)) == review.MOST_AHEAD  # ten keys a second
    assert ahead_after(*range(2000, 5000, 200)) == 20
    assert ahead_after(*range(5000, 20_000, 1500)) == review.AHEAD
