from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from llm_server import KEY, Answer, FakeLLM, Reply, data_of, forget_endpoint, name_endpoint, serve
from PIL import Image

from curation.__main__ import main
from curation.workspace import open_workspace
from storage import datasets

SAID = '{"User": "What is it?", "AI": "It is a dog.", "User": "Is there a kite?", "AI": "No, there is no kite."}'
COUNT = 6


@pytest.fixture(autouse=True)
def no_endpoint(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    forget_endpoint(monkeypatch, tmp_path)


@pytest.fixture
def llm(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Answer], FakeLLM]]:
    with ExitStack() as stack:

        def start(answer: Answer) -> FakeLLM:
            fake = stack.enter_context(serve(answer))
            name_endpoint(monkeypatch, fake, "writer-7b")
            return fake

        yield start


@pytest.fixture
def notes(tmp_path: Path, photo: Callable[..., Path]) -> Path:
    """COCO instances of six photos: a dog in each, but for the last, whose dogs are a crowd."""
    for number in range(COUNT):
        photo(f"{number}.png", number)
    boxes = [
        {"id": n, "image_id": n, "category_id": 1, "bbox": [40, 30, 120, 100], "iscrowd": int(n == COUNT - 1)}
        for n in range(COUNT)
    ]
    said = {
        "images": [{"id": n, "file_name": f"{n}.jpg"} for n in range(COUNT)],
        "categories": [{"id": n, "name": name} for n, name in enumerate(("cat", "dog", "kite", "fork"))],
        "annotations": boxes,
    }
    (tmp_path / "instances.json").write_text(json.dumps(said))
    return tmp_path / "instances.json"


@pytest.fixture
def run(tmp_path: Path, notes: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Runs `generate --mode instruct` and gives (exit code, JSON answer or the error)."""

    def generate(*words: str) -> tuple[int, Any]:
        source = ["--annotations", str(notes), "--images", str(tmp_path / "images"), "--mode", "instruct"]
        words = ("--per-image", "2", "--retries", "0", *words)
        code = main(["generate", "--workspace", str(tmp_path / "workspace"), "--json", *source, *words])
        shown = capsys.readouterr()
        return code, json.loads(shown.out) if shown.out else shown.err.strip().splitlines()[-1]

    return generate


def choices(request: dict[str, Any]) -> Reply:
    """The conversation, as often as it was asked for."""
    return Reply(SAID, more=(SAID,) * (request.get("n", 1) - 1))


def rows(path: str | Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(path).read_text().splitlines()]


def unused(made: dict[str, Any]) -> list[dict[str, Any]]:
    return rows(Path(made["file"]).with_suffix(".unused.jsonl"))


def test_instruct__conversations_become_a_dataset_with_their_provenance(llm: Any, run: Any) -> None:
    fake = llm(choices)
    code, made = run("--flavour", "global")
    assert code == 0
    assert (made["dataset"], made["candidates"], made["imported"]) == ("instruct-global", 12, 12)
    assert made["asked"] == {"images": {"asked": COUNT}, "answers": {"samples": 12}, "stopped": ""}
    first = rows(made["file"])[0]
    assert [one["value"] for one in first["conversations"]] == [
        "<image>\nWhat is it?", "It is a dog.", "Is there a kite?", "No, there is no kite.",
    ]  # fmt: skip
    kept = first["winnow"]
    assert (kept["mode"], kept["flavour"], kept["model"]) == ("instruct", "global", "writer-7b")
    assert kept["prompt"].startswith("instruct_global@")
    assert len(kept["settings"]["examples"]) == 2
    assert "The image contains 1 dog." in kept["clue"]
    request = fake.requests[0]
    assert (request["n"], request["temperature"]) == (2, 0.8)
    assert data_of(request)["picture"] == kept["clue"] or fake.count == COUNT
    assert request["messages"][0]["content"].count("<data>\n{") == 2


def test_budget__stops_exactly_and_the_next_run_pays_only_for_the_rest(llm: Any, run: Any) -> None:
    fake = llm(choices)
    _, part = run("--requests", "2")
    assert fake.count == 2
    assert part["asked"]["images"] == {"asked": 2, "not asked yet": COUNT - 2}
    assert "budget of 2 requests" in part["asked"]["stopped"]
    _, whole = run()
    assert fake.count == COUNT
    assert (whole["dataset"], whole["candidates"], whole["imported"]) == ("instruct-global", 12, 12)
    assert len({row["id"] for row in rows(whole["file"])}) == 12
    _, again = run()
    assert fake.count == COUNT
    assert again["already_there"]
    assert again["imported"] == 12


def test_more_pictures_later__grow_the_same_dataset(llm: Any, run: Any) -> None:
    fake = llm(choices)
    assert run("--limit", "2")[1]["imported"] == 4
    assert run("--limit", "3")[1]["imported"] == 6
    assert fake.count == 3


def test_other_settings__another_dataset__a_taken_name_is_an_error(llm: Any, run: Any) -> None:
    llm(choices)
    assert run("--limit", "1", "--name", "mine")[1]["dataset"] == "mine"
    code, error = run("--limit", "1", "--name", "mine", "--seed", "5")
    assert (code, error) == (1, "error: The dataset 'mine' was made otherwise; choose another name.")
    assert run("--limit", "1")[1]["dataset"] == "mine"  # made of the same: it goes on there
    assert run("--limit", "1", "--seed", "5")[1]["dataset"] == "instruct-global"
    assert run("--limit", "1", "--seed", "6")[1]["dataset"] == "instruct-global-2"
    assert "made of the same" in run("--limit", "1", "--seed", "6", "--name", "other")[1]


def test_answers_that_cannot_be_used__are_named_with_their_text_and_add_up(llm: Any, run: Any) -> None:
    llm(lambda _: Reply("I'm sorry, I cannot do that.", more=(SAID[:90],)))
    _, made = run()
    assert made["asked"]["answers"] == {"refused": COUNT, "samples": COUNT}
    assert {one["raw"] for one in unused(made)} == {"I'm sorry, I cannot do that."}
    row = rows(made["file"])[0]
    assert row["winnow"]["settings"]["cut_off"]
    assert len(row["conversations"]) == 2


def test_failure_of_one_picture__does_not_stop_the_others(llm: Any, run: Any) -> None:
    seen: list[str] = []

    def answer(request: dict[str, Any]) -> Reply:
        seen.append(request["messages"][1]["content"])
        return Reply(status=400, body={"error": {"message": f"bad {KEY}"}}) if len(seen) <= 2 else choices(request)

    llm(answer)
    _, made = run("--concurrency", "1")
    assert made["asked"]["images"] == {"the endpoint gave no answer": 1, "asked": COUNT - 1}
    assert "bad ***" in unused(made)[0]["reason"]
    _, again = run("--concurrency", "1")  # what failed is asked again, what was paid is not
    assert again["asked"]["images"] == {"asked": COUNT}
    assert len(seen) == 2 + COUNT


def test_pauses_that_the_server_asks_for__are_kept(llm: Any, run: Any) -> None:
    left = [Reply(status=429, headers={"Retry-After": "0.3"})]
    fake = llm(lambda request: left.pop() if left else choices(request))
    code, _ = run("--limit", "1", "--retries", "2")
    assert (code, fake.count) == (0, 2)
    assert fake.times[1] - fake.times[0] >= 0.3


def test_region__the_picture_has_the_box_and_the_candidate_too(llm: Any, run: Any, tmp_path: Path) -> None:
    fake = llm(choices)
    _, made = run("--flavour", "region", "--with-images")
    assert made["asked"]["images"] == {"asked": COUNT - 1, "no object to circle": 1}
    row = rows(made["file"])[0]
    assert row["winnow"]["settings"]["box"] == {"object": "dog", "bbox": [40, 30, 120, 100]}
    assert data_of(fake.requests[0])["circled"] == {"object": "dog", "box": "[0.125, 0.125, 0.500, 0.542]"}
    sent = fake.requests[0]["messages"][1]["content"][0]["image_url"]["url"]
    picture = Image.open(io.BytesIO(base64.b64decode(sent.partition(",")[2])))
    for place in ((100, 31), (41, 80), (100, 128), (158, 80)):  # its four sides
        red, green, blue = picture.getpixel(place)
        assert red - max(green, blue) > 60
    workspace = open_workspace(tmp_path / "workspace")
    dataset = datasets.by_name(workspace.store, "instruct-region")
    assert dataset is not None
    assert workspace.store.one("SELECT count(*) FROM image WHERE outcome = 'ok'") == COUNT - 1
    assert workspace.store.one("SELECT count(DISTINCT image_no) FROM annotation") == COUNT - 1
    workspace.close()


def test_negative__asks_about_what_was_looked_for_and_is_not_there(llm: Any, run: Any) -> None:
    fake = llm(choices)
    _, made = run("--flavour", "negative", "--limit", "1")
    assert sorted(data_of(fake.requests[0])["absent"]) == ["cat", "fork", "kite"]
    assert sorted(rows(made["file"])[0]["winnow"]["settings"]["absent"]) == ["cat", "fork", "kite"]


def test_pictures__are_sent_only_when_wanted(llm: Any, run: Any) -> None:
    fake = llm(choices)
    run("--limit", "1")
    assert isinstance(fake.requests[0]["messages"][1]["content"], str)
    run("--limit", "1", "--with-images")
    assert fake.requests[1]["messages"][1]["content"][0]["type"] == "image_url"


def test_file_that_was_cut_off__is_mended_and_goes_on(llm: Any, run: Any) -> None:
    fake = llm(choices)
    _, made = run("--limit", "2")
    path = Path(made["file"])
    path.write_bytes(path.read_bytes() + b'{"id":"2-0","image":"2.pn')  # killed while it wrote
    _, again = run("--limit", "3")
    assert fake.count == 3
    assert again["imported"] == 6
    assert len({row["id"] for row in rows(path)}) == 6


def test_out__writes_a_file_and_what_was_not_used(llm: Any, run: Any, tmp_path: Path) -> None:
    llm(lambda _: Reply(SAID, more=("nothing",)))
    _, made = run("--out", str(tmp_path / "out.jsonl"), "--limit", "2")
    assert len(rows(tmp_path / "out.jsonl")) == 2
    assert [one["outcome"] for one in unused(made)] == ["no conversation in it"] * 2


def test_no_endpoint__one_sentence_says_what_is_missing(run: Any) -> None:
    code, error = run()
    assert code == 1
    assert error.startswith("error: No language model is set up: set WINNOW_LLM_MODEL and WINNOW_LLM_BASE_URL")


def test_endpoint_that_is_away__nothing_is_made_and_the_reason_is_said(run: Any) -> None:
    code, error = run("--endpoint", "http://127.0.0.1:9/v1", "--model", "m")
    assert code == 1
    assert "Nothing could be made: 6 not asked yet. 127.0.0.1:9 cannot be reached." in error


def test_key__is_in_no_file(llm: Any, run: Any, tmp_path: Path) -> None:
    said = Reply(status=400, body={"error": {"message": f"The key {KEY} may not do that"}})
    left = [said, said]
    fake = llm(lambda request: left.pop() if left else choices(request))
    run("--with-images", "--concurrency", "1")
    assert fake.keys == {KEY}
    files = [path for path in (tmp_path / "workspace").rglob("*") if path.is_file()]
    assert len(files) > COUNT
    assert [path for path in files if KEY.encode() in path.read_bytes()] == []
