"""What the app serves beside its pages: thumbnails and pictures of the workspace, by number only."""

from __future__ import annotations

from typing import Any

import anyio
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from curation import server
from curation.recipe import RecipeError
from curation.views import export, pictures, thresholds
from curation.workspace import WorkspaceError

_SAFE = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'"}
_FOREVER = _SAFE | {"Cache-Control": "private, max-age=31536000, immutable"}
MOST_BYTES = 200_000
_A_DAY = _SAFE | {"Cache-Control": "private, max-age=86400"}


def thumb(request: Request) -> Response:
    """The cached thumbnail of an image."""
    try:
        path = pictures.thumbnail(server.current(), request.path_params["image_no"])
    except WorkspaceError as error:
        return PlainTextResponse(str(error), 503)
    return FileResponse(path, media_type="image/jpeg", headers=_FOREVER) if path else _absent()


def image(request: Request) -> Response:
    """The picture itself, as a type that browsers show."""
    try:
        found = pictures.original(server.current(), request.path_params["image_no"])
    except WorkspaceError as error:
        return PlainTextResponse(str(error), 503)
    if found is None:
        return _absent()
    if found.path:
        return FileResponse(found.path, media_type=found.media_type, headers=_A_DAY)
    return Response(found.data, media_type=found.media_type, headers=_A_DAY)


def download(request: Request) -> Response:
    """The zip of an approved export."""
    try:
        path = export.archive(server.current(), request.path_params["export_no"])
    except WorkspaceError as error:
        return PlainTextResponse(str(error), 503)
    if path is None:
        return PlainTextResponse("There is no such export in this workspace.", 404, headers=_SAFE)
    return FileResponse(path, media_type="application/zip", filename=path.name, headers=_SAFE)


async def evaluate(request: Request) -> Response:
    """What a recipe that is being moved leaves: JSON in, JSON out; nothing is stored."""
    body = await request.body()
    if len(body) > MOST_BYTES:
        return PlainTextResponse("The question is too long.", 413, headers=_SAFE)
    try:
        return JSONResponse(await anyio.to_thread.run_sync(_counts, body), headers=_SAFE)
    except RecipeError as error:
        return PlainTextResponse(str(error), 400, headers=_SAFE)
    except WorkspaceError as error:
        return PlainTextResponse(str(error), 503, headers=_SAFE)


def _counts(body: bytes) -> dict[str, Any]:
    return thresholds.evaluate(server.current(), *thresholds.asked(body))


def _absent() -> Response:
    return PlainTextResponse("There is no such image in this workspace.", 404, headers=_SAFE)


ROUTES = [
    Route("/thumb/{image_no:int}", thumb),
    Route("/image/{image_no:int}", image),
    Route("/evaluate", evaluate, methods=["POST"]),
    Route("/download/{export_no:int}", download),
]
