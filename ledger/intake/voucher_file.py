"""Take in a file that proves something: know its type by its content, and make the version that may be published.

A photo is drawn anew, so nothing but its picture is left (no place, no camera, no thumbnail). A PDF loses its
properties, scripts and attachments, and its pictures lose what cameras write. Of an XML invoice only the figures are
published. What would fill the memory is refused.
"""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from hashlib import sha256

import filetype
import pikepdf
from PIL import Image, ImageOps

from ledger.errors import VoucherRefused
from ledger.intake.invoice_file import Invoice, invoice_json, read_invoice

JPEG, PNG, PDF, XML = "image/jpeg", "image/png", "application/pdf", "application/xml"
_PIXELS = 50_000_000  # a page at 600 dots an inch has 35 million
_UNPACKED = 256 * 1024 * 1024
_STREAMS = 100_000
_CHUNK, _PIECE = 1024 * 1024, 64 * 1024
_QUALITY = 88
_PDF_DEBRIS = ("/OpenAction", "/AA", "/Metadata", "/PieceInfo", "/AcroForm", "/Names", "/AF", "/Collection")
_PAGE_DEBRIS = ("/AA", "/Metadata", "/PieceInfo", "/Annots", "/AF", "/Thumb")
_PACKED = frozenset({"/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"})
_OBJECT_DEBRIS = ("/Metadata", "/PieceInfo", "/AF")


@dataclass(frozen=True, slots=True)
class VoucherFile:
    """A file as it came and as it may be seen by everybody, with what an invoice in it says."""

    media_type: str
    original: bytes
    published: bytes
    published_type: str
    invoice: Invoice | None = None

    @property
    def sha256(self) -> str:
        """The hash of the file as it came."""
        return sha256(self.original).hexdigest()

    @property
    def published_sha256(self) -> str:
        """The hash of what everybody may see."""
        return sha256(self.published).hexdigest()


def read_voucher(content: bytes) -> VoucherFile:
    """Return the file, cleaned.

    Raises:
        VoucherRefused: it is empty, of another type, damaged, locked, or would unpack to more than a voucher holds.
    """
    if not content:
        raise _refused("文件为空", "it is empty")
    found = filetype.guess(content)
    kind = found.mime if found is not None else None
    if kind in {JPEG, PNG}:
        return VoucherFile(kind, content, _clean_picture(content, kind), kind)
    if kind == PDF:
        return VoucherFile(PDF, content, _clean_pdf(content), PDF)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        invoice = read_invoice(content)
        return VoucherFile(XML, content, invoice_json(invoice), "application/json", invoice)
    raise _refused("不是可用的文件类型", "it is of another type")


def _clean_picture(content: bytes, kind: str) -> bytes:
    try:
        picture = Image.open(io.BytesIO(content), formats=("JPEG", "PNG"))
        if picture.width * picture.height > _PIXELS:
            raise _refused("图片过大", "the picture is too big")
        picture.load()
        upright = ImageOps.exif_transpose(picture)
    except (
        OSError,
        ValueError,
        SyntaxError,
        zlib.error,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise _refused("图片损坏或过大", "the picture is damaged or too big") from error
    drawn = io.BytesIO()
    has_mask = kind == PNG and upright.mode in {"RGBA", "LA", "PA", "P"}
    plain = upright.convert("RGBA" if has_mask else "RGB")
    clean = Image.new(plain.mode, plain.size)
    clean.paste(plain)
    if kind == JPEG:
        clean.save(drawn, "JPEG", quality=_QUALITY)
    else:
        clean.save(drawn, "PNG")
    return drawn.getvalue()


def _clean_pdf(content: bytes) -> bytes:
    _check_unpacked(content)
    written = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            if document.is_encrypted:
                raise _refused("PDF 有密码或限制", "the PDF is locked")
            _strip(document)
            document.save(written, deterministic_id=True)
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, RecursionError) as error:
        raise _refused("PDF 损坏或有密码", "the PDF is damaged or locked") from error
    return written.getvalue()


def _strip(document: pikepdf.Pdf) -> None:
    """Take out what is no page: properties, scripts, attachments, forms, notes, and what cameras write."""
    _drop(document.trailer, ("/Info",))
    _drop(document.Root, _PDF_DEBRIS)
    for page in document.pages:
        _drop(page.obj, _PAGE_DEBRIS)
    for one in document.objects:
        if isinstance(one, pikepdf.Stream):
            _check_filters(one)
            _drop(one, _OBJECT_DEBRIS)
            if one.get("/Filter") == pikepdf.Name.DCTDecode:
                one.write(_without_marks(one.read_raw_bytes()), filter=pikepdf.Name.DCTDecode)


def _check_filters(stream: pikepdf.Stream) -> None:
    """Refuse what was packed twice: what it unpacks to is not to be seen from outside."""
    filters = stream.get("/Filter")
    if isinstance(filters, pikepdf.Array) and sum(str(one) in _PACKED for one in filters) > 1:
        raise _refused("PDF 的内容压缩了多层", "the PDF holds what was packed twice")


def _drop(thing: pikepdf.Object, names: tuple[str, ...]) -> None:
    for name in names:
        if name in thing:
            del thing[name]


def _without_marks(jpeg: bytes) -> bytes:
    """Return a JPEG without its APP1, APP3 to APP13, APP15 and comment segments: where cameras write."""
    kept, place = bytearray(jpeg[:2]), 2
    while place + 4 <= len(jpeg) and jpeg[place] == _MARK:
        code = jpeg[place + 1]
        end = place + 2 + int.from_bytes(jpeg[place + 2 : place + 4])
        if code == _SCAN:
            break
        if code not in _MARKS_OUT:
            kept += jpeg[place:end]
        place = end
    return bytes(kept) + jpeg[place:]


_MARK, _SCAN = 0xFF, 0xDA
_MARKS_OUT = frozenset({0xFE, 0xE1, *range(0xE3, 0xEE), 0xEF})


def _check_unpacked(content: bytes) -> None:
    """Refuse a PDF whose packed streams come to more than a voucher holds, before anything unpacks them."""
    total, place, whole = 0, content.find(b"stream"), memoryview(content)
    if content.count(b"stream") > _STREAMS:
        raise _refused("PDF 过于零碎", "the PDF is in too many pieces")
    while place >= 0:
        begin = place + len(b"stream")
        if content[place - 3 : place] != b"end":
            begin += 2 if content[begin : begin + 2] == b"\r\n" else 1
            total += _unpacked(whole[begin:], _UNPACKED - total)
            if total >= _UNPACKED:
                raise _refused("PDF 解压后过大", "the PDF unpacks to too much")
        place = content.find(b"stream", begin)


def _unpacked(packed: memoryview, limit: int) -> int:
    """Return to how many bytes a packed stream unpacks, at most ``limit``; 0 if it is not packed.

    It is taken in piece by piece: a file may hold a million beginnings of streams, and each is looked at.
    """
    unpacker, length, place = zlib.decompressobj(), 0, 0
    try:
        while place < len(packed) and length < limit and not unpacker.eof:
            piece: bytes | memoryview = packed[place : place + _PIECE]
            while piece and length < limit:
                length += len(unpacker.decompress(piece, _CHUNK))
                piece = unpacker.unconsumed_tail
            place += _PIECE
    except zlib.error:
        return length
    return length


def _refused(why_zh: str, why_en: str) -> VoucherRefused:
    return VoucherRefused(pointer=None, why_zh=why_zh, why_en=why_en)
