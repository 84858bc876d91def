"""The command line as a person or a script uses it: arguments in, text, JSON and exit codes out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from support import row

from curation.__main__ import main
from curation.commands import status
from curation.commands.parser import commands
from curation.recipes import recipe
from curation.recipes.recipe import Limit
from curation.workspace import WorkspaceInUseError
from scoring import work
from scoring.work import PlannedColumn, ScoringPlan, WorkList

Write = Callable[..., Path]
SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "coco_vlit"


@pytest.fixture
def winnow(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs a command on one workspace; gives exit code, standard output, standard error."""

    def run(command: str, *arguments: object) -> tuple[int, str, str]:
        code = main([command, "--workspace", str(tmp_path / "w"), *map(str, arguments)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def _said(error: str) -> str:
    (line,) = error.strip().splitlines()
    return line


def test_import__two_formats_fit__the_sentence_names_the_option_and_the_formats(winnow, tmp_path: Path) -> None:
    said = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hello!"}]
    boxes = {"ref": ["dog"], "bbox": [[1, 2, 3, 4]]}
    (tmp_path / "plain.jsonl").write_text(json.dumps({"messages": said, "objects": boxes}))
    code, _, error = winnow("import", tmp_path / "plain.jsonl")
    assert code == 1
    assert "--format NAME" in _said(error)
    assert "swift" in error
    assert winnow("import", tmp_path / "plain.jsonl", "--format", "swift")[0] == 0


@pytest.mark.parametrize(
    ("content", "arguments", "why"),
    [
        (b"", (), "is empty"),
        (b"\x80\x04pickle", (), "Python pickle"),
        (b'[{"a": 1}]', (), "Cannot tell the format"),
        (b'[{"conversations": []}]', ("--images", "nowhere"), "does not exist"),
    ],
)
def test_import__what_cannot_be_read__is_one_sentence_and_code_1(winnow, tmp_path, content, arguments, why) -> None:
    (tmp_path / "set.json").write_bytes(content)
    code, _, error = winnow("import", tmp_path / "set.json", *arguments)
    assert (code, why in _said(error)) == (1, True), error


def test_import__map__reads_columns_of_any_name__and_saves_the_mapping_for_the_next_file(
    winnow, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, saved = tmp_path / "t.csv", tmp_path / "map.json"
    table.write_text("pic,frage,antwort\n1.jpg,Was?,Ein Hund.\n")
    code, out, _ = winnow("import", table, "--map", "instruction=frage,response=antwort", "--save-map", saved, "--json")
    assert (code, json.loads(out)["imported"]) == (0, 1)
    assert json.loads(saved.read_text()) == {"instruction": "frage", "response": "antwort"}
    table.write_text("frage,antwort\nWer?,Ein Hund.\n")
    assert winnow("import", table, "--map", saved)[0] == 0
    assert "mapped columns" in winnow("status")[1]
    code, _, error = winnow("import", table, "--map", "instruction=farge,response=antwort")
    assert (code, "Did you mean 'frage'?" in _said(error)) == (1, True)
    assert winnow("import", table, "--save-map", saved)[0] == 1
    with pytest.raises(SystemExit) as ended:
        winnow("import", table, "--map", "question=frage")
    assert ended.value.code == 2
    assert "There is no role 'question'." in capsys.readouterr().err


def test_import__dry_run__shows_first_conversations_and_imports_nothing(winnow, tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text('{"image": "1.jpg", "question": "What?", "answer": "A dog."}\n' * 3)
    code, out, _ = winnow("import", tmp_path / "t.jsonl", "--dry-run")
    assert code == 0
    assert all(part in out for part in ("3 rows", "0 of 3", "Image not found", "user: What?", "assistant: A dog."))
    assert not (tmp_path / "w").exists()
    code, out, _ = winnow("import", tmp_path / "t.jsonl", "--dry-run", "--json")
    assert (code, json.loads(out)["conversations"][0]) == (0, [["What?", "A dog."]])
    (tmp_path / "u.jsonl").write_text('{"image": "1.jpg", "frage": "Was?", "antwort": "Ein Hund."}\n')
    code, out, _ = winnow("import", tmp_path / "u.jsonl", "--dry-run")
    assert (code, "The rows have image, but not" in out) == (1, True)
    (tmp_path / "e.json").write_text("[]")
    assert winnow("import", tmp_path / "e.json", "--dry-run")[:2] == (
        0,
        "e.json: a JSON list, an empty dataset: no rows\n",
    )


def test_export__format_that_cannot_be_written__is_wrong_usage(winnow, capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        winnow("export", "--recipe", "r.json", "--out", "o", "--format", "columns")
    assert ended.value.code == 2
    assert "There is no format 'columns'." in capsys.readouterr().err


def _lines(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def test_whole_path__import_score_flags_recipe_decide_export(
    winnow: Callable, llava: Write, photo: Write, tmp_path: Path
) -> None:
    photo("a.png")
    rows = [row("What is it?", f"A photo of {n} coloured blocks.", image="a.png") for n in range(6)]
    path = llava([*rows, row("What is it?", "", image="a.png"), {"id": 1}])

    code, out, _ = winnow("import", path, "--name", "mine", "--json")
    assert code == 0
    assert json.loads(out)["outcomes"] == {"imported": 6, "imported_with_lint": 1, "no_conversation": 1}

    assert winnow("score", "--metrics", "sharpness,response_length,task", "--jobs", "1")[0] == 0
    state = {one["name"]: one for one in json.loads(winnow("status", "--json")[1])["metrics"]}
    assert (state["sharpness"]["done"], state["response_length"]["missing"]) == (1, 0)
    assert state["exposure"]["missing"] == 1

    flags = _lines(winnow("flags", "--kind", "empty_response", "--json")[1])
    assert [(f["dataset"], f["row"], f["turn"], f["kind"]) for f in flags] == [("mine", 6, 0, "empty_response")]
    values = _lines(winnow("scores", "--metric", "response_length", "--json")[1])
    assert [one["row"] for one in values] == list(range(7))
    assert values[0]["value"] == 6

    assert winnow("decide", "--flag", flags[0]["flag_id"], "dismiss")[0] == 0
    assert winnow("decide", "--dataset", "mine", "--row", 2, "reject")[0] == 0
    assert winnow("recipe", "init", "--out", tmp_path / "r.json", "--cap", 3)[0] == 0
    code, out, _ = winnow("export", "--recipe", tmp_path / "r.json", "--out", tmp_path / "out", "--approve", "--json")
    assert code == 0
    assert json.loads(out)["decisions"] == {"flag dismiss": 1, "sample reject": 1}
    assert len(json.loads((tmp_path / "out" / "data" / "train.json").read_text())) == json.loads(out)["samples"]


def test_export__only_some_samples__are_those_of_the_list_the_queue_or_the_tag(
    winnow: Callable, llava: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    winnow("import", llava([row(f"What is {number}?", "A number.", id=f"n{number}") for number in range(5)]))
    winnow("recipe", "init", "--out", tmp_path / "r.json")
    winnow("export", "--recipe", tmp_path / "r.json", "--out", tmp_path / "all")
    keys = (tmp_path / "all" / "winnow" / "samples.txt").read_text().splitlines()
    (tmp_path / "keys.txt").write_text(f"{keys[3]}\n{keys[1]}\n")
    winnow("decide", "--dataset", "set", "--row", 4, "approve")

    def exported(out: str, *options: object) -> list[str]:
        code, text, _ = winnow("export", "--recipe", tmp_path / "r.json", "--out", tmp_path / out, *options)
        assert code == 0
        assert "outside the selection" in text
        return [one["id"] for one in json.loads((tmp_path / out / "data" / "train.json").read_text())]

    assert exported("listed", "--only-keys", tmp_path / "keys.txt") == ["n1", "n3"]
    assert exported("queued", "--queue", "all") == ["n0", "n1", "n2", "n3", "n4"]
    winnow("recipe", "init", "--out", tmp_path / "s.json", "--only-keys", tmp_path / "keys.txt")
    assert json.loads((tmp_path / "s.json").read_text())["selection"] == {
        "words": "the list keys.txt",
        "keys": [keys[3], keys[1]],
    }
    (tmp_path / "keys.txt").write_text("unknown\n")
    for options, why in (
        (("--only-keys", tmp_path / "keys.txt"), "Of the 1 sample of the selection (the list keys.txt), 1 is not in"),
        (("--only-keys", tmp_path / "none.txt"), "Cannot read the list of samples"),
        (("--cluster", "kitchen"), "There is no map yet"),
        (("--queue", "likely"), "decide"),
    ):
        capsys.readouterr()
        code, _, error = winnow("export", "--recipe", tmp_path / "r.json", "--out", tmp_path / "none", *options)
        assert (code, why in error) == (1, True), error
        assert not (tmp_path / "none").exists()


def test_export__preview__prints_rows_as_they_will_be_written_and_writes_nothing(
    winnow: Callable, llava: Write, photo: Write, tmp_path: Path
) -> None:
    photo("a.png")
    winnow("import", llava([row(f"What is {number}?", "A\u009b2J number.", image="a.png") for number in range(5)]))
    winnow("recipe", "init", "--out", tmp_path / "r.json")
    code, text, _ = winnow(
        "export", "--recipe", tmp_path / "r.json", "--preview", 2, "--format", "swift", "--images", "copy"
    )
    assert code == 0
    assert text.count('"messages"') == 2
    assert "\u009b" not in text
    assert "  image: images/a.png\n  user: <image> What is 0?\n  assistant: A 2J number.\n" in text
    assert {path.name for path in tmp_path.iterdir()} == {"images", "r.json", "set.json", "w"}
    with pytest.raises(SystemExit):
        winnow("export", "--recipe", tmp_path / "r.json")


def test_decisions__leave_one_workspace_and_enter_another(
    winnow: Callable, llava: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    winnow("import", llava([row("q", "a")]))
    winnow("decide", "--dataset", "set", "--row", 0, "approve", "--who", "ann")
    winnow("decisions", "export", "--out", tmp_path / "log.jsonl")
    for expected in ("1 event read, 1 of them new", "1 event read, 0 of them new"):
        arguments = ["--workspace", str(tmp_path / "other"), "import", str(tmp_path / "log.jsonl")]
        assert main(["decisions", *arguments]) == 0
        assert expected in capsys.readouterr().err


def test_decide__undo__says_what_it_took_back(winnow: Callable, llava: Write) -> None:
    winnow("import", llava([row("q", "a")]))
    winnow("decide", "--dataset", "set", "--row", 0, "approve")
    assert "took back: approve on sample set, row 0" in winnow("decide", "undo")[2]
    assert "nothing to take back" in winnow("decide", "undo")[2]


def test_calibrate__says_per_source_what_is_decided_and_why_nothing_moves(winnow: Callable, llava: Write) -> None:
    winnow("import", llava([row("q", "a")]))
    code, out, _ = winnow("calibrate", "--json")
    assert code == 0
    found = {one["source"]: one for one in _lines(out)}
    assert found.keys() == {"annotations", "captions", "detector", "clip", "llm"}
    assert found["detector"]["decided"] == 0
    assert found["detector"]["old"] == found["detector"]["new"] == {"no": 0.05, "yes": 0.35}
    assert "so the default stays" in winnow("calibrate")[2]
    assert "default thresholds again" in winnow("calibrate", "--reset")[2]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["import", "nowhere.json"], "Cannot read"),
        (["export", "--recipe", "nowhere.json", "--out", "x"], "Cannot read the recipe"),
        (["decide", "--flag", "abc", "dismiss"], "There is no flag 'abc'"),
        (["decide", "approve"], "Say which sample"),
        (["decisions", "import", "nowhere.jsonl"], "Cannot read nowhere.jsonl"),
    ],
)
def test_failure__one_sentence_and_exit_code_1(winnow: Callable, arguments: list[str], sentence: str) -> None:
    code, _, error = winnow(*arguments)
    assert code == 1
    assert error.startswith("error: ")
    assert sentence in error


def test_score__unknown_metric__suggests_and_is_wrong_usage(winnow: Callable) -> None:
    code, _, error = winnow("score", "--metrics", "sharpnes")
    assert code == 2
    assert "Did you mean 'sharpness'?" in error


def test_usage__unknown_command_or_argument__exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["nonsense"], ["import"], ["recipe"]):
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        assert caught.value.code == 2
    assert "usage:" in capsys.readouterr().err


@pytest.mark.parametrize("name", commands())
def test_help__every_command_has_examples(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([name, "--help"])
    assert caught.value.code == 0
    text = capsys.readouterr().out
    assert "examples:" in text
    assert f"python -m curation {name}" in text


def test_commands__are_those_of_the_documentation() -> None:
    known = {"demo", "import", "score", "status", "flags", "scores", "recipe", "export", "decide", "decisions", "serve"}
    assert known | {"report"} <= commands().keys()


def test_status__empty_workspace__says_what_to_do(winnow: Callable) -> None:
    assert "python -m curation demo" in winnow("status")[1]


def test_flags__into_a_closed_pipe__is_no_failure(winnow: Callable, tmp_path: Path, llava: Write) -> None:
    winnow("import", llava([row("q", "") for _ in range(3000)]))
    command = f"{sys.executable} -m curation flags --json --workspace {tmp_path / 'w'} | head -n 1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)
    assert json.loads(done.stdout)["kind"] == "empty_response"
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared COCO set is not beside the project")
def test_coco__every_planted_defect_and_span_is_found(winnow: Callable) -> None:
    kinds = {
        "truncated": "image_broken", "missing_image": "image_missing", "blurred": "image_quality",
        "dark": "image_quality", "tiny": "image_quality",
    }  # fmt: skip
    truth = {int(number): one for number, one in json.loads((SHARED / "truth.json").read_text()).items()}
    winnow("import", SHARED / "vlit.json", "--annotations", SHARED / "annotations.json")
    assert winnow("score", "--builtin")[0] == 0
    flags = _lines(winnow("flags", "--json")[1])
    found = {(flag["row"], flag["kind"]) for flag in flags}
    planted = {(n, kinds.get(one["defect"], one["defect"])) for n, one in truth.items() if "defect" in one}
    assert planted <= found

    spans = {(f["row"], f["turn"], f["start"], f["end"]) for f in flags if f["kind"] == "hallucination"}
    by_people = {span for span in spans if "model_response" not in truth[span[0]]}
    wanted = {(n, h["turn"], *h["span"][:2]) for n, one in truth.items() for h in one.get("hallucination", [])}
    right = len(by_people & wanted)
    assert right / len(wanted) >= 0.95
    assert right / len(by_people) >= 0.95
    assert {f["verdict"] for f in flags if f["kind"] == "hallucination"} == {"unsupported"}
    denied = {(f["row"], f["text"]) for f in flags if f["kind"] == "hallucination"}
    assert not denied & {(n, name) for n, one in truth.items() for name in one.get("negated", [])}


def test_recipe_init__axes_caps_floors_and_spread(winnow, tmp_path, llava: Write):
    winnow("import", llava([row("What is it?", "A cup.")]), "--name", "coco")
    out = tmp_path / "r.json"
    options = "--by task,dataset --cap 20 --cap dataset=coco:500 --floor task=counting:100 --floor dataset=5 --spread"
    assert winnow("recipe", "init", "--out", out, *options.split())[0] == 0
    quota = recipe.load(out).quota
    assert (quota.axes, quota.cap, quota.choice) == (("task", "dataset"), 20, "spread")
    assert quota.limits == (
        Limit("task", "counting", at_least=100),
        Limit("dataset", "", at_least=5),
        Limit("dataset", "coco", at_most=500),
    )


@pytest.mark.parametrize("options", ["--cap coco", "--cap dataset=coco:many"])
def test_recipe_init__a_rule_that_is_none__one_sentence(winnow, tmp_path, options):
    code, _, said = winnow("recipe", "init", "--out", tmp_path / "r.json", *options.split())
    assert code == 1
    assert "is no rule" in said
    assert not (tmp_path / "r.json").exists()


def test_status__tells_rate_and_time_left(winnow: Callable, llava: Write) -> None:
    winnow("import", llava([row("What is it?", "A cup.")]), "--name", "one")
    assert json.loads(winnow("status", "--json")[1])["run"] is None
    winnow("score", "--metrics", "response_length")
    winnow("import", llava([row("What is it?", f"A cup {n}.") for n in range(3)], "more.json"), "--name", "two")
    told = json.loads(winnow("status", "--json")[1])
    one = next(metric for metric in told["metrics"] if metric["name"] == "response_length")
    assert one["rate"] > 0
    assert one["eta_seconds"] == pytest.approx(3 / one["rate"])
    assert told["run"]["done"] == 1
    assert "per second" in winnow("status")[1]


def test_status__reason_of_what_is_unavailable(winnow: Callable, llava: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WINNOW_LLM_BASE_URL", "WINNOW_LLM_MODEL"):
        monkeypatch.delenv(name, raising=False)
    winnow("import", llava([row("What is it?", "A cup.")]), "--name", "one")
    winnow("score", "--metrics", "correctness")
    line = next(line for line in winnow("status")[1].splitlines() if line.startswith("correctness"))
    assert "unavailable" in line
    assert "No language model is set up" in line


def test_status__while_another_process_scores__tells_its_run(
    winnow: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_use(*_: object) -> None:
        raise WorkspaceInUseError("The workspace is open in a Winnow server.")

    monkeypatch.setattr(status, "open_workspace", in_use)
    assert winnow("status")[0] == 1
    folder = tmp_path / "w" / "spool" / "run-000004"
    folder.mkdir(parents=True)
    work.write_plan(
        folder, ScoringPlan(4, (WorkList("work-0.parquet", "samples", 90, metrics=(PlannedColumn("task", "1"),)),))
    )
    told = {
        "state": "running", "done": 30, "failed": 1, "busy_seconds": 3.0, "heartbeat": time.monotonic(),
        "doing": "task", "detail": "", "unavailable": {}, "columns": {"task": [30, 1, 3.0]},
    }  # fmt: skip
    (folder / "status-0.json").write_text(json.dumps(told))
    code, out, _ = winnow("status")
    assert code == 0
    assert "Run 4 (running): 30 of 90 values, 10 per second, 6 s left." in out
    assert json.loads(winnow("status", "--json")[1])["run"]["eta_seconds"] == pytest.approx(6.0, abs=1.0)


def test_serve__allowed_hosts_reach_the_server_and_nonsense_is_refused(winnow, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr("os.execv", lambda _, command: started.append(command) or sys.exit(0))
    monkeypatch.setattr("os.chdir", lambda _: None)
    for name in ("WINNOW_WORKSPACE", "WINNOW_ADDRESS", "WINNOW_DEMO", "WINNOW_ALLOWED_HOSTS", "WINNOW_INSECURE_OPEN"):
        monkeypatch.setenv(name, "")
    hosts = ("--allow-host", "data.example", "--allow-host", "[fd00::1]:8443")
    code, _, error = winnow("serve", *hosts, "--address", "0.0.0.0")
    assert (code, "Winnow has no login" in error, started) == (1, True, [])
    with pytest.raises(SystemExit):
        winnow("serve", *hosts, "--address", "0.0.0.0", "--insecure-open")
    assert os.environ["WINNOW_ALLOWED_HOSTS"] == "data.example [fd00::1]:8443"
    assert started
    with pytest.raises(SystemExit) as refused:
        winnow("serve", "--allow-host", "http://data.example")
    assert refused.value.code == 2


def test_export__images_that_are_not_there__ends_with_1_and_says_so(
    winnow: Callable, llava: Write, photo: Write, tmp_path: Path
) -> None:
    photos = [photo(name, seed=seed) for seed, name in enumerate(("a.png", "b.png"))]
    winnow("import", llava([row("What?", "That.", image=path.name) for path in photos]))
    winnow("recipe", "init", "--out", tmp_path / "r.json")
    photos[0].unlink()
    for images, why in (("copy", "1 image or video is not there"), ("pack", "not there")):
        command = ("export", "--recipe", tmp_path / "r.json", "--out", tmp_path / images, "--format", "swift")
        code, _, error = winnow(*command, "--images", images)
        assert (code, why in _said(error)) == (1, True), error
    assert winnow("export", "--recipe", tmp_path / "r.json", "--out", tmp_path / "named")[0] == 0
