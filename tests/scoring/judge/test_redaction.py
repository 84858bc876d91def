"""A key that an endpoint sends back is nowhere: not in the workspace, not in what is printed, in no form."""

from __future__ import annotations

import base64
import json
import urllib.parse
from collections.abc import Callable
from pathlib import Path

import pytest
from llm_server import KEY, Reply, forget_endpoint, name_endpoint, replies, serve
from support import row

from curation.__main__ import main
from scoring.judge.redaction import without_key

SECRET = "q7/Zt+secret.of the=tests&0123456789é"
FORMS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "percent-encoded": lambda key: urllib.parse.quote(key, safe=""),
    "percent-encoded, small": lambda key: urllib.parse.quote(key, safe="").lower() if key.islower() else key,
    "wholly percent-encoded": lambda key: "".join(f"%{byte:02X}" for byte in key.encode()),
    "in a header": lambda key: f"Authorization: Bearer {key}",
    "base64": lambda key: base64.b64encode(key.encode()).decode(),
    "base64 of the header": lambda key: base64.b64encode(f"Bearer {key}".encode()).decode(),
    "base64 of user and key": lambda key: base64.urlsafe_b64encode(f"me:{key}:x".encode()).decode(),
    "hexadecimal": lambda key: key.encode().hex().upper(),
    "JSON escapes": lambda key: "".join(f"\\u{ord(one):04x}" for one in key),
    "HTML escapes": lambda key: "".join(f"&#{ord(one)};" for one in key),
}


def _traces(text: str, key: str) -> list[str]:
    """Forms of the key that are in the text, by their longest parts that do not depend on neighbours."""
    core = {name: make(key) for name, make in FORMS.items()}
    core |= {name: core[name][4:-4] for name in core if name.startswith("base64")}
    return [name for name, form in core.items() if form in text]


@pytest.mark.parametrize("key", [KEY, SECRET])
@pytest.mark.parametrize("form", FORMS)
def test_key__every_form_of_it__is_masked_and_the_rest_stays(form: str, key: str) -> None:
    text = without_key(f"Before {FORMS[form](key)} after.", key)
    assert text.startswith("Before ")
    assert text.endswith(" after.")
    assert "***" in text
    assert _traces(text, key) == []


def test_key__short_placeholder__goes_as_a_word_only() -> None:
    assert without_key("none of a nonentity, none.", "none") == "*** of a nonentity, ***."


def test_key__none_at_all__changes_nothing() -> None:
    assert without_key("A dog.", "") == "A dog."


@pytest.fixture
def scene(tmp_path: Path, photo: Callable[..., Path], llava: Callable[..., Path]) -> Path:
    """A workspace with two samples and annotations of their pictures."""
    boxes = []
    for number in range(2):
        photo(f"{number}.png", number)
        boxes.append({"file_name": f"{number}.png", "boxes": [{"category": "dog", "bbox": [5, 5, 40, 40]}]})
    (tmp_path / "known.json").write_text(json.dumps({"images": boxes, "vocabulary": ["dog", "kite"]}))
    rows = [row("What is it?", f"A kite and a dog, {n}.", image=f"{n}.png") for n in range(2)]
    source = [str(llava(rows)), "--name", "mine", "--annotations", str(tmp_path / "known.json")]
    assert main(["import", *source, "--workspace", str(tmp_path / "workspace")]) == 0
    return tmp_path


def _reply(kind: str) -> Reply:
    everything = " ; ".join(make(KEY) for make in FORMS.values())
    if kind == "error":
        return Reply(status=400, body={"error": {"message": f"Bad key {everything}", "code": everything}})
    if kind == "yes":
        return Reply(json.dumps({"answer": "no", "reason": f"I was sent {everything}"}))
    if kind == "score":
        return Reply(json.dumps({"score": 7, "reason": everything}))
    if kind == "conversation":
        return Reply(f'{{"User": "What is it? {everything}", "AI": "A dog. {everything}"}}'.replace("\\", "\\\\"))
    return Reply(everything)


KINDS = ("yes", "error", "score", "conversation", "nothing that can be read")


def test_endpoint__sends_the_key_back__it_is_nowhere(
    scene: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    forget_endpoint(monkeypatch, scene)
    at = ["--workspace", str(scene / "workspace")]
    with serve(replies(*map(_reply, KINDS * 6))) as fake:
        name_endpoint(monkeypatch, fake, "m")
        main(["score", "--metrics", "correctness,hallucination_votes,complexity_judged", *at])
        main(["generate", "--dataset", "mine", "--mode", "instruct", "--retries", "0", "--json", *at])
        main(["rewrite", "--dataset", "mine", "--way", "refine", "--json", *at])
    assert fake.count >= 3 * len(KINDS)
    assert fake.keys == {KEY}
    for command in (["flags", "--json"], ["scores", "--json"], ["status", "--json"]):
        main([*command, *at])
    printed = capfd.readouterr()
    assert _traces(printed.out + printed.err, KEY) == []
    files = [path for path in (scene / "workspace").rglob("*") if path.is_file()]
    assert any(path.suffix == ".duckdb" for path in files)
    for path in files:
        assert _traces(path.read_bytes().decode("latin-1"), KEY) == [], path
