"""The language of query boxes: words, "phrases", field:value, ranges, and / or / not, brackets.

A query is read into terms and written again from them, so that a page can change one filter of a query that a person
typed. What is read is bounded: in length, in terms and in depth.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from curation.common.errors import WinnowError

LONGEST = 2_000
"""Longest query in characters."""
MOST_TERMS = 100
"""Values and ranges of one query."""
DEEPEST = 12
"""Brackets within brackets."""
MOST_WORDS = 20
"""Words and phrases that are looked for in all texts."""
ALIASES = {"lang": "language", "flagged": "flag", "flags": "flag", "tags": "tag"}
ANY = "*"
"""The value that holds for every sample with a value."""

_QUOTE = '"“”'
_TOKEN = re.compile(
    rf"""(?P<quoted>[{_QUOTE}](?:[^{_QUOTE}\\]|\\.)*[{_QUOTE}]?)|(?P<sign>>=|<=|[():,<>=])|(?P<plain>[^\s{_QUOTE}():,<>=]+)""",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_PLAIN_VALUE = re.compile(r"[\w*/+][\w*/+-]*(?:\.[\w*/+-]+)*")
_RANGE = re.compile(r"(?P<low>[^.]*(?:\.[^.]+)?)\.\.(?P<high>.*)")
_WORDS = frozenset({"and", "or", "not"})
_HINT = "Put words with such signs in quotes."
_QUOTE_IT = "Put the word in quotes to find it."


class QueryError(WinnowError):
    """The query cannot be read; the message says what to change."""


@dataclass(frozen=True)
class WordTerm:
    """Text that a sample's turns contain, in any case."""

    text: str


@dataclass(frozen=True)
class ValueTerm:
    """A field that has any of some values; ANY stands for every value, a star at the end for any ending."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class RangeTerm:
    """A field whose number lies within a range; an edge that is None is open. `above` (of one without
    `high`) and `below` (of one without `low`) leave the edge out."""

    field: str
    low: float | None
    high: float | None
    above: bool = False
    below: bool = False


@dataclass(frozen=True)
class NotTerm:
    """What holds where the part does not."""

    part: Query


@dataclass(frozen=True)
class AllTerm:
    """What holds where all parts do; without parts, everywhere."""

    parts: tuple[Query, ...]


@dataclass(frozen=True)
class AnyTerm:
    """What holds where any part does."""

    parts: tuple[Query, ...]


Query = WordTerm | ValueTerm | RangeTerm | NotTerm | AllTerm | AnyTerm
EVERYTHING = AllTerm(())


@dataclass(frozen=True)
class _QueryToken:
    kind: str
    text: str
    start: int
    end: int


def parse(text: str) -> Query:
    """Reads a query.

    Args:
        text: Words, phrases in quotes, `field:value`, `field:a,b`, `field:0.2..0.3`, `field>3`, joined by `and`, `or`,
            `not` (or a minus), and brackets; terms beside each other all hold.

    Returns:
        The query; EVERYTHING for an empty text.

    Raises:
        QueryError: It cannot be read, or is too long, too deep or of too many terms.
    """
    if len(text) > LONGEST:
        raise QueryError(f"The query is longer than {LONGEST:,} characters.")
    reader = _QueryReader(list(_tokens(text)))
    query = reader.any_of(0)
    if reader.token is not None:
        raise QueryError(f"“{reader.token.text}” has no beginning: a bracket or a field is missing before it. {_HINT}")
    return query


def write(query: Query) -> str:
    """Writes a query so that `parse` reads the same again.

    Args:
        query: The query.

    Returns:
        Its text; empty for EVERYTHING.
    """
    return _written(query, inside=False)


def conjuncts(query: Query) -> tuple[Query, ...]:
    """The parts of a query that all have to hold."""
    return query.parts if isinstance(query, AllTerm) else (query,)


def together(parts: tuple[Query, ...]) -> Query:
    """The query that holds where all parts do."""
    return parts[0] if len(parts) == 1 else AllTerm(parts)


def fields(query: Query) -> frozenset[str]:
    """The fields that a query names; words have the field ""."""
    if isinstance(query, NotTerm):
        return fields(query.part)
    if isinstance(query, AllTerm | AnyTerm):
        return frozenset[str]().union(*(fields(part) for part in query.parts))
    return frozenset({"" if isinstance(query, WordTerm) else query.field})


def _tokens(text: str) -> Iterator[_QueryToken]:
    for match in _TOKEN.finditer(text):
        kind, token_text = str(match.lastgroup), match[0]
        if kind == "quoted":
            closed = len(token_text) > 1 and token_text[-1] in _QUOTE
            token_text = _ESCAPE.sub(r"\1", token_text[1:-1] if closed else token_text[1:])
        yield _QueryToken(kind, token_text, match.start(), match.end())


class _QueryReader:
    """Reads tokens from left to right; a method per level of the grammar."""

    def __init__(self, tokens: list[_QueryToken]) -> None:
        self._tokens = tokens
        self._index = 0
        self._terms = self._words = 0

    @property
    def token(self) -> _QueryToken | None:
        """The next token; None at the end."""
        return self._tokens[self._index] if self._index < len(self._tokens) else None

    def any_of(self, depth: int) -> Query:
        if depth > DEEPEST:
            raise QueryError(f"The query has more than {DEEPEST} brackets within brackets.")
        parts = [self._all_of(depth)]
        while self._is_word("or"):
            if parts[-1] == EVERYTHING:
                raise QueryError(
                    "“or” stands between two filters; there is none before it. Put the word in quotes to find it."
                )
            self._index += 1
            parts.append(self._all_of(depth))
        if len(parts) > 1 and parts[-1] == EVERYTHING:
            raise QueryError(
                "“or” stands between two filters; there is none behind it. Put the word in quotes to find it."
            )
        return parts[0] if len(parts) == 1 else AnyTerm(tuple(parts))

    def _all_of(self, depth: int) -> Query:
        parts: list[Query] = []
        while (token := self.token) is not None and not self._is_word("or") and not _is_sign(token, ")"):
            if self._is_word("and") or _is_sign(token, ",") or self._is_dash():
                self._index += 1
                continue
            part = self._one_of(depth)
            parts += part.parts if isinstance(part, AllTerm) else (part,)
        return together(tuple(parts))

    def _one_of(self, depth: int) -> Query:
        token = self._next()
        if token.kind == "plain" and token.text.lower() == "not":
            if self.token is None or _is_sign(self.token, ")"):
                raise QueryError(
                    "“not” stands before a filter; there is none behind it. Put the word in quotes to find it."
                )
            return self._negated(depth)
        if token.kind == "plain" and token.text.startswith("-"):
            self._index -= 1
            shortened = _QueryToken("plain", token.text[1:], token.start + 1, token.end)
            self._tokens[self._index : self._index + 1] = [shortened] if shortened.text else []
            return self._negated(depth)
        if _is_sign(token, "("):
            part = self.any_of(depth + 1)
            if self.token is None:
                raise QueryError("A bracket “(” is not closed.")
            self._index += 1
            return part
        if token.kind == "sign":
            raise QueryError(f"“{token.text}” needs a field before it, such as turns>3. {_HINT}")
        following = self.token
        if following is not None and following.text in _COMPARED and following.start == token.end:
            self._index += 1
            return self._about(ALIASES.get(token.text.lower(), token.text), following.text)
        self._words += 1
        if self._words > MOST_WORDS:
            raise QueryError(f"The query has more than {MOST_WORDS} words to find.")
        return WordTerm(token.text.lower()) if token.text.strip() else EVERYTHING

    def _negated(self, depth: int) -> Query:
        if depth + 1 > DEEPEST:
            raise QueryError(f"The query has more than {DEEPEST} brackets and “not” within each other.")
        part = self._one_of(depth + 1)
        return part.part if isinstance(part, NotTerm) else NotTerm(part)

    def _about(self, field: str, sign: str) -> Query:
        if self.token is None or (self.token.kind == "sign" and self.token.text != "("):
            raise QueryError(f"“{field}{sign}” has no value behind it.")
        if sign != ":":
            self._count()
            edge = number(self._next().text, field)
            low, high = (edge if sign[0] != "<" else None), (edge if sign[0] != ">" else None)
            return RangeTerm(field, low, high, above=sign == ">", below=sign == "<")
        if _is_sign(self.token, "("):
            self._index += 1
            return ValueTerm(field, tuple(self._listed(field)))
        first = self._next()
        self._count()
        edges = _RANGE.fullmatch(first.text) if first.kind == "plain" else None
        if edges is not None:
            low, high = (number(edge, field) if edge else None for edge in (edges["low"], edges["high"]))
            if low is None and high is None:
                raise QueryError(
                    f"The range of “{field}” has no edge: write {field}:0.2..0.3, {field}:0.2.. or {field}:..0.3."
                )
            return RangeTerm(field, low, high)
        values = [first.text]
        while (token := self.token) is not None and _is_sign(token, ","):
            self._index += 1
            if self.token is None or self.token.kind == "sign":
                break
            values.append(self._next().text)
            self._count()
        return ValueTerm(field, tuple(dict.fromkeys(values)))

    def _listed(self, field: str) -> Iterator[str]:
        """Values in brackets, with `or` or commas between them."""
        while (token := self.token) is not None and not _is_sign(token, ")"):
            self._index += 1
            if _is_sign(token, ",") or (token.kind == "plain" and token.text.lower() == "or"):
                continue
            if token.kind == "sign":
                raise QueryError(f"“{token.text}” cannot stand in the values of “{field}”. {_HINT}")
            self._count()
            yield token.text
        if self.token is None:
            raise QueryError(f"The bracket behind “{field}:” is not closed.")
        self._index += 1

    def _next(self) -> _QueryToken:
        token = self._tokens[self._index]
        self._index += 1
        return token

    def _count(self) -> None:
        self._terms += 1
        if self._terms > MOST_TERMS:
            raise QueryError(f"The query has more than {MOST_TERMS} values.")

    def _is_word(self, word: str) -> bool:
        token = self.token
        return token is not None and token.kind == "plain" and token.text.lower() == word

    def _is_dash(self) -> bool:
        """Whether the next token is a minus that nothing follows at once: a dash between words."""
        index = self._index
        if not self._is_word("-"):
            return False
        return index + 1 == len(self._tokens) or self._tokens[index + 1].start != self._tokens[index].end


_COMPARED = (":", ">", ">=", "<", "<=", "=")


def _is_sign(token: _QueryToken, sign: str) -> bool:
    return token.kind == "sign" and token.text == sign


def number(text: str, field: str) -> float:
    """Reads the value of a field that has numbers.

    Args:
        text: As it stands in the query.
        field: Name of the field.

    Returns:
        A finite number.

    Raises:
        QueryError: It is none.
    """
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise QueryError(f"“{text}” is no number, and the values of “{field}” are numbers.")
    return value


def _written(query: Query, *, inside: bool) -> str:
    match query:
        case WordTerm(text):
            return text if _PLAIN_VALUE.fullmatch(text) and text not in _WORDS else _quoted(text)
        case ValueTerm(field, values):
            return f"{_value(field)}:{','.join(map(_value, values))}" if values else f"{_value(field)}:()"
        case RangeTerm():
            return _range(query)
        case NotTerm(part):
            return f"-{_written(part, inside=True)}"
        case AllTerm(parts):
            joined = " ".join(_written(part, inside=True) for part in parts)
        case AnyTerm(parts):
            joined = " or ".join(_written(part, inside=True) for part in parts)
    return f"({joined})" if inside else joined


def _range(query: RangeTerm) -> str:
    field, low, high = _value(query.field), _edge(query.low), _edge(query.high)
    if query.above:
        return f"{field}>{low}"
    return f"{field}<{high}" if query.below else f"{field}:{low}..{high}"


def _edge(number: float | None) -> str:
    if number is None:
        return ""
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else repr(number)


def _value(text: str) -> str:
    return text if _PLAIN_VALUE.fullmatch(text) and text.lower() not in _WORDS else _quoted(text)


def _quoted(text: str) -> str:
    return '"' + re.sub(rf"([{_QUOTE}\\])", r"\\\1", text) + '"'
