"""The command line: `python -m curation COMMAND --workspace DIR`. One command per file of `commands/`."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from curation import commands
from curation.annotations import AnnotationsError
from curation.commands import naming, terminal
from curation.containers.container import UnreadableFileError
from curation.correlation import CorrelationError
from curation.export_folder import ExportError
from curation.formats.registry import UnknownFormatError
from curation.generation.making import MakingError
from curation.generation.prompts import PromptError
from curation.generation.templates import TemplateError
from curation.importing import ImportFailedError
from curation.names import UnknownNameError
from curation.recipe import RecipeError
from curation.report import ReportError
from curation.review import DecisionError
from curation.tags import TagError
from curation.workspace import DEFAULT_FOLDER, WorkspaceError
from scoring.plain_files import SpecialFileError, plain
from storage import disk

FAILURES = (
    AnnotationsError, CorrelationError, DecisionError, ExportError, ImportFailedError, MakingError, PromptError,
    RecipeError, ReportError, TagError, TemplateError, UnknownFormatError, UnreadableFileError, WorkspaceError,
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; 0 done, 1 failed (with one sentence on standard error), 2 wrong usage."""
    parser = _parser()
    parsed = parser.parse_args(arguments)
    try:
        _check_paths(parsed)
        return int(parsed.run(parsed))
    except SpecialFileError as error:
        terminal.say(f"error: {error.filename} cannot be opened: {error.strerror}.")
        return 1
    except UnknownNameError as error:
        terminal.say(f"error: {error}")
        return 2
    except FAILURES as error:
        terminal.say(f"error: {error}")
        return 1
    except BrokenPipeError:  # `... | head` is no failure
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        terminal.say("stopped; run the same command again to go on")
        return 1
    except Exception as error:  # Polars, Arrow and Pillow have errors of their own for what a disk refuses
        if not disk.refusal(str(error)):
            raise
        named = error.filename if isinstance(error, OSError) else None
        terminal.say(f"error: {disk.explained(error, named or parsed.workspace).capitalize()}")
        return 1


def _check_paths(parsed: argparse.Namespace) -> None:
    """Refuses pipes, sockets and devices wherever a command takes a path. Raises SpecialFileError."""
    for value in vars(parsed).values():
        for path in value if isinstance(value, list) else [value]:
            if isinstance(path, Path):
                plain(path)


def _parser() -> argparse.ArgumentParser:
    parser = naming.Parser(
        prog="python -m curation",
        description="Curate vision-language instruction data: import, score, review, export.",
        epilog="Start with:  python -m curation demo   then   python -m curation serve",
    )
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, module in _commands().items():
        about, _, examples = (module.__doc__ or "").partition("\n")
        sub = subparsers.add_parser(
            name,
            help=about.rstrip("."),
            description=about,
            epilog=examples.strip("\n"),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        sub.add_argument(
            "--workspace", type=Path, default=Path(DEFAULT_FOLDER), metavar="DIR", help="default: ./workspace"
        )
        module.add_arguments(sub)
        _workspace_after_actions(sub)
        sub.set_defaults(run=module.run)
    return parser


def _workspace_after_actions(parser: argparse.ArgumentParser) -> None:
    """Lets `recipe init --workspace DIR` be said as well as `recipe --workspace DIR init`."""
    for action in parser._subparsers._group_actions if parser._subparsers else ():
        for inner in dict(action.choices or {}).values():
            inner.add_argument("--workspace", type=Path, default=argparse.SUPPRESS, metavar="DIR", help="as above")


def _commands() -> dict[str, ModuleType]:
    names = sorted(info.name for info in pkgutil.iter_modules(commands.__path__))
    modules = {name: importlib.import_module(f"curation.commands.{name}") for name in names}
    return {name.rstrip("_"): module for name, module in modules.items() if hasattr(module, "run")}


if __name__ == "__main__":
    sys.exit(main())
