"""Label Studio: tasks whose predictions are the flags, on the words where they have some, and a labelling interface.

(https://labelstud.io/guide/predictions, https://labelstud.io/guide/storage#Local-storage)
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from curation.handing_over.contract import HandedFlag, HandedSample, HandedSet, Target
from curation.handing_over.files import write_list
from scoring.json_types import JsonObject

TASKS, INTERFACE = "tasks.json", "interface.xml"
VERDICTS = ("approve", "reject", "later")
_LOCAL = "/data/local-files/?d="
_LINES = f"""\
LABEL_STUDIO_LOCAL_FILES_SERVING_ENABLED=true LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT=FOLDER label-studio start
# In a new project: Labeling Interface > Code takes {INTERFACE}, Cloud Storage > Local files takes FOLDER/images,
# and Import takes {TASKS}."""


def write(handed: HandedSet, folder: Path) -> tuple[Sequence[Path], str]:
    """Writes the tasks and the interface.

    Args:
        handed: The samples.
        folder: Where the files go.

    Returns:
        The files, and the lines that open them.
    """
    tasks, interface = folder / TASKS, folder / INTERFACE
    write_list(tasks, map(_task, handed.samples()))
    interface.write_text(_interface(handed.kinds), encoding="utf-8")
    return [tasks, interface], _LINES


def _task(sample: HandedSample) -> JsonObject:
    text, starts = sample.dialogue()
    data: JsonObject = {"key": sample.key, "id": sample.source_id, "dataset": sample.dataset, "text": text}
    data |= {"images": [_address(name) for name in sample.images], "facts": sample.facts}
    results = [_result(flag, text, starts) for flag in sample.flags]
    verdict = sample.facts.get("verdict")
    if verdict in VERDICTS:
        results.append(_choice(f"{sample.key}-verdict", "verdict", str(verdict)))
    return {"data": data, "predictions": [{"model_version": "winnow", "result": results}] if results else []}


def _address(name: str) -> str:
    return name if "://" in name else _LOCAL + quote(name)


def _result(flag: HandedFlag, text: str, starts: dict[int, int]) -> JsonObject:
    if flag.turn is None or flag.start is None or flag.end is None or flag.turn not in starts:
        return _choice(flag.flag_id, "kinds", flag.kind) | _facts(flag)
    start, end = starts[flag.turn] + flag.start, starts[flag.turn] + flag.end
    value = {"start": start, "end": end, "text": text[start:end], "labels": [flag.kind]}
    return {
        "id": flag.flag_id, "from_name": "flags", "to_name": "text", "type": "labels", "value": value,
    } | _facts(flag)  # fmt: skip


def _choice(result_id: str, name: str, choice: str) -> JsonObject:
    return {
        "id": result_id, "from_name": name, "to_name": "text", "type": "choices", "value": {"choices": [choice]},
    }  # fmt: skip


def _facts(flag: HandedFlag) -> JsonObject:
    about: JsonObject = {"meta": {"reason": flag.reason, "metric": flag.metric, "status": flag.status}}
    return about | ({"score": flag.score} if flag.score is not None and 0 <= flag.score <= 1 else {})


def _interface(kinds: Sequence[str]) -> str:
    labels = "".join(f"    <Label value={quoteattr(kind)}/>\n" for kind in kinds)
    choices = "".join(f"    <Choice value={quoteattr(kind)}/>\n" for kind in kinds)
    verdicts = "".join(f'    <Choice value="{verdict}"/>\n' for verdict in VERDICTS)
    flags = (
        f'  <Labels name="flags" toName="text">\n{labels}  </Labels>\n'
        f'  <Choices name="kinds" toName="text" choice="multiple">\n{choices}  </Choices>\n'
    )
    return (
        '<View>\n  <Image name="images" valueList="$images"/>\n  <Text name="text" value="$text"/>\n'
        f"{flags if kinds else ''}"
        f'  <Choices name="verdict" toName="text">\n{verdicts}  </Choices>\n</View>\n'
    )


TARGET = Target(
    name="label_studio",
    title="Label Studio",
    about="Tasks with the flags as predictions, on the words where they have some; people's verdicts; an interface.",
    write=write,
)
