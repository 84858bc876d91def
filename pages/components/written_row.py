"""A row as it will be written, and beside it the conversation with its pictures that a reader of the format sees."""

from __future__ import annotations

import streamlit as st

from curation.exporting.row_preview import WrittenPicture, WrittenRow
from curation.views.sample import content, marks
from curation.views.sample.content import TurnView
from pages.components import conversation, markup


def show(row: WrittenRow) -> None:
    """Draws the text of the row on the left, what it says on the right."""
    with st.container(border=True):
        written, read = st.columns(2, gap="medium")
        with written:
            st.code(row.text, language=None, wrap_lines=True, height=min(360, 60 + 20 * row.text.count("\n")))
        with read:
            markup.show(_read(row))


def _read(row: WrittenRow) -> str:
    if row.problem:
        return f'<div class="w-none"><b>It cannot be read back.</b> {markup.safe(row.problem)}</div>'
    pictures = "".join(map(_picture, row.pictures))
    pictures += "".join(f'<div class="w-soft">Video <code>{markup.safe(name)}</code></div>' for name in row.videos)
    system = f'<div class="w-who">System</div><div class="w-bubble">{markup.safe(row.system)}</div>'
    before, turns = 0, []
    for turn in row.turns:
        instruction, response = turn.instruction or "", turn.response or ""
        turns.append(TurnView(instruction, response, (), images_before=before))
        before += marks.images_in(instruction) + marks.images_in(response)
    return f'<div class="w-preview-pictures">{pictures}</div>{system if row.system else ""}{conversation.html(turns)}'


def _picture(written: WrittenPicture) -> str:
    name = markup.safe(written.name)
    if written.image_no is None:
        return f'<div class="w-none"><b>No picture.</b> {content.why("missing")}<br><code>{name}</code></div>'
    return (
        f'<figure class="w-figured"><img loading="lazy" src="/thumb/{int(written.image_no)}" alt="{name}">'
        f'<figcaption class="w-soft">{name}</figcaption></figure>'
    )
