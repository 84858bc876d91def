"""What the names of outcomes mean, in plain words: of rows, of images, of what lint finds."""

from __future__ import annotations

from curation.common import display

ROWS = {
    "imported": "Imported, nothing odd found",
    "imported_with_lint": "Imported, with a lint flag",
    "bad_image": "The image is not named as the format names images",
    "bad_message": "A message is not text",
    "broken_json": "Not valid JSON",
    "lone_surrogate": "A text holds half of a character",
    "missing_column": "Lacks a column that the mapping names",
    "nested_too_deeply": "Nested too deeply to be read safely",
    "no_conversation": "No conversation in the row",
    "other_split": "The rows of another split in the same object",
    "no_rows": "The rows begin too far from the start of the file",
    "not_an_object": "Not an object with fields",
    "outside_root": "A path that leaves the archive; not opened",
    "reserved_text": "Holds a text that Winnow keeps for itself",
    "row_too_long": "Longer than a row may be",
    "too_many_values": "More values in the line than names",
    "truncated_file": "The file ends, or is damaged, here",
    "unsafe_entry": "A link or a device in the archive; not opened",
    "wrong_encoding": "Not UTF-8 text",
}
"""What became of a row of a file."""

IMAGES = {
    "exact": "At the path the row names",
    "suffix": "By the end of its path",
    "basename": "By file name, in another folder",
    "spelling": "In another spelling of its path",
    "prefix_added": "Under its COCO name",
    "prefix_stripped": "Under its name without the COCO prefix",
    "extension_swapped": "With another ending",
    "embedded": "Inside the row or its file",
    "fetched": "Fetched from the web",
    "video_frame": "Frames of a video",
    "missing": "Not found",
    "not_searched": "Not at that path; the import looks for it by name",
    "ambiguous": "Several different files fit; none was taken",
    "outside_root": "Path leaves the image folder; not opened",
    "linked_outside": "A link that leads out of the image folder; not opened",
    "remote": "A web address; not fetched",
    "not_fetched": "On the web; could not be fetched",
}
"""How the image behind a reference was found, or why it was not."""

LINT = {
    "empty_instruction": "Empty instruction",
    "empty_response": "Empty response",
    "image_ambiguous": "Several files fit the image",
    "image_broken": "Image cannot be decoded",
    "image_linked_outside": "Image is a link out of the image folder",
    "image_missing": "Image not found",
    "image_not_fetched": "Image could not be fetched",
    "image_outside_root": "Image path leaves the image folder",
    "image_remote": "Image is on the web",
    "image_token_count": "<image> tags don't match the images",
    "image_too_large": "Image too large to decode",
    "instruction_added": "No instruction in the row; one was added",
    "nan_as_null": "NaN in the row, read as null",
    "repeated_key": "A field is there twice",
    "role_order": "Messages in an odd order",
    "unknown_role": "A message of an unknown role",
    "video_broken": "Video cannot be read",
    "video_missing": "Video not found",
}
"""Kinds of lint flags."""


def words(texts: dict[str, str], name: str) -> str:
    """Puts an outcome into words.

    Args:
        texts: ROWS, IMAGES or LINT.
        name: The outcome's name.

    Returns:
        The words; the name itself, spelled as words, where there are none.
    """
    return texts.get(name, display.title(name))
