"""Read an export back, as far as it can be read; whether it is true is for ``checks`` to say."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from typing import Any, get_args

from reports.archive.layout import FORMAT, JOURNAL, MANIFEST, VERSION, Archive, Audience
from reports.archive.refusals import ExportUnreadable

_MOST_BYTES = 2 * 1024**3  # of all files unpacked
_MOST_FILES = 200_000
_MOST_TIMES = 200  # as large unpacked as packed; our books come to a tenth of that
_SMALL = 64 * 1024**2


def read_export(content: bytes) -> Archive:
    """Return the export.

    Raises:
        ExportUnreadable: it is no zip, too large unpacked, of another format or version, or holds no JSON where it
            should.
    """
    files = _unpacked(content)
    manifest = _json(files.pop(MANIFEST, b"null"), MANIFEST)
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise ExportUnreadable(why_zh="不是明账导出文件", why_en="it is not an export of Mingzhang")
    if manifest.get("version") != VERSION:
        raise ExportUnreadable(
            why_zh=f"版本 {manifest.get('version')} 本程序不认识",
            why_en=f"this program does not know version {manifest.get('version')}",
        )
    if not _is_whole(manifest):
        raise ExportUnreadable(why_zh="清单缺项", why_en="its manifest lacks something")
    lines = files.get(JOURNAL, b"").split(b"\n")
    journal = tuple(_json(line, f"{JOURNAL}:{place}") for place, line in enumerate(lines, 1) if line)
    return Archive(manifest, journal, files)


def _is_whole(manifest: dict[str, Any]) -> bool:
    """Say whether the manifest holds what every check asks it for."""
    head, files = manifest.get("head"), manifest.get("files")
    return (
        isinstance(manifest.get("compound"), str)
        and manifest.get("audience") in get_args(Audience)
        and isinstance(head, dict)
        and type(head.get("seq")) is int
        and isinstance(head.get("hash"), str)
        and isinstance(files, dict)
    )


def _unpacked(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _weigh(archive.infolist(), len(content))
            return {one.filename: archive.read(one) for one in archive.infolist()}
    except ExportUnreadable:
        raise
    except Exception as error:  # a damaged file can fail in any part of the reader
        raise ExportUnreadable(
            why_zh="不是完整的 zip 文件", why_en=f"not a whole zip file ({error})"
        ) from error


def _weigh(members: Sequence[zipfile.ZipInfo], packed: int) -> None:
    """Refuse what unpacks to too much, or has a name twice; zipfile unpacks no more of a member than it declares."""
    unpacked = sum(one.file_size for one in members)
    is_bomb = unpacked > max(_SMALL, _MOST_TIMES * packed)
    if len(members) > _MOST_FILES or unpacked > _MOST_BYTES or is_bomb:
        raise ExportUnreadable(why_zh="解压后过大", why_en="it is too large unpacked")
    if len({one.filename for one in members}) < len(members):  # two readers would see two books
        raise ExportUnreadable(why_zh="同一文件名出现两次", why_en="a name stands in it twice")


def _json(content: bytes, where: str) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ExportUnreadable(
            why_zh=f"{where} 不是有效的 JSON", why_en=f"{where} is not valid JSON"
        ) from error
