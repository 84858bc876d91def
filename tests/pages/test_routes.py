"""The routes beside the pages: pictures of the workspace by number, and nothing else."""

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

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


@pytest.mark.parametrize("address", ["/thumb/999", "/image/999", "/image/..%2f..%2fetc%2fpasswd", "/download/1"])
def test_what_is_not_registered__is_not_found(filled, client, address):
    assert client.get(address).status_code == 404


def test_no_workspace__is_unavailable(client):
    assert client.get("/thumb/0").status_code == 503
