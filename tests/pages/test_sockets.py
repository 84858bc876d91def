"""Small answers leave at once."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from pages.sockets import send_at_once


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="only where open files can be listed")
def test_send_at_once__connections_of_a_listening_socket_inherit_it() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        send_at_once()
        with socket.create_connection(listening.getsockname()) as _, listening.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert listening.gettimeout() is None
