"""Which endpoint to ask, from the environment or `.streamlit/secrets.toml`; the key is never stored or shown.

WINNOW_LLM_BASE_URL, WINNOW_LLM_MODEL and WINNOW_LLM_API_KEY (or OPENAI_API_KEY) go before `base_url`, `model`
and `api_key` of the section [llm]. Without a base URL it is OpenAI's own endpoint; a local one needs no key.
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from scoring.judge.redaction import MASK, without_key
from scoring.metric import Unavailable
from scoring.plain_files import plain

SECRETS = Path(__file__).parents[2] / ".streamlit" / "secrets.toml"
OPENAI = "https://api.openai.com/v1"
_MISSING = (
    "No language model is set up: set {}, or base_url, model and api_key in the section [llm] of "
    ".streamlit/secrets.toml."
)
_KEY = re.compile(r"\b(?:sk|key)-[\w*.-]{6,}|\bBearer\s+[^\s,;\"\']+")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to send questions, and to which model."""

    base_url: str
    model: str
    key: str = field(repr=False)

    @property
    def host(self) -> str:
        """The part of the address that may be shown: no user name, no password, no query."""
        parts = urlsplit(self.base_url)
        return f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname or ""

    def redact(self, text: str) -> str:
        """`text` without the key, or anything that looks like one."""
        return _KEY.sub(MASK, self.conceal(text))

    def conceal(self, text: str) -> str:
        """`text` without the key and the full address, and otherwise as the model wrote it."""
        return without_key(text, self.key).replace(self.base_url, self.host)


def find(model: str = "", base_url: str = "") -> Endpoint:
    """Finds the configured endpoint.

    Args:
        model: Goes before the configured one; "" for that.
        base_url: Goes before the configured one; "" for that.

    Returns:
        The endpoint; its key may be empty.

    Raises:
        Unavailable: No model or no endpoint is set up; the message says what to set.
    """
    file = _secrets()
    base_url = base_url or os.environ.get("WINNOW_LLM_BASE_URL") or file.get("base_url", "")
    model = model or os.environ.get("WINNOW_LLM_MODEL") or file.get("model", "")
    key = os.environ.get("WINNOW_LLM_API_KEY") or file.get("api_key", "")
    if not key and _is_openai(base_url):  # that key is for OpenAI's own host and for no other
        key = os.environ.get("OPENAI_API_KEY", "")
    missing = [] if model else ["WINNOW_LLM_MODEL"]
    if not base_url and not key:
        missing.append("WINNOW_LLM_BASE_URL (and WINNOW_LLM_API_KEY where it wants one)")
    if missing:
        raise Unavailable(_MISSING.format(" and ".join(missing)))
    return Endpoint(base_url or OPENAI, model, key)


def _is_openai(base_url: str) -> bool:
    host = urlsplit(base_url or OPENAI).hostname or ""
    return host == "openai.com" or host.endswith(".openai.com")


def machine_params() -> dict[str, str]:
    """The parameter that this machine's configuration sets: other models give other scores."""
    try:
        return {"model": find().model}
    except Unavailable:
        return {}


def _secrets() -> dict[str, str]:
    try:
        section = tomllib.loads(plain(SECRETS).read_text(encoding="utf-8")).get("llm", {})
    except (OSError, ValueError, RecursionError):  # a broken file is as good as none: no key is shown
        return {}
    return {name: str(value) for name, value in section.items()} if isinstance(section, dict) else {}
