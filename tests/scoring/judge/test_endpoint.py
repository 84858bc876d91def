from __future__ import annotations

from pathlib import Path

import pytest
from llm_server import KEY

from scoring.judge import endpoint
from scoring.metric import Unavailable


def _set(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def test_find__nothing_set__says_which_variables_to_set() -> None:
    with pytest.raises(Unavailable) as caught:
        endpoint.find()
    for name in ("WINNOW_LLM_MODEL", "WINNOW_LLM_BASE_URL", "WINNOW_LLM_API_KEY", "secrets.toml"):
        assert name in str(caught.value)
    assert endpoint.machine_params() == {}


def test_find__a_key_alone__names_only_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, OPENAI_API_KEY=KEY)
    with pytest.raises(Unavailable, match="set WINNOW_LLM_MODEL, or") as caught:
        endpoint.find()
    assert KEY not in str(caught.value)


def test_find__model_and_openai_key__is_openais_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, OPENAI_API_KEY=KEY, WINNOW_LLM_MODEL="m")
    assert endpoint.find() == endpoint.Endpoint("https://api.openai.com/v1", "m", KEY)
    assert endpoint.machine_params() == {"model": "m"}


def test_find__local_endpoint__needs_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, WINNOW_LLM_BASE_URL="http://localhost:8000/v1", WINNOW_LLM_MODEL="m")
    assert endpoint.find("other").model == "other"
    assert endpoint.find().host == "localhost:8000"


def test_find__secrets_file__is_read_and_the_environment_goes_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    endpoint.SECRETS.write_text(f'[llm]\nbase_url = "http://host/v1"\nmodel = "m"\napi_key = "{KEY}"\n')
    assert endpoint.find() == endpoint.Endpoint("http://host/v1", "m", KEY)
    _set(monkeypatch, WINNOW_LLM_MODEL="n", WINNOW_LLM_API_KEY="other")
    assert endpoint.find() == endpoint.Endpoint("http://host/v1", "n", "other")


@pytest.mark.parametrize("content", [f'[llm]\napi_key = "{KEY}', "llm = 3", "\xff"])
def test_find__broken_secrets_file__is_as_good_as_none_and_shows_no_key(content: str) -> None:
    Path(endpoint.SECRETS).write_bytes(content.encode("latin-1"))
    with pytest.raises(Unavailable) as caught:
        endpoint.find()
    assert KEY not in str(caught.value)


def test_redact__key_and_password_of_the_address_go() -> None:
    one = endpoint.Endpoint("https://me:pass@host.org/v1?token=t", "m", "plain-key")
    told = one.redact("https://me:pass@host.org/v1?token=t said: plain-key, Bearer abc, sk-1234567890 and risk-averse")
    assert told == "host.org said: ***, ***, *** and risk-averse"
    assert "plain-key" not in repr(one)
