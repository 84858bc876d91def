"""What the app serves beside its pages: pictures of the workspace by number, and the bytes of maps."""

from __future__ import annotations

from collections.abc import Callable

import anyio
import orjson
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from curation.app import scope, server
from curation.app.server import Server
from curation.common import digits
from curation.recipes.recipe import RecipeError
from curation.views.browse import browse, opened
from curation.views.export import exports
from curation.views.map import map as map_view
from curation.views.map import map_picture, map_points
from curation.views.messages.board import BoardCounts
from curation.views.sample import pictures
from curation.views.thresholds import thresholds
from curation.workspace import WorkspaceError
from pages import guard
from pages.components import lifeline

_SAFE = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'"}
_FOREVER = _SAFE | {"Cache-Control": "private, max-age=31536000, immutable"}
MOST_BYTES = 200_000
_A_DAY = _SAFE | {"Cache-Control": "private, max-age=86400"}


def boot(_: Request) -> Response:
    """Which start of the server this is."""
    return PlainTextResponse(lifeline.BOOT, headers=_SAFE | {"Cache-Control": "no-store"})


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
        picture = pictures.original(server.current(), request.path_params["image_no"])
    except WorkspaceError as error:
        return PlainTextResponse(str(error), 503)
    if picture is None:
        return _absent()
    if picture.path:
        return FileResponse(picture.path, media_type=picture.media_type, headers=_A_DAY)
    return Response(picture.data, media_type=picture.media_type, headers=_A_DAY)


def download(request: Request) -> Response:
    """The zip of an approved export."""
    try:
        path = exports.archive(server.current(), request.path_params["export_no"])
    except WorkspaceError as error:
        return PlainTextResponse(str(error), 503)
    if path is None:
        return PlainTextResponse("There is no such export in this workspace.", 404, headers=_SAFE)
    return FileResponse(path, media_type="application/zip", filename=path.name, headers=_SAFE)


async def evaluate(request: Request) -> Response:
    """What a recipe that is being moved leaves: JSON in, JSON out; nothing is stored."""
    body = await _question(request)
    if isinstance(body, Response):
        return body
    try:
        return JSONResponse(await anyio.to_thread.run_sync(_counts, body), headers=_SAFE)
    except RecipeError as error:
        return PlainTextResponse(str(error), 400, headers=_SAFE)
    except WorkspaceError as error:
        return PlainTextResponse(str(error), 503, headers=_SAFE)


def _counts(body: bytes) -> BoardCounts:
    return thresholds.evaluate(server.current(), *thresholds.recipe_and_scope(body))


async def looking(request: Request) -> Response:
    """A sign that a browser still has a sample on its table; 410 when it does not hold it any more."""
    body = await guard.body_within(request, MOST_BYTES)
    try:
        sign = orjson.loads(body or b"")
        is_held = server.current().leases.stay(str(sign["holder"]), int(sign["no"]))
    except (ValueError, TypeError, KeyError):
        return PlainTextResponse("A sign names its holder and a sample.", 400, headers=_SAFE)
    except WorkspaceError as error:
        return PlainTextResponse(str(error), 503, headers=_SAFE)
    return PlainTextResponse("", 200 if is_held else 410, headers=_SAFE)


def points(request: Request) -> Response:
    """Where the points of a map lie, as typed arrays."""
    return _bytes(request, lambda owner, stage: map_points.points(owner, stage))


def colours(request: Request) -> Response:
    """The colour codes of a map's points."""
    by = request.query_params.get("by", "")
    return _bytes(request, lambda owner, stage: map_points.colours(owner, stage, by))


def members(request: Request) -> Response:
    """Which of a map's points the scope in the address holds for."""
    page_scope = scope.from_params(request.query_params)
    return _bytes(request, lambda owner, stage: map_points.members(owner, stage, page_scope))


def about(request: Request) -> Response:
    """A sample at a glance, for the card under the pointer."""
    try:
        glance = map_view.about(server.current(), request.path_params["sample_no"])
    except WorkspaceError as error:
        return PlainTextResponse(str(error), 503)
    if glance is None:
        return PlainTextResponse("There is no such sample in this workspace.", 404, headers=_SAFE)
    return JSONResponse(glance, headers=_SAFE | {"Cache-Control": "no-store"})


def map_small(request: Request) -> Response:
    """A small picture of a map; its address names the run that drew it."""
    try:
        picture = map_picture.png(server.current(), request.path_params["stage"])
    except WorkspaceError as error:
        return PlainTextResponse(str(error), 503)
    if picture is None:
        return PlainTextResponse("There is no such map in this workspace.", 404, headers=_SAFE)
    return Response(picture, media_type="image/png", headers=_A_DAY)


async def browse_look(request: Request) -> Response:
    """What a query and an order leave: counts, filters and the first rows; JSON in, JSON out, nothing is stored."""
    body = await _question(request)
    if isinstance(body, Response):
        return body
    try:
        return _json(await anyio.to_thread.run_sync(browse.answer, server.current(), body))
    except browse.BrowseError as error:
        return PlainTextResponse(str(error), 400, headers=_SAFE)
    except WorkspaceError as error:
        return PlainTextResponse(str(error), 503, headers=_SAFE)


def browse_rows(request: Request) -> Response:
    """Some samples of the list that the address names."""
    params = request.query_params
    start, count = (digits.whole_number(params.get(name, "")) or 0 for name in ("start", "count"))
    page_scope, is_table = scope.from_params(params), params.get("table", "") == "1"
    try:
        return _json(browse.rows(server.current(), page_scope, params.get("sort", ""), start, count, table=is_table))
    except WorkspaceError as error:
        return PlainTextResponse(str(error), 503, headers=_SAFE)


def browse_sample(request: Request) -> Response:
    """Everything of one sample that the browse page shows."""
    try:
        sample = opened.view(server.current(), request.path_params["sample_no"])
    except WorkspaceError as error:
        return PlainTextResponse(str(error), 503, headers=_SAFE)
    if sample is None:
        return PlainTextResponse("There is no such sample in this workspace.", 404, headers=_SAFE)
    return _json(sample)


async def _question(request: Request) -> bytes | Response:
    """The body of a request, or the refusal of one that is too long."""
    body = await guard.body_within(request, MOST_BYTES)
    if body is not None:
        return body
    sentence = f"The question is longer than {MOST_BYTES:,} bytes."
    return PlainTextResponse(sentence, 413, headers=_SAFE | {"Connection": "close"})


def _json(message: object) -> Response:
    headers = _SAFE | {"Cache-Control": "no-store"}
    return Response(orjson.dumps(message), media_type="application/json", headers=headers)


def _bytes(request: Request, read: Callable[[Server, str], map_points.DigestedBytes | None]) -> Response:
    """What a digest names never changes, so a browser may keep it; anything else may not be kept."""
    try:
        sent = read(server.current(), request.path_params["stage"])
    except WorkspaceError as error:
        return PlainTextResponse(str(error), 503)
    if sent is None:
        return PlainTextResponse("There is no such map in this workspace.", 404, headers=_SAFE)
    named = request.query_params.get("rev") == sent.digest
    headers = (_FOREVER if named else _SAFE | {"Cache-Control": "no-store"}) | {"ETag": f'"{sent.digest}"'}
    return Response(sent.data, media_type="application/octet-stream", headers=headers)


class _Number(Convertor[int]):
    """The number of a thing in an address; one of too many digits is the number of nothing."""

    regex = "[0-9]+"

    def convert(self, value: str) -> int:
        number = digits.whole_number(value)
        return -1 if number is None else number

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("number", _Number())


def _absent() -> Response:
    return PlainTextResponse("There is no such image in this workspace.", 404, headers=_SAFE)


ROUTES = [
    Route("/boot", boot),
    Route("/thumb/{image_no:number}", thumb),
    Route("/image/{image_no:number}", image),
    Route("/evaluate", evaluate, methods=["POST"]),
    Route("/looking", looking, methods=["POST"]),
    Route("/download/{export_no:number}", download),
    Route("/points/{stage}", points),
    Route("/colours/{stage}", colours),
    Route("/members/{stage}", members),
    Route("/map-small/{stage}/{run_no:number}", map_small),
    Route("/about/{sample_no:number}", about),
    Route("/browse/look", browse_look, methods=["POST"]),
    Route("/browse/rows", browse_rows),
    Route("/browse/sample/{sample_no:number}", browse_sample),
]
