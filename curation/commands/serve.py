"""Start the browser app on this machine.

examples:
  python -m curation serve
  python -m curation serve --workspace /data/curation --port 8600
  python -m curation serve --address 0.0.0.0 --allow-host data.example --insecure-open
                                   (reachable from other machines, by this name, without a login)
"""

from __future__ import annotations

import argparse
import os
import sys

from curation.app import hosts
from curation.app.hosts import EVERYWHERE, OpenAddressError, authority
from curation.commands import terminal
from curation.common import heap, program
from curation.workspace import open_workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument("--address", default="localhost", help="default: localhost, this machine only")
    parser.add_argument(
        "--allow-host",
        action="append",
        type=_host,
        default=[],
        metavar="NAME",
        help="answer to this name or address too, NAME or NAME:PORT as in the browser's address; may be repeated",
    )
    parser.add_argument(
        "--insecure-open",
        action="store_true",
        help="listen also where other machines reach the server, which has no login; every page says so",
    )
    parser.add_argument("--demo", action="store_true", help="fill an empty workspace with the demo set")


def run(arguments: argparse.Namespace) -> int:
    """Checks that the workspace can be opened, then becomes the server."""
    if arguments.insecure_open:
        os.environ[hosts.OPEN] = "1"
    if refused := hosts.refusal(arguments.address):
        raise OpenAddressError(refused)
    open_workspace(arguments.workspace).close()
    os.environ |= {
        "WINNOW_WORKSPACE": str(arguments.workspace.resolve()),
        "WINNOW_ADDRESS": f"http://{arguments.address}:{arguments.port}",
        "WINNOW_ALLOWED_HOSTS": " ".join(arguments.allow_host),
        "WINNOW_DEMO": "1" if arguments.demo else "0",
    }
    if arguments.address in EVERYWHERE and not arguments.allow_host:
        terminal.say("Other machines are answered only by a name or an address that --allow-host names.")
    os.environ.update(heap.unset(os.environ))
    os.chdir(program.ROOT)
    command = ["-m", "streamlit", "run", "app.py"]
    options = ["--server.port", str(arguments.port), "--server.address", arguments.address]
    os.execv(sys.executable, [sys.executable, *command, *options])


def _host(text: str) -> str:
    if authority(text) is None:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no host name or address; write it as in data.example or [fd00::1]"
        )
    return text
