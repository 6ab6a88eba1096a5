"""How much a stranger's PDF may unpack to: said to the reader once, before it opens the first file.

A kilobyte that was packed three times over unpacks to gigabytes. The reader (qpdf) then gives up on the stream: one
that nobody needs stays packed as it is, and one that is needed makes the file a damaged one.
"""

from __future__ import annotations

import re

from pikepdf import settings

_MEGABYTE = 1024 * 1024
_LZW = re.compile(rb"/LZW(Decode)?(?![A-Za-z0-9])")
_ESCAPED = re.compile(rb"#([0-9a-fA-F]{2})")

settings.set_qpdf_limits(
    max_stream_filters=4,
    flate_max_memory=64 * _MEGABYTE,
    run_length_max_memory=64 * _MEGABYTE,
    png_max_memory=64 * _MEGABYTE,
    tiff_max_memory=64 * _MEGABYTE,
    dct_max_memory=256 * _MEGABYTE,
    dct_max_progressive_scans=100,
)


def is_packed_without_limit(pdf: bytes) -> bool:
    """Say whether a PDF names a way of packing (LZW) that the reader knows no limit for."""
    return _LZW.search(_ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), pdf)) is not None
