"""Turns samples into numbers; knows neither Streamlit nor DuckDB."""
