"""The routes beside the pages: pictures of the workspace by number, and nothing else."""

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from curation.app import board
from pages.routes import ROUTES


@pytest.fixture
def client():
    return TestClient(Starlette(routes=list(ROUTES)))


@pytest.mark.parametrize("kind", ["thumb", "image"])
def test_picture__is_sent_with_safe_headers(filled, client, kind):
    answer = client.get(f"/{kind}/0")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "address",
    [
        "/thumb/999",
        "/image/999",
        "/image/..%2f..%2fetc%2fpasswd",
        "/about/" + "9" * 400,
        "/thumb/" + "9" * 5000,
        "/download/1",
    ],
)
def test_what_is_not_registered__is_not_found(filled, client, address):
    assert client.get(address).status_code == 404


def test_no_workspace__is_unavailable(client):
    assert client.get("/thumb/0").status_code == 503


def test_evaluate__counts_without_storing(scored, client):
    cut = {"metric": "sharpness", "low": 0.6, "high": None}
    answer = client.post("/evaluate", json={"cuts": [cut], "flags": [], "scope": {"words": "table"}}).json()
    assert (answer["total"], [step["name"] for step in answer["funnel"]]) == (1, ["sharpness"])
    assert sum(answer["kept"]["sharpness"]) == answer["remaining"]
    assert board.draft(scored).cuts == board.default(scored).cuts


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"cuts": [{"metric": "sharpness", "low": "x", "high": null}], "flags": []}']
)
def test_evaluate__what_cannot_be_read__is_refused_in_words(filled, client, body):
    answer = client.post("/evaluate", content=body)
    assert (answer.status_code, answer.text) == (400, "The question cannot be read.")


def test_evaluate__too_long__is_refused(filled, client):
    assert client.post("/evaluate", content=b" " * 300_000).status_code == 413


@pytest.mark.parametrize("length", ["9" * 5000, "²", "-1", "x"])
def test_evaluate__length_that_is_no_number__is_not_trusted(filled, client, length):
    answer = client.post("/evaluate", content=b"{}", headers={"content-length": length.encode("latin-1")})
    assert answer.status_code == 400
