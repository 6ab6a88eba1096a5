"""An answer of the door: a body, and the same strict headers on every one of them."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import quote

from markupsafe import escape

from ledger.errors import Refusal

_ERROR_STYLE = """
body { font-family: sans-serif; max-width: 36em; margin: 3em auto; padding: 0 1em; line-height: 1.6; }
h1 { font-size: 1.3em; }
p { color: #666; }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_ERROR_STYLE.encode()).digest()).decode()
#: Nothing from elsewhere, nothing inline but the error page's style, no frames.
POLICY = (
    f"default-src 'none'; script-src 'self'; style-src 'self' 'sha256-{_STYLE_HASH}'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_STRICT = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"),
)
#: Bodies shorter than this are not worth compressing (bytes).
_COMPRESS_FROM = 600

_ERROR_PAGE = """\
<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{status} 账簿</title><style>{style}</style></head>
<body><h1>{zh}</h1><p lang="en">{en}</p><p><a href="/">回首页 · Home</a></p></body>
</html>
"""


@dataclass(frozen=True)
class Answer:
    """A whole answer; ``gzipped`` is the body compressed beforehand, ``encoded`` says if the body is."""

    status: int
    body: bytes
    content_type: str
    etag: str | None = None
    location: str | None = None
    gzipped: bytes | None = None
    cache: str = "private, no-cache"
    encoded: bool = False

    @classmethod
    def redirect(cls, location: str) -> Answer:
        """Send the reader to another address on this site; non-ASCII is percent-encoded, ``:`` is not."""
        return cls(HTTPStatus.FOUND, b"", "text/plain", location=quote(location, safe="/:?&=%#,+-~"))

    def negotiated(self, accept_encoding: str, if_none_match: str) -> Answer:
        """Return the answer as this client can use it: ``304`` if it has it, gzipped if it takes that."""
        if self.etag and self.etag in if_none_match and self.status == HTTPStatus.OK:
            return replace(self, status=HTTPStatus.NOT_MODIFIED, body=b"", content_type="")
        compressible = self.gzipped is not None or (
            len(self.body) >= _COMPRESS_FROM and self.content_type.startswith(("text/", "application/json"))
        )
        if not compressible or not _takes_gzip(accept_encoding):
            return self
        return replace(self, body=self.gzipped or gzip.compress(self.body, 5, mtime=0), encoded=True)

    def headers(self) -> list[tuple[str, str]]:
        """Return all headers of the answer."""
        headers = [*_STRICT, ("Cache-Control", self.cache), ("Vary", "Accept-Encoding")]
        if self.content_type:
            headers += [("Content-Type", self.content_type), ("Content-Length", str(len(self.body)))]
        if self.etag:
            headers.append(("ETag", self.etag))
        if self.encoded:
            headers.append(("Content-Encoding", "gzip"))
        if self.location is not None:
            headers.append(("Location", self.location))
        if self.status == HTTPStatus.METHOD_NOT_ALLOWED:
            headers.append(("Allow", "GET, HEAD"))
        if self.status == HTTPStatus.SERVICE_UNAVAILABLE:
            headers.append(("Retry-After", "5"))
        return headers


def answer_refusal(refusal: Refusal, *, api: bool) -> Answer:
    """Say why in Chinese and English: as JSON whose ``error`` Fava's script shows, or as a small page."""
    zh, en = refusal.detail("zh"), refusal.detail("en")
    if not api:
        page = _ERROR_PAGE.format(status=refusal.status, style=_ERROR_STYLE, zh=escape(zh), en=escape(en))
        return Answer(refusal.status, page.encode(), "text/html; charset=utf-8", cache="no-store")
    problem = {
        "type": f"urn:mingzhang:problem:{refusal.code}",
        "status": refusal.status,
        "detail": zh,
        "detail_en": en,
        "error": zh,
    }
    body = json.dumps(problem, ensure_ascii=False).encode()
    return Answer(refusal.status, body, "application/json", cache="no-store")


def _takes_gzip(accept_encoding: str) -> bool:
    """Say whether the client accepts gzip; a quality of zero is a refusal."""
    for item in accept_encoding.lower().split(","):
        name, _, quality = item.partition(";")
        if name.strip() in {"gzip", "*"}:
            return quality.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False
