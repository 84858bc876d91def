"""The generate page: what it says when something is missing, clue and prompt, a try, making, stopping, review."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from llm_server import FakeLLM, Reply, forget_endpoint, name_endpoint, serve
from pictures import grey_noise
from streamlit.testing.v1 import AppTest

from curation.app import board
from curation.app.server import Server
from curation.decisions import decision_log
from curation.generation.collect import GenerationInput
from curation.generation.plan import GenerationPlan
from curation.views.generate import arrivals, generate

HOSTILE = "<img src=x onerror=alert(1)> **bold** a dog"
SAID = '{"User": "What is it?", "AI": "It is a dog.", "User": "A kite?", "AI": "No, there is <b>no</b> kite."}'


@pytest.fixture(autouse=True)
def no_endpoint(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    forget_endpoint(monkeypatch, tmp_path)


@pytest.fixture
def llm(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeLLM]:
    """Writes the same conversation again and again."""

    def answer(request: dict[str, Any]) -> Reply:
        return Reply(SAID, more=("I'm sorry, I cannot.",) * (request.get("n", 1) - 1), delay=0.05)

    with serve(answer) as fake:
        name_endpoint(monkeypatch, fake, "writer-7b")
        yield fake


@pytest.fixture
def where(tmp_path: Path) -> GenerationInput:
    """Four photos with a dog, the first with a caption that is markup."""
    (tmp_path / "photos").mkdir()
    for number in range(4):
        grey_noise((96, 64), 60, number).convert("RGB").save(tmp_path / "photos" / f"{number}.jpg")
    said = {
        "images": [
            {"file_name": f"{n}.jpg", "instances": ["dog"], "captions": [HOSTILE if n == 0 else "A dog sleeps."]}
            for n in range(4)
        ]
    }
    (tmp_path / "notes.json").write_text(json.dumps(said))
    return GenerationInput((tmp_path / "notes.json",), None, tmp_path / "photos")


@pytest.fixture
def ready(owner: Server, where: GenerationInput) -> Server:
    """Annotations are read."""
    generate.read(owner, where)
    _wait(owner)
    return owner


def _wait(owner: Server) -> None:
    """Until the work is done and the pages know of all samples, which they learn a moment later."""
    deadline = time.monotonic() + 60
    while any(job.is_open for job in owner.jobs) or not _known(owner):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _known(owner: Server) -> bool:
    stored = owner.workspace.store.one("SELECT count(*) FROM sample")
    return board.current(owner).snapshot.count == stored


def _plan(where: GenerationInput, **more: Any) -> GenerationPlan:
    return GenerationPlan(annotations=tuple(map(str, where.annotations)), images=str(where.images), per_image=2, **more)


def _button(app: AppTest, key: str) -> Any:
    return next(one for one in app.main.get("button") if one.key == key)


def test_nothing_read__says_what_to_do(visit: Callable[..., AppTest], seen: Callable[[AppTest], str]) -> None:
    app = visit("generate")
    assert "as soon as annotations are read" in seen(app)
    next(one for one in app.main.get("button") if one.label == "Read").click().run()
    assert "Name at least one annotation file" in seen(app)


def test_wrong_paths__are_named(
    visit: Callable[..., AppTest], seen: Callable[[AppTest], str], where: GenerationInput
) -> None:
    app = visit("generate")
    app.text_area(key="generate_annotations").set_value("/nowhere.json")
    next(one for one in app.main.get("button") if one.label == "Read").click().run()
    assert "There is no file /nowhere" in seen(app)
    app.text_area(key="generate_annotations").set_value(str(where.annotations[0]))
    app.text_input(key="generate_images").set_value("/nowhere")
    next(one for one in app.main.get("button") if one.label == "Read").click().run()
    assert "There is no image folder /nowhere" in seen(app)


def test_clue__is_shown_beside_the_image_and_never_as_markup(
    ready: Server, visit: Callable[..., AppTest], seen: Callable[[AppTest], str]
) -> None:
    app = visit("generate")
    shown = seen(app)
    assert "4 images" in shown
    assert "This is a picture which can be described as &lt;img src=x" in shown
    assert "<img src=x" not in shown
    assert "cannot be shown" not in shown
    _button(app, "generate_next").click().run()
    assert "2 of 4" in seen(app)


def test_no_endpoint__templates_work_and_the_model_says_what_is_missing(
    ready: Server, visit: Callable[..., AppTest], seen: Callable[[AppTest], str]
) -> None:
    app = visit("generate")
    assert not _button(app, "generate_make").disabled
    app.session_state["generate_mode"] = "instruct"
    app.run()
    assert "No language model is set up\\: set WINNOW" in seen(app)
    assert _button(app, "generate_make").disabled
    assert _button(app, "generate_try").disabled


def test_prompt__is_shown_as_it_will_be_sent_and_a_try_stores_nothing(
    ready: Server, llm: FakeLLM, visit: Callable[..., AppTest], seen: Callable[[AppTest], str]
) -> None:
    app = visit("generate")
    app.session_state["generate_mode"] = "instruct"
    app.session_state["generate_price_in"] = 1.0
    app.run()
    rules, data = (one.value for one in app.main.get("code"))
    assert "about 4 requests" in seen(app)
    _button(app, "generate_try").click().run()
    _wait(ready)
    app.run()
    assert llm.count == 3
    sent = next(one["messages"] for one in llm.requests if "onerror" in str(one))
    assert [one["content"] for one in sent] == [rules, data]
    shown = seen(app)
    assert "3 requests" in shown
    assert "It is a dog." in shown
    assert "refused" in shown
    assert "&lt;b&gt;no&lt;/b&gt;" in shown
    assert arrivals.generated(ready) == []


def test_make__stops_goes_on_and_pays_nothing_twice(
    ready: Server, llm: FakeLLM, where: GenerationInput, visit: Callable[..., AppTest], seen: Callable[[AppTest], str]
) -> None:
    generate.start(ready, _plan(where, mode="instruct", requests=2, name="mine"))
    _wait(ready)
    assert llm.count == 2
    app = visit("generate")
    assert "Not finished:** mine" in seen(app)
    assert "2 of 4 images" in seen(app)
    (kept,) = generate.unfinished(ready)
    assert not kept.ended
    generate.start(ready, _plan(where, mode="instruct", name="mine"))
    _wait(ready)
    assert llm.count == 4
    said = generate.jobs(ready, generate.MAKE)[0].message
    assert said.startswith("mine: 2 new samples from 4 of 4 images; 2 requests, 214 tokens")
    assert said.endswith("Not used: 4 refused.")
    assert "Not finished" not in seen(visit("generate"))
    assert arrivals.view(ready, "mine").count == 4


def test_make_during_an_import__says_that_it_is_stored_after_it(
    ready: Server, where: GenerationInput, tmp_path: Path, visit: Callable[..., AppTest], seen: Callable[[AppTest], str]
) -> None:
    turns = [{"from": "human", "value": "Who is it?"}, {"from": "gpt", "value": "A cat."}]
    (tmp_path / "rows.jsonl").write_text(json.dumps({"id": "1", "conversations": turns}) + "\n")
    with ready.workspace.store.adding:  # as an import of many rows does, in a thread of its own
        ready.import_file(tmp_path / "rows.jsonl")
        generate.start(ready, _plan(where, mode="adapt"))
        app = visit("generate")
        assert "running; what is made here is stored after it" in seen(app)
    _wait(ready)
    assert "stored after it" not in seen(app.run())


def test_made_samples__go_to_review_with_one_undo(
    ready: Server, where: GenerationInput, visit: Callable[..., AppTest], seen: Callable[[AppTest], str]
) -> None:
    app = visit("generate")
    _button(app, "generate_make").click().run()
    _wait(ready)
    app.run()
    count = arrivals.view(ready, "generated").count
    assert f"{count} samples" in seen(app)
    send = _button(app, "generate_send")
    assert send.label == f"Send {count} samples to review"
    send.click().run()
    assert set(decision_log.standing(ready.workspace, "request")["verdict"]) == {"ask"}
    assert f"{count} sent to review" in seen(app)
    assert _button(app, "generate_send").disabled
    _button(app, "generate_undo").click().run()
    assert decision_log.standing(ready.workspace, "request").is_empty()
    assert not _button(app, "generate_send").disabled


def test_flag__a_suggested_correction_is_shown_and_accepted(
    filled: Server, monkeypatch: pytest.MonkeyPatch, visit: Callable[..., AppTest], seen: Callable[[AppTest], str]
) -> None:
    assert "flag_suggest" not in [one.key for one in visit("flags", kind="hallucination").main.get("button")]
    with serve(lambda _: '{"response": "A red cup stands on the table."}') as fake:
        monkeypatch.setenv("WINNOW_LLM_BASE_URL", fake.url)
        monkeypatch.setenv("WINNOW_LLM_MODEL", "writer-7b")
        app = visit("flags", kind="hallucination")
        _button(app, "flag_suggest").click().run()
        _wait(filled)
        app.run()
        assert '<del class="w-gone">and a dog stand</del>' in seen(app)
        assert decision_log.standing(filled.workspace).is_empty()
        _button(app, "flag_accept").click().run()
    said = decision_log.standing(filled.workspace, "turn")
    assert said["verdict"].to_list() == ["edit"]
    assert decision_log.standing(filled.workspace, "flag")["verdict"].to_list() == ["confirm"]
