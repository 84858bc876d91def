"""Croissant metadata of an export: its files with checksums, and the columns of its rows, in JSON-LD.

(https://docs.mlcommons.org/croissant/docs/croissant-spec.html)
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from scoring.json_types import JsonObject

_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_MEDIA = {
    ".json": "application/json",
    ".jsonl": "application/jsonlines",
    ".parquet": "application/x-parquet",
    ".tar": "application/x-tar",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".gz": "application/gzip",
    ".bz2": "application/x-bzip2",
    ".xz": "application/x-xz",
    ".zst": "application/zstd",
    ".arrow": "application/vnd.apache.arrow.stream",
}
_TYPES = {"string": "sc:Text", "int64": "sc:Integer", "float64": "sc:Float", "bool": "sc:Boolean"}
"""How Croissant calls the types of columns that it has a name for."""
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
"""A name that stands in a path of JSON as it is."""


def document(manifest: JsonObject) -> JsonObject:
    """Makes the metadata; it says nothing that the manifest does not.

    Args:
        manifest: Manifest of an export.

    Returns:
        The JSON-LD document.
    """
    reasons = [sentence for config in manifest["configs"] if (sentence := undescribed(config))]
    names = ", ".join(manifest["datasets"]) or "no dataset"
    licences = sorted({licence for stated in manifest["licences"].values() for licence in stated})
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": manifest["name"],
        "description": " ".join(
            [f"{manifest['samples']} vision-language instruction samples from {names}, curated with Winnow.", *reasons]
        ),
        **({"license": licences} if licences else {}),
        "distribution": [_file(name, digest) for name, digest in manifest["files"].items()],
        "recordSet": [records for config in manifest["configs"] for records in _record_sets(config)],
    }


def _file(name: str, digest: str) -> JsonObject:
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "contentUrl": name,
        "encodingFormat": _media(name),
        "sha256": digest,
    }


def _media(name: str) -> str | list[str]:
    """The file's media type; of a compressed one that of its content, and how it is compressed."""
    types = [_MEDIA[suffix] for suffix in PurePosixPath(name).suffixes[-2:] if suffix in _MEDIA]
    return types if len(types) > 1 else types[0] if types else "text/plain"


def undescribed(config: JsonObject) -> str:
    """Says why the metadata has files but no records of a configuration.

    Args:
        config: One of the manifest's configurations.

    Returns:
        A sentence; "" where there are records, or no rows.
    """
    if not any(split["rows"] for split in config["splits"]) or _record_sets(config):
        return ""
    if config["mixed"]:
        return f"Rows of {config['name']} are not described, as a column has values of several types in them."
    if config["columns"]:
        return f"Rows of {config['name']} are not described, as no column has a plain name and a type of Croissant."
    file = next(file for split in config["splits"] for file in split["row_files"])
    return (
        f"Rows of {config['name']} are not described: Winnow does so for JSON Lines, JSON lists, CSV and Parquet, "
        f"plain or in gzip, and {file} is none of them."
    )


def _record_sets(config: JsonObject) -> list[JsonObject]:
    """A set of records for each file whose columns can be named."""
    sets = []
    for split in config["splits"]:
        for number, file in enumerate(split["row_files"] if split["rows"] else ()):
            name = f"{config['name']}/{split['split']}" + (f"-{number}" if number else "")
            fields = [field for feature in _described(config, file) for field in _fields(name, file, feature)]
            if fields:
                sets.append({"@type": "cr:RecordSet", "@id": name, "name": name, "field": fields})
    return sets


def _described(config: JsonObject, file: str) -> list[JsonObject]:
    """The columns that can be named of a file."""
    is_lines = file.removesuffix(".gz").endswith(".jsonl")
    return [column for column in config["columns"] if is_lines or _NAME.fullmatch(column["name"])]


def _fields(records: str, file: str, feature: JsonObject) -> list[JsonObject]:
    """A column as a field; of a list of objects, such as messages, a list for each of their members."""
    column, elements = feature["name"], feature.get("list")
    extract = {"jsonPath": f"$[*].{column}"} if file.removesuffix(".gz").endswith(".json") else {"column": column}
    source: JsonObject = {"fileObject": {"@id": file}, "extract": extract}
    if isinstance(elements, list):
        members = [(member["name"], member.get("dtype", "")) for member in elements]
        return [
            _field(f"{records}/{column}/{member}", kind, source | {"transform": {"jsonPath": f"$[*].{member}"}}, True)
            for member, kind in members
            if kind in _TYPES and _NAME.fullmatch(member)
        ]
    kind = elements or feature.get("dtype", "")
    return [_field(f"{records}/{column}", kind, source, elements is not None)] if str(kind) in _TYPES else []


def _field(identity: str, kind: str, source: JsonObject, repeated: bool) -> JsonObject:
    return {
        "@type": "cr:Field",
        "@id": identity,
        "name": identity,
        "dataType": _TYPES[kind],
        **({"repeated": True} if repeated else {}),
        "source": source,
    }
