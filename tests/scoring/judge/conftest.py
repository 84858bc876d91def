"""An endpoint that is set up, and judges with short pauses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from llm_server import Answer, FakeLLM, forget_endpoint, name_endpoint, serve

from scoring.judge.client import Judge
from scoring.judge.question import ChatQuestion

SHORT = {"pause": 0.01, "longest_pause": 1.0, "retries": 2, "timeout": 10.0}


@pytest.fixture(autouse=True)
def no_endpoint(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing is set up unless a test does."""
    forget_endpoint(monkeypatch, tmp_path)


@pytest.fixture
def llm(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Answer], FakeLLM]]:
    """Starts a server that answers so, and sets it up as the endpoint."""
    with ExitStack() as stack:

        def start(answer: Answer) -> FakeLLM:
            fake = stack.enter_context(serve(answer))
            name_endpoint(monkeypatch, fake, "judge-7b")
            return fake

        yield start


@pytest.fixture
def judge(tmp_path: Path) -> Callable[..., Judge]:
    """Makes a judge with short pauses and a cache."""
    return lambda **params: Judge({**SHORT, "cache": str(tmp_path / "cache"), **params})


@pytest.fixture
def running(tmp_path: Path) -> dict[str, Any]:
    """Parameters of a metric: short pauses and a cache."""
    return {**SHORT, "cache": str(tmp_path / "cache")}


@pytest.fixture
def question() -> ChatQuestion:
    return ChatQuestion("Answer yes or no.", "<data>\n{}\n</data>")
