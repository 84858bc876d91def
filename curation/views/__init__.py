"""What each page shows, as plain data: one file per page, no Streamlit."""
