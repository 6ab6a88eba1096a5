"""Read an export back, as far as it can be read; whether it is true is for ``checks`` to say."""

from __future__ import annotations

import io
import struct
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any, get_args

from reports.archive.as_json import read_json, read_lines
from reports.archive.findings import shown
from reports.archive.layout import FORMAT, JOURNAL, MANIFEST, RECORD, VERSION, Archive, Audience, Line
from reports.archive.refusals import ExportUnreadable

_MOST_BYTES = 2 * 1024**3  # of all files unpacked
_MOST_FILES = 200_000
_MOST_TIMES = 60  # as large unpacked as packed; our books come to a sixth of that
_SMALL = 16 * 1024**2
_NAME = 255  # bytes of a part of a file's name, as file systems have it
_END, _FAR, _END_FAR = struct.Struct("<4s6xHIIH"), struct.Struct("<32xQQQ"), struct.Struct("<4s4xQ4x")
_WAYS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})  # others ask for memory as the file says


def read_export(content: bytes) -> Archive:
    """Return the export.

    The journal ends with the first line that is no record: that finding is enough, and a file of such lines is a bomb.

    Raises:
        ExportUnreadable: it is no zip, too large unpacked, of another format or version, names files that lie
            elsewhere, or holds no JSON where it should.
    """
    files = _unpacked(content)
    try:
        manifest = read_json(files.pop(MANIFEST, b"null"))
    except ValueError as error:
        raise _no_json(MANIFEST) from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise ExportUnreadable(why_zh="不是明账导出文件", why_en="it is not an export of Mingzhang")
    if manifest.get("version") != VERSION:
        raise ExportUnreadable(
            why_zh=f"版本 {shown(manifest.get('version'))} 本程序不认识",
            why_en=f"this program does not know version {shown(manifest.get('version'))}",
        )
    if not _is_whole(manifest):
        raise ExportUnreadable(why_zh="清单缺项", why_en="its manifest lacks something")
    return Archive(manifest, tuple(_journal(files.get(JOURNAL, b""))), files)


def _journal(content: bytes) -> Iterator[Line]:
    """Yield the lines of the journal up to the first that is no record."""
    place = 0
    try:
        for place, line in enumerate(read_lines(content), 1):  # noqa: B007 - where it was when a line is none
            yield line
            if not line.keys() >= RECORD:
                return
    except ValueError as error:
        raise _no_json(f"{JOURNAL}:{place + 1}") from error


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
            _is_one(archive, content)
            members = [
                one for one in archive.infolist() if not one.is_dir()
            ]  # who packs anew may add folders
            _weigh(members, len(content))
            return {one.filename: archive.read(one) for one in members}
    except ExportUnreadable:
        raise
    except Exception as error:  # a damaged file can fail in any part of the reader
        raise ExportUnreadable(
            why_zh="不是完整的 zip 文件", why_en=f"not a whole zip file ({error})"
        ) from error


def _is_one(archive: zipfile.ZipFile, content: bytes) -> None:
    """Refuse a file that is two books: one reader looks for the directory just before the end, another where that says.

    There must be one directory, with nothing before the first member and nothing behind the end.
    """
    if _directory(content) != (archive.start_dir, len(archive.filelist)):
        raise ExportUnreadable(
            why_zh="zip 前后或目录之外另有内容", why_en="there is more in the zip than its directory"
        )


def _directory(content: bytes) -> tuple[int, int] | None:
    """Return where the directory begins and how many members it has, as its end says; None where they do not meet."""
    end = len(content) - _END.size
    mark, count, size, begin, comment = _END.unpack_from(content, end)
    if mark != b"PK\5\6" or comment or content[:2] != b"PK":
        return None
    if content[end - _END_FAR.size : end][:4] == b"PK\6\7":  # so many members that the numbers do not fit
        end = _END_FAR.unpack_from(content, end - _END_FAR.size)[1]
        count, size, begin = _FAR.unpack_from(content, end)
    return (begin, count) if begin + size == end else None


def _weigh(members: Sequence[zipfile.ZipInfo], packed: int) -> None:
    """Refuse what unpacks to too much, has a name twice or a name that leads elsewhere.

    zipfile unpacks no more of a member than it declares.
    """
    unpacked = sum(one.file_size for one in members)
    is_bomb = unpacked > max(_SMALL, _MOST_TIMES * packed)
    if len(members) > _MOST_FILES or unpacked > _MOST_BYTES or is_bomb:
        raise ExportUnreadable(why_zh="解压后过大", why_en="it is too large unpacked")
    if len({one.filename for one in members}) < len(members):  # two readers would see two books
        raise ExportUnreadable(why_zh="同一文件名出现两次", why_en="a name stands in it twice")
    strange = next((one.orig_filename for one in members if not _is_plain(one.orig_filename)), None)
    if strange is not None:
        raise ExportUnreadable(
            why_zh=f"文件名不合规:{shown(strange)}", why_en=f"no export has such a file: {shown(strange)}"
        )
    if any(one.compress_type not in _WAYS for one in members):
        raise ExportUnreadable(why_zh="压缩方式不认识", why_en="it is packed in another way")


def _is_plain(name: str) -> bool:
    """Say whether a file lies below the folder that it is unpacked into, by a name that can be shown."""
    path = PurePosixPath(name)
    return (
        str(path) == name
        and name.isascii()  # others are read in more ways than one
        and not path.is_absolute()
        and "\\" not in name
        and all(one != ".." and len(one.encode()) <= _NAME for one in path.parts)
        and not any(unicodedata.category(char).startswith("C") for char in name)
    )


def _no_json(where: str) -> ExportUnreadable:
    return ExportUnreadable(why_zh=f"{where} 不是规范的 JSON", why_en=f"{where} is not valid JSON")
