"""Label Studio's own validation of tasks and predictions against the interface."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from urllib.parse import unquote

TOOL, TITLE = "label_studio", "label-studio-sdk 2.1.2"
PACKAGES: tuple[str, ...] = ("label-studio-sdk==2.1.2",)
ALONE: tuple[str, ...] = ()


def read(folder: Path) -> int:
    """Validates every task, and each of its predictions on its own."""
    from label_studio_sdk.label_interface import LabelInterface

    interface = LabelInterface((folder / "interface.xml").read_text(encoding="utf-8"))
    interface.validate()
    tasks = json.loads((folder / "tasks.json").read_text(encoding="utf-8"))
    for task in tasks:
        if not interface.validate_task({"data": task["data"]}):
            raise ValueError(f"the task {task['data']['key']} is refused")
        for prediction in task["predictions"]:
            if errors := interface.validate_prediction(prediction, return_errors=True):
                raise ValueError(str(errors))
        for address in task["data"]["images"]:
            if not (folder / unquote(address.removeprefix("/data/local-files/?d="))).is_file():
                raise ValueError(f"{address} is not there")
    return len(tasks)


if __name__ == "__main__":
    print(read(Path(sys.argv[1])))
