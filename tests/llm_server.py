"""A small OpenAI-compatible server on this machine: it answers as a test tells it to and remembers what it got."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from scoring.judge import dialect, endpoint

KEY = "sk-secret-of-the-tests-0123456789"


@dataclass(frozen=True)
class Reply:
    """What to send back: a text as a completion (`more` as further choices), or a status with a body."""

    text: str | None = "yes"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    delay: float = 0.0
    usage: bool = True
    more: tuple[str, ...] = ()
    finish: str = "stop"


Answer = Callable[[dict[str, Any]], Reply | str]


@dataclass
class FakeLLM:
    """`answer` is called with every request's JSON, in its own thread; `requests` are all that came."""

    answer: Answer
    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    times: list[float] = field(default_factory=list)
    most_at_once: int = 0
    _now: int = 0
    _lock: Any = field(default_factory=threading.Lock)

    def enter(self, request: dict[str, Any], key: str) -> None:
        with self._lock:
            self.requests.append(request)
            self.keys.add(key)
            self.times.append(time.monotonic())
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)

    def leave(self) -> None:
        with self._lock:
            self._now -= 1

    @property
    def count(self) -> int:
        return len(self.requests)


def replies(*given: Reply | str) -> Answer:
    """Gives the replies one after another, the last one from then on."""
    lock, left = threading.Lock(), list(given)

    def answer(_request: dict[str, Any]) -> Reply | str:
        with lock:
            return left.pop(0) if len(left) > 1 else left[0]

    return answer


def data_of(request: dict[str, Any]) -> dict[str, Any]:
    """The dataset's part of a request."""
    content = request["messages"][1]["content"]
    text = content if isinstance(content, str) else next(part["text"] for part in content if part["type"] == "text")
    assert text.startswith("<data>\n")
    assert text.endswith("\n</data>")
    found: dict[str, Any] = json.loads(text.removeprefix("<data>\n").removesuffix("\n</data>"))
    return found


@contextmanager
def serve(answer: Answer) -> Iterator[FakeLLM]:
    """Runs the server until the block ends."""
    fake = FakeLLM(answer)

    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            assert self.path == "/v1/chat/completions"
            fake.enter(request, self.headers["Authorization"].removeprefix("Bearer "))
            try:
                given = fake.answer(request)
                reply = Reply(given) if isinstance(given, str) else given
                time.sleep(reply.delay)
            finally:
                fake.leave()
            self._send(reply, request["model"])

        def _send(self, reply: Reply, model: str) -> None:
            body = json.dumps(reply.body if reply.body is not None else _completion(reply, model)).encode()
            try:
                self.send_response(reply.status)
                for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except (BrokenPipeError, ConnectionResetError):  # the client gave up waiting
                pass

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    fake.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


def _completion(reply: Reply, model: str) -> dict[str, Any]:
    messages = [{"role": "assistant", "content": text} for text in (reply.text, *reply.more)]
    found: dict[str, Any] = {
        "id": "x", "object": "chat.completion", "created": 0, "model": model,
        "choices": [{"index": at, "finish_reason": reply.finish, "message": one} for at, one in enumerate(messages)],
    }  # fmt: skip
    if reply.usage:
        found["usage"] = {"prompt_tokens": 100, "completion_tokens": 7, "total_tokens": 107}
    return found


def forget_endpoint(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """No model is set up, whatever the machine has in its environment or its secrets."""
    for name in ("WINNOW_LLM_BASE_URL", "WINNOW_LLM_MODEL", "WINNOW_LLM_API_KEY", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(dialect, "_DIALECTS", {})
    monkeypatch.setattr(endpoint, "SECRETS", folder / "secrets.toml")


def name_endpoint(monkeypatch: pytest.MonkeyPatch, fake: FakeLLM, model: str) -> None:
    """Sets the server up as the endpoint."""
    monkeypatch.setenv("WINNOW_LLM_BASE_URL", fake.url)
    monkeypatch.setenv("WINNOW_LLM_MODEL", model)
    monkeypatch.setenv("WINNOW_LLM_API_KEY", KEY)
