"""Embedding Atlas as its command starts it: what its server tells the browser of the table."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

TOOL, TITLE = "embedding_atlas", "Embedding Atlas 0.26.0"
PACKAGES: tuple[str, ...] = (
    "numpy", "pandas", "pyarrow", "duckdb", "fastapi", "uvicorn", "click", "inquirer", "cryptography", "tqdm",
    "platformdirs", "narwhals",
)  # fmt: skip
ALONE: tuple[str, ...] = ("embedding-atlas==0.26.0",)
PORT = 5097
SECONDS = 60


def read(folder: Path) -> int:
    """Starts it by the line of the folder's page, and asks it for its columns."""
    from embedding_atlas.cli import load_datasets

    line = next(
        line for line in (folder / "README.md").read_text("utf-8").splitlines() if line.startswith("embedding-atlas ")
    )
    words = [str(Path(sys.executable).parent / "embedding-atlas"), *shlex.split(line)[1:]]
    served = subprocess.Popen([*words, "--port", str(PORT), "--no-auto-port"], stdout=subprocess.DEVNULL)
    try:
        told = _metadata()
    finally:
        served.terminate()
        served.wait()
    asked = {"text": "text", "projection": {"x": "map_images_x", "y": "map_images_y"}}
    if {name: told["props"]["data"].get(name) for name in asked} != asked:
        raise ValueError(f"it shows {told}")
    table = load_datasets([str(folder / "samples.parquet")])
    return int(table["text"].notna().sum())


def _metadata() -> dict[str, dict[str, dict[str, object]]]:
    started = time.monotonic()
    while True:
        try:
            with urllib.request.urlopen(f"http://localhost:{PORT}/data/metadata.json", timeout=5) as answer:
                metadata: dict[str, dict[str, dict[str, object]]] = json.load(answer)
                return metadata
        except OSError:
            if time.monotonic() - started > SECONDS:
                raise
            time.sleep(0.5)


if __name__ == "__main__":
    print(read(Path(sys.argv[1])))
