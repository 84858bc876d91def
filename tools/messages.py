"""Writes the messages of components as types for the scripts: `make messages`; a test compares them with the code."""

from __future__ import annotations

import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

from curation.views.messages import board, browse, deck, editors, flags, map

TYPES = Path(__file__).resolve().parents[1] / "assets" / "messages.d.ts"
_HEAD = """\
// Written by `make messages` from curation/views/messages; types for `make lint`, no part of what is served.

/** What Streamlit calls: draws `data`, says what was done by name, and returns what ends it. */
type Component<Data, Sent = {}> = (given: {
  data: Data
  parentElement: HTMLElement
  setStateValue<Name extends keyof Sent & string>(name: Name, value: Sent[Name]): void
  setTriggerValue<Name extends keyof Sent & string>(name: Name, value: Sent[Name]): void
}) => void | (() => void)
"""
_MODULES = (deck, flags, editors, board, map, browse)
_SIMPLE = {str: "string", int: "number", float: "number", bool: "boolean", type(None): "null"}


def text() -> str:
    """The file as it has to be."""
    return "\n".join([_HEAD, *_declarations()])


def message_types() -> dict[str, type]:
    """The messages by name, in the order of their modules."""
    return {name: defined for name, defined in _defined().items() if is_typeddict(defined)}


def _defined() -> dict[str, Any]:
    return {name: defined for module in _MODULES for name, defined in vars(module).items() if name[:1].isupper()}


def _declarations() -> Iterator[str]:
    for name, message in message_types().items():
        about = " ".join((message.__doc__ or "").split())
        yield f"/** {about} */\ninterface {name} {{\n{''.join(_fields(message))}}}\n"
    for name, defined in _defined().items():
        if isinstance(defined, types.UnionType):
            yield f"type {name} = {_type(defined)}\n"


def _fields(message: type) -> Iterator[str]:
    for name, hint in get_type_hints(message, include_extras=True).items():
        is_optional = get_origin(hint) is NotRequired
        yield f"  {name}{'?' if is_optional else ''}: {_type(get_args(hint)[0] if is_optional else hint)}\n"


def _type(hint: Any) -> str:
    """The same type in TypeScript."""
    origin, parts = get_origin(hint), get_args(hint)
    if hint in _SIMPLE:
        return _SIMPLE[hint]
    if origin in (Union, types.UnionType):
        return " | ".join(dict.fromkeys(_type(part) for part in parts))
    if origin is Literal:
        return " | ".join(f'"{value}"' for value in parts)
    if origin is list:
        return f"Array<{_type(parts[0])}>"
    if origin is tuple:
        return f"[{', '.join(_type(part) for part in parts)}]"
    if origin is dict:
        return f"Record<{_type(parts[0])}, {_type(parts[1])}>"
    if is_typeddict(hint):
        return str(hint.__name__)
    raise TypeError(f"A message cannot have a {hint}.")


if __name__ == "__main__":
    TYPES.write_text(text(), encoding="utf-8")
