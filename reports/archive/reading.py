"""Read an export back, as far as it can be read; whether it is true is for ``checks`` to say."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from reports.archive.layout import FORMAT, JOURNAL, MANIFEST, VERSION, Archive
from reports.archive.refusals import ExportUnreadable

_MOST_BYTES = 2 * 1024**3  # of all files unpacked
_MOST_FILES = 200_000


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
    lines = files.get(JOURNAL, b"").split(b"\n")
    journal = tuple(_json(line, f"{JOURNAL}:{place}") for place, line in enumerate(lines, 1) if line)
    return Archive(manifest, journal, files)


def _unpacked(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > _MOST_FILES or sum(one.file_size for one in members) > _MOST_BYTES:
                raise ExportUnreadable(why_zh="解压后过大", why_en="it is too large unpacked")
            if len({one.filename for one in members}) < len(members):  # two readers would see two books
                raise ExportUnreadable(why_zh="同一文件名出现两次", why_en="a name stands in it twice")
            return {one.filename: archive.read(one) for one in members}
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise ExportUnreadable(
            why_zh="不是完整的 zip 文件", why_en=f"not a whole zip file ({error})"
        ) from error


def _json(content: bytes, where: str) -> Any:
    try:
        return json.loads(content)
    except ValueError as error:
        raise ExportUnreadable(
            why_zh=f"{where} 不是有效的 JSON", why_en=f"{where} is not valid JSON"
        ) from error
