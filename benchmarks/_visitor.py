"""A browser without a window: speaks Streamlit's protocol over a websocket, and keeps what the page shows.

It answers as the real one does: with every widget's state, and with the address. It draws nothing, so that thousands of
key presses take minutes.
"""

from __future__ import annotations

import json
import time
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Subprotocol

PATIENCE = 60.0
"""Seconds after which a page counts as one that does not come up."""
_DECK = "winnow_review_deck"


class NoAnswerError(Exception):
    """The server did not do in time what a browser waits for."""


class Visitor:
    """One browser tab on the pages of a server at `address`."""

    def __init__(self, address: str) -> None:
        self._socket = connect(
            f"{address.replace('http', 'ws', 1)}/_stcore/stream",
            subprotocols=[Subprotocol("streamlit")],
            max_size=None,
        )
        self._pages: dict[str, str] = {}
        self._states: dict[str, str] = {}
        self._query = ""
        self._page = ""
        self._is_running = False
        self._seq = 0
        self._name = f"{id(self):x}{time.time_ns():x}"
        self.deck: dict[str, Any] = {}
        """What the server sent the review deck last."""
        self._deck_id = ""

    def close(self) -> None:
        """Closes the tab; the server notices."""
        self._socket.close()

    def visit(self, page: str, query: str = "") -> None:
        """Opens a page by its name in the address, and waits until it is drawn whole."""
        while self._is_running:  # what still comes of the last page is not the new one's
            self._hear()
        self._page, self._query, self.deck = page, query, {}
        self._states.clear()
        self._rerun()
        while self._hear() != "script_finished" or self._is_running:
            continue

    def press(self, act: dict[str, Any]) -> float:
        """Does something on the review deck; returns the seconds until the server has stored it and drawn anew."""
        self._seq = max(self._seq + 1, time.time_ns() // 1_000_000)
        whole = act | {"seq": self._seq, "id": f"{self._name}-{self._seq}", "again": 1}
        self._states[self._deck_id] = json.dumps({"acts": [whole]})
        began = time.perf_counter()
        self._rerun()
        while self.deck.get("ack", 0) < self._seq:
            self._hear()
        return time.perf_counter() - began

    def _rerun(self) -> None:
        message = BackMsg()
        client = message.rerun_script
        client.query_string = self._query
        if self._page in self._pages:
            client.page_script_hash = self._pages[self._page]
        else:
            client.page_name = self._page
        for name, value in self._states.items():
            client.widget_states.widgets.add(id=name, json_value=value)
        self._socket.send(message.SerializeToString())

    def _hear(self) -> str:
        """Takes the server's next message in and returns its kind."""
        message = ForwardMsg()
        try:
            message.ParseFromString(self._socket.recv(timeout=PATIENCE))
        except TimeoutError:
            raise NoAnswerError(f"{self._page}?{self._query}: silent for {PATIENCE:.0f} s") from None
        kind = str(message.WhichOneof("type"))
        if kind == "new_session":
            self._is_running = True
        elif kind == "script_finished":  # one that ended early for another run goes on as that one
            self._is_running = message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN
        elif kind == "navigation":
            self._pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "delta":
            self._drawn(message.delta.new_element)
        return kind

    def _drawn(self, element: Any) -> None:
        kind = element.WhichOneof("type")
        if kind == "exception":
            raise NoAnswerError(f"{self._page}: {element.exception.type}: {element.exception.message}")
        if kind == "bidi_component" and element.bidi_component.component_name == _DECK:
            self._deck_id = element.bidi_component.id
            self.deck = json.loads(element.bidi_component.json or element.bidi_component.mixed.json)
