"""The sample that an address names (`?sample=12`), and a word where there is none such."""

from __future__ import annotations

import streamlit as st

from curation.common import digits
from pages.components import markup

_LONGEST = 40


def read(count: int) -> int | None:
    """The number of the sample; None where the address names none of the `count` samples, which is said."""
    text = str(st.query_params.get("sample", "")).strip()
    if not text:
        return None
    number = digits.whole_number(text)
    if number is not None and 0 <= number < count:
        return number
    shortened = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    range_words = f"Samples are numbered from 0 to {count - 1:,}." if count else "This workspace has no samples yet."
    st.warning(markup.plain(f"There is no sample “{shortened}”. {range_words}"), icon=":material/search_off:")
    return None
