"""What data says is shown letter by letter on every page: escaped where Streamlit reads Markdown, bare where not.

Which is which was looked up in Streamlit 1.67: options of `selectbox` and `multiselect`, placeholders and values of
inputs are plain text, tables and components have cells and data of their own; every other text is Markdown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pytest
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest
from support import pages

from curation.app.server import Server
from curation.importing import importer
from curation.importing.options import ImportOptions
from pages.components import markup

NAME = "a_b*c_[x](https://evil.example) www.evil.example me@evil.example $y$ :red[z] <b> :smile: ->"
PAGES = pages()
PLAIN = {
    ("Selectbox", "options"), ("Selectbox", "raw_value"), ("MultiSelect", "options"), ("MultiSelect", "raw_values"),
    ("TextInput", "default"), ("TextInput", "value"), ("TextArea", "default"), ("TextArea", "value"),
    ("TextInput", "placeholder"), ("TextArea", "placeholder"), ("NumberInput", "placeholder"),
    ("Selectbox", "placeholder"), ("MultiSelect", "placeholder"), ("PageLink", "query_string"),
}  # fmt: skip
OTHER = ("Arrow", "Html", "BidiComponent", "Image", "ImageList", "PlotlyChart", "Block", "ArrowVegaLiteChart")
"""Elements with cells, markup or data of their own, escaped by `markup.safe` or by the browser."""
NEVER_SHOWN = ("id", "form_id", "url", "page", "page_script_hash", "key", "query_string", "group_id", "fragment_id")


@pytest.fixture
def named(owner: Server, dataset: Path, tmp_path: Path) -> Server:
    """The server over two datasets with hostile names, and annotations of one."""
    known = {"images": [{"file_name": f"{n}.jpg", "objects": ["cup"]} for n in range(4)], "vocabulary": ["cup", NAME]}
    (tmp_path / "known.json").write_bytes(orjson.dumps(known))
    importer.import_file(owner.workspace, dataset, ImportOptions(name=NAME, annotations=tmp_path / "known.json"))
    second = dataset.with_name("second.json")
    second.write_bytes(dataset.read_bytes().replace(b"red cup", b"blue cup"))
    importer.import_file(owner.workspace, second, ImportOptions(name=f"{NAME} 2", images=dataset.parent / "images"))
    return owner


def _texts(message: Message, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str, str]]:
    """Element, field and text of every text in an element, repeated and nested ones too."""
    kind = message.DESCRIPTOR.name
    if kind in OTHER:
        return
    for field, value in message.ListFields():
        values = list(value) if field.is_repeated else [value]
        for one in values:
            if isinstance(one, Message):
                yield from _texts(one)
            elif isinstance(one, str) and field.name not in NEVER_SHOWN:
                yield kind, field.name, one


def _shown(app: AppTest) -> Iterator[tuple[str, str, str]]:
    for block in (app.main, app.sidebar):
        for element in block:
            proto = getattr(element, "proto", None)
            if isinstance(proto, Message):
                yield from _texts(proto)


@pytest.mark.parametrize("page", PAGES)
def test_dataset_name__is_escaped_in_markdown_and_bare_in_plain_text(
    page: str, named: Server, visit: Callable[..., AppTest]
) -> None:
    app = visit(page)
    for kind, field, text in _shown(app):
        where = f"{kind}.{field}: {text}"
        if (kind, field) in PLAIN:
            assert r"a\_b" not in text, where
        else:
            assert "a_b*c" not in text, where
            if "evil" in text:
                assert markup.plain(NAME[:70]) in text, where


def test_names_are_on_the_pages__so_that_the_test_above_sees_some(named: Server, visit: Callable[..., AppTest]) -> None:
    seen = {
        (kind, field)
        for page in ("map", "ingest", "flags", "report")
        for kind, field, text in _shown(visit(page))
        if "evil" in text
    }
    assert ("Selectbox", "options") in seen


def test_plain__parts_what_streamlit_joins_after_escapes() -> None:
    assert markup.plain("www.a.b") == r"www:red[]\.a\.b"
    assert markup.plain("https://a.b") == r"http:red[]s\://a\.b"
    assert markup.plain("a@b.c") == r"a:red[]@b\.c"
    assert markup.plain("12:30") == r"12\:30"


def test_line__is_the_text_in_one_line() -> None:
    assert markup.line(" a_b\n[c] ") == "a_b [c]"
