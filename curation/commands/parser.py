"""The parser of the command line. It knows a command by its file and imports only the one that is meant."""

from __future__ import annotations

import argparse
import ast
import importlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NoReturn, Protocol, runtime_checkable

from curation.common import names, program


class Parser(argparse.ArgumentParser):
    """Says which choice is meant where one is misspelt."""

    def _check_value(self, action: argparse.Action, value: object) -> None:
        if action.choices is not None and value not in action.choices:
            kind = (action.metavar or action.dest) if action.option_strings else "command"
            self._refuse(action, names.unknown(str(kind).lower(), str(value), map(str, action.choices)))

    def _refuse(self, action: argparse.Action, sentence: str) -> NoReturn:
        raise argparse.ArgumentError(action, f"invalid choice. {sentence}")


@runtime_checkable
class CommandModule(Protocol):
    """A command's file; its docstring is its help."""

    def add_arguments(self, parser: argparse.ArgumentParser, /) -> None:
        """Adds the command's own arguments."""

    def run(self, arguments: argparse.Namespace, /) -> int:
        """Runs the command; 0 when all is well, 1 when something failed."""


@dataclass(frozen=True)
class Command:
    """A command by its file; `about` is the first line of its documentation."""

    module: str
    about: str

    def load(self) -> CommandModule:
        """The command's module."""
        module = importlib.import_module(f"curation.commands.{self.module}")
        if not isinstance(module, CommandModule):
            raise TypeError(f"The command {self.module} lacks add_arguments or run.")
        return module


@cache
def commands() -> dict[str, Command]:
    """Every command by its name: the files beside this one that have a function `run`."""
    commands_by_name = {}
    for path in sorted(Path(__file__).parent.glob("*.py")):
        tree = ast.parse(path.read_bytes())
        if any(isinstance(part, ast.FunctionDef) and part.name == "run" for part in tree.body):
            about = (ast.get_docstring(tree) or "").partition("\n")[0]
            commands_by_name[path.stem.rstrip("_").replace("_", "-")] = Command(path.stem, about)
    return commands_by_name


def parser(arguments: Sequence[str] | None = None, *, complete: bool = False) -> Parser:
    """Makes the parser of the command line.

    Args:
        arguments: Arguments to parse, None for those of the process; only the command that they name has its options.
        complete: True gives every command its options.

    Returns:
        The parser.
    """
    words = sys.argv[1:] if arguments is None else arguments
    command_parser = Parser(
        prog=program.name(),
        description="Curate vision-language instruction data: import, score, review, export.",
        epilog=f"Start with:  {program.name()} demo   then   {program.name()} serve",
    )
    command_parser.add_argument("--version", action="version", version=f"winnow {program.VERSION}")
    subparsers = command_parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, command in commands().items():
        if complete or name in words[:1]:
            _add(subparsers, name, command)
        else:
            subparsers.add_parser(name, help=command.about.rstrip("."))
    return command_parser


def _add(subparsers: Any, name: str, command: Command) -> None:
    module = command.load()
    about, _, examples = (module.__doc__ or "").partition("\n")
    sub = subparsers.add_parser(
        name,
        help=about.rstrip("."),
        description=about,
        epilog=program.named(examples.strip("\n")),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    sub.add_argument(
        "--workspace", type=Path, default=Path(program.DEFAULT_FOLDER), metavar="DIR", help="default: ./workspace"
    )
    sub.add_argument(
        "--plugins", type=Path, action="append", default=[], metavar="DIR", help="load the plug-ins of a folder: code!"
    )
    module.add_arguments(sub)
    _workspace_after_actions(sub)
    sub.set_defaults(run=module.run)


def _workspace_after_actions(parser: argparse.ArgumentParser) -> None:
    """Lets `recipe init --workspace DIR` be said as well as `recipe --workspace DIR init`."""
    for action in parser._subparsers._group_actions if parser._subparsers else ():
        for inner in dict(action.choices or {}).values():
            inner.add_argument("--workspace", type=Path, default=argparse.SUPPRESS, metavar="DIR", help="as above")
