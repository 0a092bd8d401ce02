"""The web page: built files from one folder. `index.html` is written anew for each answer, with a fresh style nonce."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

BUILT = Path(__file__).resolve().parents[1] / "page"
# Addresses that the page itself makes screens of. Everything else that is unknown is a 404.
SCREENS = ("datasets", "jobs", "models", "predict", "predictions", "images", "system", "settings")
_PUBLIC = re.compile(rf"^/(?:|assets/[^/]+|(?:{'|'.join(SCREENS)})(?:/.*)?)$")
_READING = frozenset({"GET", "HEAD"})

_ASSET = re.compile(r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,120}\.(js|css|svg|woff2|png|webmanifest)$")
_TYPES = {
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
    "woff2": "font/woff2",
    "png": "image/png",
    "webmanifest": "application/manifest+json",
}
# Best first; made by the build beside the files.
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
_NONCE = "__NONCE__"
# Vite names a file by its contents; the few that keep their names are asked for again.
_HASHED = re.compile(r"-[A-Za-z0-9_-]{8}\.[a-z0-9]+$")
_FOREVER, _A_WHILE = "public, max-age=31536000, immutable", "public, max-age=3600"


def is_page(method: str, path: str) -> bool:
    """Whether this is a file or a screen of the page, which show nothing of anybody's and need no key."""
    return method in _READING and _PUBLIC.match(path) is not None


def policy(nonce: str) -> str:
    """What the browser lets the page do: its own files, its own service, and styles that carry the nonce."""
    return (
        "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data: blob:; "
        f"style-src 'self' 'nonce-{nonce}'; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )


class Page:
    """The built page in a folder; where nothing is built, visitors are sent to the documents."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def index(self) -> Response:
        """The page itself, for any of its screens."""
        try:
            text = (self._folder / "index.html").read_text()
        except FileNotFoundError:
            return RedirectResponse("/docs")
        nonce = secrets.token_urlsafe(18)
        return HTMLResponse(
            text.replace(_NONCE, nonce),
            headers={"Content-Security-Policy": policy(nonce), "Cache-Control": "no-store"},
        )

    def asset(self, name: str, accepted: str) -> Response:
        """One file, compressed where the browser takes it. accepted: its Accept-Encoding. 404: there is none."""
        match = _ASSET.match(name)
        path = self._folder / "assets" / name
        if match is None or not path.is_file():
            raise HTTPException(404)
        headers = {"Cache-Control": _FOREVER if _HASHED.search(name) else _A_WHILE, "Vary": "Accept-Encoding"}
        taken = {each.partition(";")[0].strip() for each in accepted.split(",") if not each.endswith(";q=0")}
        for encoding, suffix in _ENCODINGS:
            packed = path.with_name(name + suffix)
            if encoding in taken and packed.is_file():
                return Response(packed.read_bytes(), 200, {**headers, "Content-Encoding": encoding}, _TYPES[match[1]])
        return Response(path.read_bytes(), 200, headers, _TYPES[match[1]])


router = APIRouter(include_in_schema=False)


def _page(request: Request) -> Page:
    page: Page = request.app.state.page
    return page


@router.api_route("/assets/{name}", methods=["GET", "HEAD"])
def asset(request: Request, name: str) -> Response:
    return _page(request).asset(name, request.headers.get("accept-encoding", ""))


@router.api_route("/", methods=["GET", "HEAD"])
def home(request: Request) -> Response:
    return _page(request).index()


def _screen(request: Request) -> Response:
    return _page(request).index()


for _name in SCREENS:
    router.add_api_route(f"/{_name}", _screen, methods=["GET", "HEAD"])
    router.add_api_route(f"/{_name}/{{rest:path}}", _screen, methods=["GET", "HEAD"])
