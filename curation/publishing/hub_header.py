"""The head of a dataset card in YAML: what dataset hubs and Hugging Face `datasets` read of an export.

`load_dataset(FOLDER)` takes the files that `configs` names, and nothing else.
(https://huggingface.co/docs/hub/datasets-manual-configuration)
"""

from __future__ import annotations

import json

from scoring.json_types import JsonObject

DEFAULT = "default"
_LICENSES = frozenset(
    """apache-2.0 mit bsd-3-clause cc0-1.0 cc-by-2.0 cc-by-3.0 cc-by-4.0 cc-by-sa-3.0 cc-by-sa-4.0 cc-by-nc-2.0
    cc-by-nc-4.0 cc-by-nc-sa-4.0 cc-by-nc-nd-4.0 cc-by-nd-4.0 odc-by odbl""".split()
)
"""Identifiers that hubs know of licences that datasets have (https://huggingface.co/docs/hub/repositories-licenses)."""
_SIZES = {1_000: "n<1K", 10_000: "1K<n<10K", 100_000: "10K<n<100K", 1_000_000: "100K<n<1M", 10_000_000: "1M<n<10M"}


def text(manifest: JsonObject) -> str:
    """Writes the head of the card.

    Args:
        manifest: Manifest of an export.

    Returns:
        YAML between two lines of dashes; nothing for an export without configurations, as the first version wrote.
    """
    if "configs" not in manifest:
        return ""
    rows = sum(split["rows"] for config in manifest["configs"] for split in config["splits"])
    size = next((name for limit, name in _SIZES.items() if rows < limit), "n>10M")
    written = [config for config in manifest["configs"] if _has_rows(config)]
    typed = [config for config in written if config["features"]]
    types = [{"config_name": config["name"], "features": config["features"]} for config in typed]
    header: JsonObject = {
        "pretty_name": manifest["name"],
        **_license(manifest),
        "task_categories": ["image-text-to-text"],
        "size_categories": [size],
        "tags": ["vision-language", "instruction-tuning", "winnow"],
        **({"dataset_info": types} if types else {}),
        "configs": [_config(config) for config in written],
    }
    return f"---\n{_yaml(header)}\n---\n"


def _license(manifest: JsonObject) -> JsonObject:
    """The one licence that all sources state, where hubs know it; "other" where sources state something else."""
    stated = [licence for licences in manifest["licences"].values() for licence in (licences or [""])]
    if not any(stated):
        return {}
    identifiers = {licence.strip().lower().replace(" ", "-") for licence in stated}
    known = len(identifiers) == 1 and identifiers <= _LICENSES
    return {"license": identifiers.pop() if known else "other"}


def _config(config: JsonObject) -> JsonObject:
    data_files = [{"split": split["split"], "path": split["files"]} for split in config["splits"] if split["rows"]]
    default = {"default": True} if config["name"] == DEFAULT else {}
    return {"config_name": config["name"], "data_files": data_files, **default}


def _has_rows(config: JsonObject) -> bool:
    return any(split["rows"] for split in config["splits"])


def _yaml(value: object, indent: int = 0) -> str:
    """A value in block style; every text is quoted, so that no name is taken for a number or a mark."""
    margin = "  " * indent
    if isinstance(value, dict):
        lines = [f"{margin}{name}:{_below(member, indent)}" for name, member in value.items()]
        return "\n".join(lines)
    if isinstance(value, list):
        return "\n".join(f"{margin}- {_yaml(member, indent + 1).lstrip()}" for member in value)
    return f"{margin}{json.dumps(value)}"


def _below(value: object, indent: int) -> str:
    if isinstance(value, (dict, list)):
        return "\n" + _yaml(value, indent + 1) if value else " []"
    return f" {json.dumps(value)}"
