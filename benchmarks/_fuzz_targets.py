"""What the fuzz campaign feeds: each target takes bytes and may raise nothing but the errors that it names."""

from __future__ import annotations

import dataclasses
import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from benchmarks import _fuzz_app as app
from benchmarks import _fuzz_inputs as inputs

Make = Callable[[random.Random], bytes]
Feed = Callable[[bytes, Path], None]


@dataclass(frozen=True)
class Target:
    """`share` is how many inputs of a thousand or so it gets: cheap ones many, costly ones few."""

    share: float
    make: Make
    feed: Feed
    named: tuple[type[Exception], ...] = ()


@cache
def targets() -> dict[str, Target]:
    """Every target by name."""
    from curation.annotations import AnnotationsError
    from curation.containers.container import UnreadableFileError
    from curation.decisions.decision_log import DecisionError
    from curation.generation.llm.parsing import Unreadable
    from curation.generation.templates import TemplateError
    from curation.importing.packages import UploadError
    from curation.recipes.recipe import RecipeError
    from curation.reporting.correlation import CorrelationError
    from scoring.judge.answers import Malformed

    return {
        "rows": Target(300, _row, _feed_row),
        "addresses of pages": Target(120, _params, _feed_params),
        "answers of models": Target(120, _answer, _feed_answer, (Malformed, Unreadable)),
        "recipes": Target(100, _recipe, _feed_recipe, (RecipeError,)),
        "requests": Target(
            100, app.request, lambda data, folder: app.feed_request(data, app.server_of(folder)), (app.Refused,)
        ),
        "filters of pages": Target(4, app.filters, lambda data, folder: app.feed_filters(data, app.server_of(folder))),
        "pages": Target(0.1, app.address, lambda data, folder: app.feed_address(data, app.server_of(folder))),
        "hosts and origins": Target(60, _hosts, _feed_hosts),
        "containers": Target(60, _container, _feed_container, (UnreadableFileError,)),
        "annotations": Target(50, _annotations, _feed_annotations, (AnnotationsError,)),
        "tables": Target(40, _table, _feed_table, (CorrelationError,)),
        "archives": Target(40, _archive, _feed_archive, (UnreadableFileError,)),
        "templates": Target(30, _template, _feed_template, (TemplateError,)),
        "evaluate": Target(30, _question, _feed_question, (RecipeError,)),
        "pictures": Target(25, _picture, _feed_picture),
        "uploads": Target(
            20, lambda draw: inputs.mutated(draw.choice(inputs.zips()), draw), _feed_upload, (UploadError,)
        ),
        "proposals": Target(10, _proposals, _feed_proposals, (DecisionError,)),
        "decision logs": Target(5, _decisions, _feed_decisions, (DecisionError,)),
    }


@cache
def _examples() -> tuple[Any, ...]:
    """A row of every format."""
    from curation.formats import registry

    found = []
    for known in registry.formats().values():
        for line in [known.example, *known.example.splitlines()]:
            try:
                value = orjson.loads(line)
            except orjson.JSONDecodeError:
                continue
            found += value if isinstance(value, list) else [value]
            break
    return tuple(found)


def _row(draw: random.Random) -> bytes:
    return inputs.json_input(_examples(), draw)


def _feed_row(data: bytes, _: Path) -> None:
    from curation.containers import row_parser
    from curation.containers.container import RawRow
    from curation.formats import registry
    from curation.formats.conversation import RejectedRowError
    from curation.importing import lint

    try:
        value = row_parser.parse(RawRow(data), _forget).value
    except RejectedRowError:
        return
    for known in registry.formats().values():
        if not known.recognise(value):
            continue
        try:
            lint.conversation(known.read(value), ())
        except RejectedRowError:
            continue


def _params(draw: random.Random) -> bytes:
    names = ("words", "dataset", "tag", "task", "flagged", "decision", "cluster", "like", "scene", "where", "lasso")
    texts = (
        "sharpness:0.1..2;exposure:..3",
        "map_images:0,0;1,1;1,0",
        "map_images:3",
        "a",
        "..",
        ":",
        ";;:..;",
        "1e999",
    )
    params = {name: draw.choice(texts) for name in names if draw.random() < 0.5}
    return b"\n".join(inputs.mutated(f"{name}={text}".encode(), draw) for name, text in params.items())


def _feed_params(data: bytes, _: Path) -> None:
    from curation.app import scope

    pairs = [line.partition("=") for line in data.decode("utf-8", "surrogateescape").split("\n")]
    read = scope.from_params({name: text for name, _, text in pairs})
    assert scope.from_params(scope.to_params(read)) == read, "a scope changed on its way through an address"


_ANSWERS = (
    '{"answer": "yes", "reason": "It is."}', "```json\n{\"score\": 7}\n```", "<think>a</think> 8", "Yes, it is.",
    '{"User": "What?", "AI": "A dog.", "User": "And?", "AI": "None."}', "User: What?\nAI: A dog.\n\nUser: And?\nAI: No",
    '[{"role": "user", "content": "What?"}, {"role": "assistant", "content": "A."}]', '{"objects": ["a", "b"]}',
    '{"conversations": [{"from": "human", "value": "What?"}, {"from": "gpt", "value": "A."}]}',
)  # fmt: skip


def _answer(draw: random.Random) -> bytes:
    return inputs.mutated(draw.choice(_ANSWERS).encode(), draw)


def _feed_answer(data: bytes, _: Path) -> None:
    from curation.generation.llm import parsing
    from scoring.judge import answers
    from scoring.judge.answers import Malformed

    text = data.decode("utf-8", "replace")
    readers: tuple[Callable[[], object], ...] = (
        lambda: answers.yes_no(text), lambda: answers.score(text), lambda: answers.choice(text, ("a", "b"), "task"),
        lambda: answers.string(text, "response"), lambda: answers.strings(text, "objects"),
    )  # fmt: skip
    for read in readers:
        try:
            read()
        except Malformed:
            continue
    parsing.read(text)


@cache
def _recipes() -> tuple[Any, ...]:
    from curation.recipes import recipe
    from curation.recipes.recipe import Cut, Limit, Quota, Recipe, RecipeDecision

    quota = Quota(total=5, limits=(Limit("task", "a", at_most=3), Limit("dataset", "", at_least=1)), weights={"a": 2.0})
    full = Recipe(
        datasets={"a": "0" * 32}, cuts=(Cut("sharpness", 0.1, 2.0), Cut("exposure", None, 1.0)), quota=quota,
        drop_flags=("mismatch",), scorers={"sharpness": "1"}, decisions=(RecipeDecision("sample", "a/b#0", "approve"),),
    )  # fmt: skip
    return tuple(orjson.loads(recipe.dumps(one)) for one in (full, Recipe()))


def _recipe(draw: random.Random) -> bytes:
    return inputs.json_input(_recipes(), draw)


def _feed_recipe(data: bytes, _: Path) -> None:
    from curation.recipes import recipe

    read = recipe.loads(data)
    again = recipe.loads(recipe.dumps(read))
    assert recipe.differences(read, again) == [], "a recipe changed when it was written and read"


def _hosts(draw: random.Random) -> bytes:
    texts = ("localhost:8501", "127.0.0.1", "[::1]:80", "evil.example", "http://localhost:8501", "null", "data.example")
    return b"\n".join(inputs.mutated(draw.choice(texts).encode(), draw) for _ in range(2))


def _feed_hosts(data: bytes, _: Path) -> None:
    from curation.app.hosts import authority, concrete

    for text in data.decode("latin-1").split("\n"):
        read = authority(text.partition("://")[2] or text)
        assert read is None or read.host, "a host without a name"
        concrete(text)


def _container(draw: random.Random) -> bytes:
    ending, whole = draw.choice(
        (
            (b"tar", draw.choice(inputs.tars())),
            (b"parquet", draw.choice(inputs.parquets())),
            (b"csv", b'image,question,answer\na.png,What?,"Red, ""x""."\nb.png,Who,\n'),
            (b"jsonl", b"\n".join(map(orjson.dumps, _examples()[:4]))),
            (b"json", inputs.rows_text()),
            (b"json", b'{"meta": 1, "annotations": [{"image_id": 1}, {"image_id": 2}]}'),
        )
    )
    return ending + inputs.mutated(whole, draw)


def _feed_container(data: bytes, folder: Path) -> None:
    from curation.containers import registry, row_parser
    from curation.containers.container import DatasetSource
    from curation.formats.conversation import RejectedRowError

    ending = next(one for one in (b"jsonl", b"json", b"tar", b"parquet", b"csv") if data.startswith(one))
    path = folder / f"rows.{ending.decode()}"
    path.write_bytes(data[len(ending) :])
    container = registry.find(path)
    for raw in container.read(DatasetSource(path, _forget)):
        try:
            row_parser.parse(raw, _forget, lifted=container.lifts)
        except RejectedRowError:
            continue


@cache
def _documents() -> tuple[Any, ...]:
    from curation.annotations import registry

    texts = [text for kind in registry.kinds().values() for text in kind.example.values()]
    found = []
    for text in texts:
        try:
            found.append(orjson.loads(text))
        except orjson.JSONDecodeError:
            continue
    return tuple(found)


def _annotations(draw: random.Random) -> bytes:
    return inputs.json_input(_documents(), draw)


def _feed_annotations(data: bytes, folder: Path) -> None:
    from curation import annotations

    path = folder / "known.json"
    path.write_bytes(data)
    annotations.load(path)


def _table(draw: random.Random) -> bytes:
    return inputs.mutated(b"dataset,a,b\nx,1,2\ny,2,\nz,-1e3,'=4\n", draw)


def _feed_table(data: bytes, _: Path) -> None:
    from curation.reporting import correlation

    correlation.read_indicators(data.decode("utf-8", "replace"))


def _archive(draw: random.Random) -> bytes:
    text = b'{"1": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ", "2": "/9j/4AAQSkZJRgABAQEAYABgAAD"}'
    whole = draw.choice((*inputs.zips(), *inputs.tars()[:2], *inputs.parquets(), text))
    return inputs.mutated(whole, draw)


def _feed_archive(data: bytes, folder: Path) -> None:
    from curation.archives import registry
    from scoring.image import locator

    path = folder / "images.bin"
    path.unlink(missing_ok=True)  # readers remember a file by its name and time
    path.write_bytes(data)
    for place in registry.entries(path).values():
        try:
            locator._archive.cache_clear()
            locator._groups.clear()
            locator.read(f"{path}!{place}")
        except OSError:
            continue


def _template(draw: random.Random) -> bytes:
    text = b'[present]\nask = ["Is there a {thing}?"]\nanswer = ["Yes."]\nbrief = ["One word."]\nshort = ["yes"]\n'
    return inputs.mutated(text + b'[absent]\nquestions_of = "present"\nanswer = ["No."]\n', draw)


def _feed_template(data: bytes, folder: Path) -> None:
    from curation.generation import templates

    path = folder / "existence.toml"
    path.write_bytes(data)
    templates._read(path)


def _question(draw: random.Random) -> bytes:
    return inputs.json_input((app.QUESTION,), draw)


def _feed_question(data: bytes, folder: Path) -> None:
    from curation.views.thresholds import thresholds

    thresholds.evaluate(app.server_of(folder), *thresholds.recipe_and_scope(data))


def _picture(draw: random.Random) -> bytes:
    return inputs.mutated(draw.choice(inputs.pictures()), draw)


def _feed_picture(data: bytes, folder: Path) -> None:
    from curation.images.probe import examine
    from scoring.image import pixels

    path = folder / "picture.bin"
    path.write_bytes(data)
    if examine(str(path), folder / "thumbnails").outcome == "ok":
        pixels.decode(str(path))


def _feed_upload(data: bytes, folder: Path) -> None:
    import shutil

    from curation.importing import uploads

    shutil.rmtree(folder / "upload", ignore_errors=True)
    uploads.keep(io.BytesIO(data), "set.zip", folder / "upload")


def _proposals(draw: random.Random) -> bytes:
    from curation.generation.llm.rewriting import Proposal

    fields = dataclasses.fields(Proposal)
    said = {field.name: {"int": 0, "str": "a"}.get(str(field.type), []) for field in fields}
    return inputs.json_input((said,), draw)


def _feed_proposals(data: bytes, folder: Path) -> None:
    from curation.generation.llm import rewriting

    path = folder / "proposals.jsonl"
    path.write_bytes(data)
    rewriting.read(path)


_EVENT: dict[str, Any] = {
    "event_id": "e", "made_at": "2025-01-01T00:00:00", "who": "ann", "subject": "sample", "key": "a/b#0",
    "verdict": "approve", "payload": {}, "undoes": None, "batch": None, "adjudicates": False,
}  # fmt: skip


def _decisions(draw: random.Random) -> bytes:
    return b"\n".join(inputs.json_input((_EVENT,), draw) for _ in range(draw.randint(1, 3)))


def _feed_decisions(data: bytes, folder: Path) -> None:
    from curation.decisions import merging

    merging.merge_lines(app.server_of(folder).workspace, data.splitlines())


def _forget(_data: bytes, extension: str) -> str:
    from curation.images.inline import KEPT

    return f"{KEPT}{'0' * 32}.{extension}"
