"""What the program is called, which version it is, and where it works unless told otherwise."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

VERSION = "0.1.0"
DEFAULT_FOLDER = "workspace"
ROOT = Path(__file__).resolve().parents[2]
"""The folder of the product's own code and assets."""
MODULE = "python -m curation"


def name() -> str:
    """What a user types to start it: `winnow`, or the module where it was started so."""
    return "winnow" if Path(sys.argv[0]).stem == "winnow" else MODULE


def start() -> None:
    """Sets what holds for the whole process, which only its entry may do: Pillow's remarks on odd files stay unsaid."""
    warnings.filterwarnings("ignore", module=r"PIL\.")


def named(text: str) -> str:
    """The text with examples that begin as the user began."""
    return text.replace(MODULE, name())
