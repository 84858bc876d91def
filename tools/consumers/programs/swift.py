"""ms-swift: its loader, its inputs of a template, its opening of pictures."""

from __future__ import annotations

from typing import Any

from tools.consumers.programs import reading

PROGRAM = "ms-swift"
READ_BY = "ms-swift 4.6.0"
FORMATS = ("swift",)
PACKAGES = (
    "torch==2.13.0", "transformers==5.18.0", "datasets==4.8.4", "accelerate", "peft==0.20.0", "trl==0.29.1",
    "modelscope", "addict", "json-repair", "dacite", "einops", "pillow", "scipy", "tiktoken", "zstandard", "oss2",
    "tensorboard", "nltk", "rouge", "matplotlib", "sortedcontainers", "simplejson", "aiohttp", "fastapi", "uvicorn",
    "openai", "binpacking", "attrdict", "importlib-metadata",
)  # fmt: skip
ALONE = ("ms-swift==4.6.0",)


def read(job: dict[str, Any]) -> list[reading.Row]:
    """Reads what a command line names."""
    from swift.dataset import load_dataset
    from swift.template.template_inputs import TemplateInputs
    from swift.template.vision_utils import _check_path, load_image

    words = job["words"]
    rows = []
    dataset, _ = load_dataset([reading.option(words, "--dataset")], strict=True, load_from_cache_file=False)
    for row in dataset:
        given = {name: value for name, value in row.items() if value is not None}
        inputs = TemplateInputs.from_dict(given).chosen
        messages = inputs.messages
        marks = sum(message["content"].count("<image>") for message in messages)
        if marks != len(inputs.images):
            raise ValueError(f"{marks} marks for {len(inputs.images)} images")
        system = [["system", inputs.system]] if inputs.system else []
        rows.append(
            {
                "images": [reading.pixels(load_image(_reference(image))) for image in inputs.images],
                "videos": [reading.content(_check_path(video)) for video in inputs.videos],
                "texts": system + reading.said(messages),
                "tools": row.get("tools") or "",
                "rejected": row.get("rejected_response"),
                "desired": row.get("label"),
            }
        )
    return rows


def _reference(image: Any) -> Any:
    return image["bytes"] or image["path"] if isinstance(image, dict) else image


if __name__ == "__main__":
    reading.main(read)
