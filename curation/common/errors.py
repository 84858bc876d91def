"""The base of every error whose message is one sentence for the user."""

from __future__ import annotations

from storage.errors import WinnowError

__all__ = ["WinnowError"]
