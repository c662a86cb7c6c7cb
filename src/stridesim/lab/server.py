"""The server of the page: routes, files and safety.

It listens on this machine alone unless told otherwise, answers only to its own names, takes
messages only from its own page, and lets the page load nothing from elsewhere. Where it is opened
to others it asks for a token, which the first address holds and a cookie keeps.
"""

import importlib.resources
import json
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from stridesim.lab import export
from stridesim.lab.client import AGAINST_THE_RULES, Client
from stridesim.lab.controls import facts
from stridesim.lab.picture import bands_at
from stridesim.lab.protocol import MOST_BYTES, asked_runner
from stridesim.lab.solving import Solving
from stridesim.lab.story import asked
from stridesim.results import InputError
from stridesim.runner.curves import SPEEDS

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1", "[::1]")
COOKIE: Final = "stridesim_lab"
MOST_PAGES: Final = 200
"""Open at a time."""
_HEADERS: Final = {
    "content-security-policy": "default-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-cache",
}

_Scope = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
_Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class _Guard:
    """Safety headers on every answer; and, with a token, nothing without it."""

    def __init__(self, app: Any, token: str | None) -> None:
        self.app, self.token = app, token

    async def __call__(self, scope: _Scope, receive: _Receive, send: _Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return

        async def safe(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
            await send(message)

        answer = self._refusal(scope)
        if answer is None:
            await self.app(scope, receive, safe)
        elif scope["type"] == "websocket":
            await WebSocket(scope, receive, send).close(AGAINST_THE_RULES)
        else:
            await answer(scope, receive, safe)

    def _refusal(self, scope: _Scope) -> Response | None:
        if self.token is None:
            return None
        asked = HTTPConnection(scope)
        if secrets.compare_digest(asked.cookies.get(COOKIE, "").encode(), self.token.encode()):
            return None
        given = asked.query_params.get("token", "")
        if scope["type"] == "http" and secrets.compare_digest(given.encode(), self.token.encode()):
            answer = Response(status_code=303, headers={"location": "/"})
            answer.set_cookie(COOKIE, self.token, httponly=True, samesite="strict")
            return answer
        return PlainTextResponse("The address that 'stridesim lab' printed is needed.", 403)


def is_own_page(headers: Headers) -> bool:
    """Whether a socket is opened by a page of this server: its origin is the host it asks for."""
    origin = urlsplit(headers.get("origin", ""))
    return origin.scheme in ("http", "https") and origin.netloc == headers.get("host", "")


def app_of(solving: Solving, *, hosts: tuple[str, ...] = LOOPBACK, token: str | None = None) -> Any:
    """The application. `hosts` are the names it answers to, `token` what opens it."""
    static = importlib.resources.files("stridesim.lab").joinpath("static")
    told = facts(solving.runner) | {"stories": [asked(story) for story in solving.stories]}
    known = json.dumps(told, separators=(",", ":"))
    open_pages: set[int] = set()

    async def front(request: Request) -> Response:
        return FileResponse(str(static / "index.html"))

    async def about(request: Request) -> Response:
        return Response(known, media_type="application/json")

    async def bands(request: Request) -> Response:
        speeds = {f"{speed:g}": speed for speed in SPEEDS}
        speed = speeds.get(request.path_params["speed"])
        if speed is None:
            return PlainTextResponse(f"expected one of {', '.join(speeds)}", 404)
        return JSONResponse(bands_at(speed))

    async def exported(request: Request) -> Response:
        suffix = request.path_params["suffix"]
        if suffix not in export.FORMATS or len(request.url.query) > MOST_BYTES:
            return PlainTextResponse(f"expected one of {', '.join(export.FORMATS)}", 404)
        media, write = export.FORMATS[suffix]
        try:
            text = parse_qs(request.url.query, max_num_fields=4).get("runner", ["{}"])[0]
            asked = asked_runner(json.loads(text))
            content = await run_in_threadpool(write, solving, asked)
        except InputError as error:
            return PlainTextResponse(str(error), 400)
        except (ValueError, RecursionError):
            return PlainTextResponse("runner: is not JSON", 400)
        kept = {"content-disposition": f'attachment; filename="stride.{suffix}"'}
        return Response(content, media_type=media, headers=kept)

    async def talk(socket: WebSocket) -> None:
        if not is_own_page(socket.headers) or len(open_pages) >= MOST_PAGES:
            await socket.close(AGAINST_THE_RULES)
            return
        open_pages.add(id(socket))
        try:
            await Client(socket, solving).serve()
        finally:
            open_pages.discard(id(socket))

    routes = [
        Route("/", front),
        Route("/facts.json", about),
        Route("/bands/{speed}.json", bands),
        Route("/stride.{suffix}", exported),
        WebSocketRoute("/talk", talk),
        Mount("/static", StaticFiles(directory=str(static))),
    ]
    # The guard is outside, so that refusals of hosts carry the headers too.
    guards = [
        Middleware(_Guard, token=token),
        Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False),
    ]
    return Starlette(routes=routes, middleware=guards)
