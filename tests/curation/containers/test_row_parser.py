"""What a row's bytes become: the parser's own findings."""

from __future__ import annotations

import orjson
import pytest

from curation.containers import row_parser


@pytest.mark.parametrize(
    ("row", "repeated"),
    [
        (b'{"a":1,"a":2}', ("a",)),
        (b'{"a" : 1, "a":2}', ("a",)),
        (b'{"a" :1,\n"b":{"c":1,"c" :2}}', ("c",)),
        (rb'{"a":1,"a":2,"text":"x\u003ay"}', ("a",)),
        (rb'{"a":1,"text":"x\u003ay: \": z"}', ()),
        (b'{"a":1,"b":{"a":2}}', ()),
    ],
)
def test_repeated_keys__however_the_row_is_spaced_and_escaped(row: bytes, repeated: tuple[str, ...]) -> None:
    canonical = orjson.dumps(orjson.loads(row), option=orjson.OPT_SORT_KEYS)
    assert row_parser.repeated_keys(row, canonical) == repeated
