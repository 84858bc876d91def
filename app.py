"""The ASGI entry, started by `streamlit run app.py`: the pages, their routes, and the server behind them."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import streamlit as st
from starlette.middleware import Middleware

from curation.app import server
from curation.app.hosts import concrete, refusal
from curation.common import program
from curation.views import warmup
from curation.workspace import folder_from_environment
from pages.guard import Guard, failed
from pages.routes import ROUTES
from pages.sockets import send_at_once


@asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[None]:
    """Opens the workspace when the server comes up and gives it up when the server goes."""
    address = f"http://{st.get_option('server.address') or 'localhost'}:{st.get_option('server.port')}"
    with_demo = os.environ.get("WINNOW_DEMO") == "1"
    program.start()
    opened = await anyio.to_thread.run_sync(server.start, folder_from_environment(), address, with_demo)
    if opened:
        warmup.start(opened)
    send_at_once()
    try:
        yield
    finally:
        await anyio.to_thread.run_sync(server.stop)


def allowed_hosts() -> list[str]:
    """The names that the server answers to beside this machine's own."""
    return [*concrete(st.get_option("server.address")), *os.environ.get("WINNOW_ALLOWED_HOSTS", "").split()]


is_served = "streamlit.web.cli" in sys.modules  # by `streamlit run`, not only imported
if is_served and (refused := refusal(st.get_option("server.address"))):
    sys.exit(f"error: {refused}")

app = st.App(
    "pages/main.py",
    lifespan=lifespan,
    routes=ROUTES,
    middleware=[Middleware(Guard, allowed_hosts)],
    exception_handlers={500: failed},
)
