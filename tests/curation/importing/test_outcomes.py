"""Every outcome that a reader can give has words that a person understands."""

import ast
from pathlib import Path

from curation.archives import image_index
from curation.importing import lint, outcomes

ROOT = Path(lint.__file__).parents[1]
ROOMS = [ROOT / "formats", ROOT / "containers"]
READERS = [
    ROOT / "containers/row_parser.py",
    ROOT / "importing/batch.py",
    *(path for room in ROOMS for path in room.glob("*.py")),
]
FOUND = [ROOT / "archives/image_resolver.py", ROOT / "importing/batch.py"]
BY_END = {"suffix", "basename", "spelling"}


def _said(paths, places):
    """The texts that calls of these names have at these places of their arguments."""
    found = set()
    for path in paths:
        for one in ast.walk(ast.parse(path.read_text())):
            if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id in places:
                given = one.args[places[one.func.id] :][:1]
                found |= {arg.value for arg in given if isinstance(arg, ast.Constant) and arg.value}
    return found


def test_rows__every_outcome_in_the_code_has_words():
    said = _said(READERS, {"RejectedRowError": 0, "RawRow": 1, "text_of": 2})
    assert said >= {"bad_image", "truncated_file", "unsafe_entry", "lone_surrogate"}
    assert said <= outcomes.ROWS.keys()


def test_lint__every_kind_in_the_code_has_words():
    kinds = _said([ROOT / "importing/lint.py"], {"Flag": 0}) | {kind for kind, _ in lint.IMAGE_FLAGS.values()}
    assert "role_order" in kinds
    assert kinds == outcomes.LINT.keys()


def test_images__every_way_to_find_one_has_words():
    ways = {by for name in ("a.jpg", "COCO_val2014_1.jpg") for by, _ in image_index.spellings(name)} - {"name"}
    assert _said(FOUND, {"ImageLookup": 1}) | ways | BY_END == outcomes.IMAGES.keys()


def test_words__a_name_without_words_is_spelled_as_words():
    assert outcomes.words(outcomes.ROWS, "never_seen") == "Never seen"
