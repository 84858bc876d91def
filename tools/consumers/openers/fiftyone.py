"""FiftyOne's own reading of samples and of the types of their fields, without its database."""

from __future__ import annotations

import json
import sys
from pathlib import Path

TOOL, TITLE = "fiftyone", "FiftyOne 1.22.1"
PACKAGES: tuple[str, ...] = ("fiftyone==1.22.1",)
ALONE: tuple[str, ...] = ()


def read(folder: Path) -> int:
    """Makes FiftyOne's samples of all, and checks that each value is of the type that is declared for it."""
    import fiftyone as fo
    from fiftyone.core import odm

    dataset = json.loads((folder / "samples.json").read_text(encoding="utf-8"))
    fields = {}
    for name, declared in dataset["sample_fields"].items():
        kwargs = odm.get_field_kwargs(declared)
        fields[name] = odm.create_field(name, **kwargs)
    keys = set()
    for row in dataset["samples"]:
        if not (folder / row["filepath"]).is_file():
            raise ValueError(f"{row['filepath']} is not there")
        sample = fo.Sample.from_dict(row | {"filepath": str(folder / row["filepath"])})
        for name, field in fields.items():
            value = sample[name] if sample.has_field(name) else None
            if value is not None:
                field.validate(value)
        if sample.media_type != "image" or len(sample.flags.classifications) != len(row["flags"]["classifications"]):
            raise ValueError(f"{row['key']} is read as another thing")
        keys.add(row["key"])
    return len(keys)


if __name__ == "__main__":
    print(read(Path(sys.argv[1])))
