"""Streamlit pages: each calls `curation` and draws."""
