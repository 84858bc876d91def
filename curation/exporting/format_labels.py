"""An export's form in plain words."""

from __future__ import annotations

from curation.exporting import image_files
from curation.exporting.form import ORIGINAL
from curation.formats import registry
from scoring.json_types import JsonObject

IMAGES = {
    image_files.REFERENCE: "with their original paths",
    image_files.COPY: "copied beside the rows",
    image_files.PACK: "inside the rows",
}
PREFERENCES = {
    "dpo": "Pairs (DPO): a response that a person wrote anew is chosen, the original one is rejected.",
    "kto": "Labels (KTO): a whole conversation is desired when a person approved it, not desired when rejected.",
}


def title(name: str) -> str:
    """What a format is called; `original` keeps every row in its own."""
    if name == ORIGINAL:
        return "Original format"
    dataset_format = registry.find(name)
    return dataset_format.title if dataset_format else name


def form(manifest: JsonObject) -> str:
    """Format and images of a manifest; those written before there was a choice are as they came."""
    image_form = manifest.get("images")
    images = image_form["form"] if isinstance(image_form, dict) else image_files.REFERENCE
    return f"{title(manifest.get('format', ORIGINAL))}, images {IMAGES.get(images, images)}"
