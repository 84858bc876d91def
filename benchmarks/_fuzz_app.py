"""Requests to the app as it is served, and addresses of its pages, both damaged; only named answers may come back."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import quote, unquote

from benchmarks import _fuzz_inputs as inputs

ROOT = Path(__file__).resolve().parents[1]

STATUSES = frozenset({200, 206, 301, 304, 307, 308, 400, 403, 404, 405, 413, 416, 421})
"""What a request may end with while the workspace is open; 500 and 503 are failures."""

QUESTION = {
    "cuts": [{"metric": "sharpness", "low": 0.1, "high": None}, {"metric": "response_length", "low": 1, "high": 99}],
    "flags": ["empty_response"],
    "scope": {"words": "table", "where": "sharpness:0.1..2", "dataset": "a", "lasso": "map_images:0,0;1,1;1,0"},
}

LOOK = {
    "scope": {"where": "sharpness:0.1..2", "words": "table"},
    "query": 'dog "red bus" or -flag:empty_response (response_length:2..9 task:a,b) turns>3',
    "sort": "-sharpness", "open": ["sharpness"], "table": True,
    "edit": {
        "field": "flag", "included": ["refusal"], "excluded": ["duplicate"], "every": False, "low": None, "high": 3,
    },
}  # fmt: skip
"""What the browse page asks."""

_BODIES = {"/evaluate": QUESTION, "/browse/look": LOOK}
"""Routes that read a body, and one that means something to them."""

_TEXTS = (
    "0", "1", "7", "-1", "999999999999", "a", "any", "..", ":", ";;:..;", "1e999", "cluster", "task", "decision",
    "metric", "map_images", "map_responses", "sharpness", "sharpness:0.1..2;exposure:..3", "map_images:0,0;1,1;1,0",
    "map_images:3", "response_length", "hallucination", "duplicate", "open", "worst", "second", "audit", "likely",
)  # fmt: skip
_HEADERS = (
    (b"host", (b"localhost:8501", b"127.0.0.1", b"[::1]:80", b"evil.example", b"")),
    (b"origin", (b"http://localhost:8501", b"null", b"http://evil.example")),
    (b"range", (b"bytes=0-10", b"bytes=-5", b"bytes=9-3", b"bytes=0-1,3-4", b"lines=1-2")),
    (b"if-none-match", (b'"a"', b"*")),
    (b"if-range", (b'"a"', b"Wed, 21 Oct 2015 07:28:00 GMT")),
    (b"content-length", (b"0", b"999999999", b"-1", b"9" * 5000)),
    (b"content-type", (b"application/json", b"text/plain; charset=utf-16")),
    (b"accept-encoding", (b"gzip", b"br;q=x")),
    (b"sec-fetch-site", (b"cross-site", b"same-origin")),
)
_NAMES = re.compile(r'(?:params\.get|query_params\.pop|_value|_keep)\(\s*"(\w+)"')


_owners: dict[Path, Any] = {}


def server_of(folder: Path) -> Any:
    """The server of this process over a small dataset with some scores; the app and its pages find it too."""
    if folder not in _owners:
        from curation.app import server
        from curation.commands import terminal
        from curation.importing import importer
        from curation.importing.options import ImportOptions
        from curation.workspace import score_columns

        (folder / "images").mkdir(parents=True, exist_ok=True)
        (folder / "images" / "1.png").write_bytes(inputs.pictures()[1])
        (folder / "set.json").write_bytes(inputs.rows_text())
        owner = _owners[folder] = server.start(folder / "workspace")
        assert owner is not None
        importer.import_file(owner.workspace, folder / "set.json", ImportOptions(name="a"))
        terminal.score(owner.workspace, score_columns.named(["sharpness", "response_length"]))
    return _owners[folder]


def close(folder: Path) -> None:
    """Gives up the worker's workspace."""
    if _owners.pop(folder, None):
        from curation.app import server

        server.stop()


class Refused(Exception):
    """The answer is a refusal with a sentence."""


@cache
def names() -> tuple[str, ...]:
    """Every name that pages and routes read from an address, found in their sources."""
    from curation.app import scope

    found = {name for path in (ROOT / "pages").rglob("*.py") for name in _NAMES.findall(path.read_text("utf-8"))}
    return tuple(sorted({*found, *scope.PARAMS}))


@cache
def pages() -> tuple[str, ...]:
    """Every page by the name of its file."""
    return tuple(sorted(path.stem for path in (ROOT / "pages").glob("*.py") if _is_page(path)))


def _is_page(path: Path) -> bool:
    return f'"{path.name}"' in (ROOT / "pages" / "main.py").read_text("utf-8")


@cache
def _paths() -> tuple[str, ...]:
    from pages.routes import ROUTES

    return tuple(route.path for route in ROUTES)


def request(draw: random.Random) -> bytes:
    """Method, path, query, headers and body of a request, each on a line of its own but the body."""
    path = re.sub(r"\{\w+(:\w+)?\}", lambda _: quote(draw.choice(_TEXTS)), draw.choice(_paths()))
    method = draw.choice(("POST", "POST", "GET", "PUT")) if path in _BODIES else draw.choice(("GET",) * 9 + ("POST",))
    query = "&".join(f"{name}={quote(draw.choice(_TEXTS))}" for name in draw.sample(names(), draw.randrange(4)))
    headers = [(b"host", b"localhost:8501")] if draw.random() < 0.9 else []
    headers += [(name, draw.choice(texts)) for name, texts in _HEADERS if draw.random() < 0.08]
    lines = [method.encode(), _damaged(path.encode(), draw), _damaged(query.encode(), draw)]
    lines += [name + b":" + _damaged(text, draw, 0.1).replace(b"\n", b"") for name, text in headers]
    body = inputs.json_input((_BODIES[path],), draw) if path in _BODIES else b""
    return b"\n".join(line.replace(b"\n", b"%0A") for line in lines) + b"\n\n" + body


def _damaged(text: bytes, draw: random.Random, share: float = 0.4) -> bytes:
    return inputs.mutated(text, draw) if draw.random() < share else text


def feed_request(data: bytes, owner: Any) -> None:
    """Sends the request to the app. Raises Refused for an answer that says no in a sentence."""
    assert owner
    method, path, query, more = data.split(b"\n", 3)
    head, _, body = (b"\n" + more).partition(b"\n\n")
    headers = head.split(b"\n")[1:]
    status, sent = _loop().run_until_complete(_answer(method, path, query, headers, body))
    assert status in STATUSES, f"{status}: {sent[:300]!r}"
    if status >= 400:
        assert len(sent) < 1000, f"{status} with {len(sent)} bytes"
        assert b"Traceback" not in sent, sent
        raise Refused(status)


@cache
def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.new_event_loop()


@cache
def _app() -> Any:
    """The app with the pages' guard, its routes and Streamlit's own, as `streamlit run app.py` builds it."""
    import app

    return app.app._build_starlette_app()


async def _answer(method: bytes, path: bytes, query: bytes, headers: list[bytes], body: bytes) -> tuple[int, bytes]:
    pairs = [(name.lower(), text) for name, _, text in (line.partition(b":") for line in headers)]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method.decode("latin-1"),
        "scheme": "http", "path": unquote(path.decode("latin-1")), "raw_path": path, "query_string": query,
        "root_path": "", "headers": pairs, "client": ("127.0.0.1", 5000), "server": ("127.0.0.1", 8501), "state": {},
    }  # fmt: skip
    status, sent, waiting = 0, bytearray(), [body[:70_000], body[70_000:]]

    async def receive() -> dict[str, Any]:
        if not waiting:
            await asyncio.sleep(60)  # the browser waits for its answer
        part = waiting.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(waiting)}

    async def send(message: Any) -> None:
        nonlocal status, sent
        status = message.get("status", status)
        sent += message.get("body", b"")

    await _app()(scope, receive, send)
    return status, bytes(sent)


def filters(draw: random.Random) -> bytes:
    """What stands in an address, without its page."""
    return address(draw).partition(b"\n")[2]


def feed_filters(data: bytes, owner: Any) -> None:
    """Reads the address as every page does, and asks the views behind the pages what it names."""
    from curation.app import scope
    from curation.recipes.recipe import Recipe
    from curation.views.browse import browse
    from curation.views.flags import flags
    from curation.views.map import map as map_view
    from curation.views.map import map_points
    from curation.views.review import review
    from curation.views.thresholds import thresholds
    from pages.components import (
        browse_state,
        flag_actions,
        flag_filters,
        map_bar,
        review_queue,
        sample_address,
        scope_bar,
    )

    pairs = [line.partition("=") for line in data.decode("utf-8", "replace").split("\n")]
    with _address_of({name: text for name, _, text in pairs}):
        within = scope_bar.current()
        scope.members(owner, within)
        wanted, members = flag_filters.current(), flag_filters.members(owner)
        queue = flags.view(owner, wanted, members).queue
        flags.look_at(owner, flag_actions.current(queue) or "")
        number = sample_address.read(5)
        review.view(owner, review_queue.current(owner), "ann", "fuzz", Recipe(), sample_no=number, pending=())
        stage, by = map_bar.stage(owner), map_bar.by()
        map_view.view(owner, stage, by, within)
        map_points.addresses(owner, stage, by, within)
        thresholds.members(owner, within)
        browse_state.address()
        state = browse_state.current()
        browse.look(owner, within, state.sort, (), table=state.view == "table")


@contextlib.contextmanager
def _address_of(params: dict[str, str]) -> Iterator[None]:
    """Streamlit outside of a page, with this address and an empty session."""
    import logging

    import streamlit as st

    logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").disabled = True
    with mock.patch.object(st, "query_params", params), mock.patch.object(st, "session_state", {}):
        yield


def address(draw: random.Random) -> bytes:
    """A page and what stands in its address."""
    chosen = draw.sample(names(), draw.randrange(1, 6))
    lines = [f"{name}={draw.choice(_TEXTS)}".encode() for name in chosen]
    return b"\n".join([draw.choice(pages()).encode(), *(_damaged(line, draw, 0.5) for line in lines)])


def feed_address(data: bytes, owner: Any) -> None:
    """Opens the page at the address as a browser does."""
    from streamlit.testing.v1 import AppTest

    assert owner
    page, *lines = data.split(b"\n")
    test = AppTest.from_file(str(ROOT / "pages" / "main.py"), default_timeout=15)
    for line in lines:
        name, _, text = line.decode("utf-8", "replace").partition("=")
        with contextlib.suppress(Exception):  # names that Streamlit keeps for itself
            test.query_params[name] = text
    test.switch_page(f"{page.decode()}.py").run()
    assert not test.exception, [f"{one.message}\n{chr(10).join(one.stack_trace)}" for one in test.exception]
