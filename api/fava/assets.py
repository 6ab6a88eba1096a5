"""Fava's static files from memory, compressed once, without asking Flask."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from api.fava.theme import STYLE, STYLE_NAME

#: What a page loads. Source maps and the editor's WebAssembly stay on the server.
_SUFFIXES = (".js", ".css", ".woff2", ".ico")
_COMPRESSED = (".js", ".css")


@dataclass(frozen=True)
class Asset:
    """A static file: its bytes, plain and (if that is worth it) gzipped, and what the headers say of it."""

    body: bytes
    gzipped: bytes | None
    content_type: str
    etag: str


@lru_cache(1)
def asset_names() -> frozenset[str]:
    """Return the names of the files that may be served."""
    stock = {entry.name for entry in (files("fava") / "static").iterdir() if entry.name.endswith(_SUFFIXES)}
    return frozenset(stock | {STYLE_NAME})


@lru_cache(128)
def load_asset(name: str) -> Asset | None:
    """Return the file, or ``None`` if it is not one of the served ones; read and compressed at first use."""
    if name not in asset_names():
        return None
    body = STYLE.encode() if name == STYLE_NAME else (files("fava") / "static" / name).read_bytes()
    content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if name.endswith(_COMPRESSED):
        content_type = f"text/{'css' if name.endswith('.css') else 'javascript'}; charset=utf-8"
    gzipped = gzip.compress(body, 9, mtime=0) if name.endswith(_COMPRESSED) else None
    return Asset(body, gzipped, content_type, f'W/"{hashlib.sha256(body).hexdigest()[:32]}"')


def asset_version(name: str) -> str:
    """Return the part of an asset's URL that changes with its content, so browsers may keep it."""
    asset = load_asset(name)
    return asset.etag[3:15] if asset else "0"
