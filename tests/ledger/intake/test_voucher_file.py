"""Files that prove something: known by their content, published without what cameras and programs write into them."""

from __future__ import annotations

import io
import json
import zlib

import pikepdf
import pytest
from PIL import Image

from ledger import errors
from ledger.intake.voucher_file import read_voucher

PLACE = b"30.65N 104.06E"
INVOICE = """<?xml version="1.0" encoding="UTF-8"?>
<EInvoice><Header><EIid>26500000000000000001</EIid></Header><EInvoiceData>
<SellerInformation><SellerIdNum>91510100MA6TEST00X</SellerIdNum><SellerName>示例电梯公司</SellerName></SellerInformation>
<BuyerInformation><BuyerName>桂花苑小区业主大会</BuyerName></BuyerInformation>
<BasicInformation><TotalAmWithoutTax>1698.11</TotalAmWithoutTax><TotalTaxAm>101.89</TotalTaxAm>
<TotalTax-includedAmount>1800.00</TotalTax-includedAmount><Drawer>开票员</Drawer></BasicInformation>
</EInvoiceData><TaxSupervisionInfo><InvoiceNumber>26500000000000000001</InvoiceNumber>
<IssueTime>2026-03-20</IssueTime></TaxSupervisionInfo></EInvoice>
"""


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 20)) -> bytes:
    """Draw a picture that says where and with what it was taken."""
    image, written = Image.new("RGB", size, "white"), io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Camera Co"
    exif[0x010E] = PLACE.decode()
    exif[0x0112] = 6  # lies on its side
    if kind == "PNG":
        from PIL.PngImagePlugin import PngInfo

        said = PngInfo()
        said.add_text("Comment", PLACE.decode())
        image.save(written, kind, exif=exif, pnginfo=said)
    else:
        image.save(written, kind, exif=exif, comment=PLACE)
    return written.getvalue()


def document(**entries: object) -> bytes:
    """Make a PDF with a page, a photo, and everything that programs leave in one."""
    made, written = pikepdf.new(), io.BytesIO()
    page = made.add_blank_page(page_size=(200, 200))
    photo = made.make_stream(picture())
    photo.Type, photo.Subtype, photo.Filter = pikepdf.Name.XObject, pikepdf.Name.Image, pikepdf.Name.DCTDecode
    photo.Width, photo.Height, photo.ColorSpace, photo.BitsPerComponent = 40, 20, pikepdf.Name.DeviceRGB, 8
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=photo))
    page.obj.Annots = made.make_indirect(pikepdf.Array([pikepdf.Dictionary(Contents="王某某")]))
    made.docinfo["/Author"] = "王某某"
    with made.open_metadata() as about:
        about["dc:title"] = "王某某的报销"
    made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    made.attachments["secret.txt"] = b"secret"
    made.save(written, **entries)
    return written.getvalue()


@pytest.mark.parametrize(("kind", "mime"), [("JPEG", "image/jpeg"), ("PNG", "image/png")])
def test_a_photo_is_published_as_a_picture_and_nothing_else(kind: str, mime: str) -> None:
    content = picture(kind)
    assert PLACE in content
    file = read_voucher(content)
    assert (file.media_type, file.published_type, file.original) == (mime, mime, content)
    assert PLACE not in file.published
    assert b"Camera Co" not in file.published
    drawn = Image.open(io.BytesIO(file.published))
    assert (drawn.size, dict(drawn.getexif())) == ((20, 40), {})  # upright
    assert file.sha256 != file.published_sha256


def test_a_pdf_is_published_without_properties_scripts_and_attachments() -> None:
    content = document()
    assert PLACE in content
    file = read_voucher(content)
    assert (file.media_type, file.published_type) == ("application/pdf", "application/pdf")
    assert PLACE not in file.published
    with pikepdf.open(io.BytesIO(file.published)) as clean:
        assert len(clean.pages) == 1
        assert "/Info" not in clean.trailer
        assert not {"/Metadata", "/OpenAction", "/Names"} & set(clean.Root.keys())
        assert "/Annots" not in clean.pages[0].obj
        photo = clean.pages[0].obj.Resources.XObject.Im0
        assert Image.open(io.BytesIO(photo.read_raw_bytes())).size == (40, 20)
        assert not clean.attachments


def test_an_xml_invoice_says_its_number_issuer_and_amount() -> None:
    file = read_voucher(INVOICE.encode())
    assert file.media_type == "application/xml"
    assert file.invoice is not None
    assert (file.invoice.number, file.invoice.issuer) == ("26500000000000000001", "示例电梯公司")
    assert (file.invoice.issuer_code, file.invoice.issued_on) == ("91510100MA6TEST00X", "2026-03-20")
    assert file.invoice.amount_minor == 180_000
    shown = json.loads(file.published)
    assert (shown["amount"], "开票员" in file.published.decode()) == ("1800.00", False)


def bomb(size: int) -> bytes:
    """Write a PDF with a stream that unpacks to ``size`` bytes of nothing."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(size >> 20)) + packer.flush()
    head = b"%%PDF-1.5\n1 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n"
    return head % len(packed) + packed + b"\nendstream\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"


LAUGHS = """<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;">]><EInvoice><EIid>&y;</EIid></EInvoice>"""
OUTSIDE = """<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><EInvoice><EIid>&x;</EIid></EInvoice>"""


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"PK\x03\x04" + bytes(100),  # an archive
        b"MZ" + bytes(100),  # a program
        b"GIF89a" + bytes(100),
        picture()[:60],  # cut off
        picture("PNG")[:60],
        picture(size=(8_000, 6_300)),  # 50.4 million pixels
        b"%PDF-1.7\nnothing of the kind",
        bomb(300 << 20),
        document(encryption=pikepdf.Encryption(owner="a", user="b")),
        document(encryption=pikepdf.Encryption(owner="a", user="")),
        b"<html><body>hello</body></html>",
        b"<EInvoice><InvoiceNumber>1</InvoiceNumber>",
        LAUGHS.encode(),
        OUTSIDE.encode(),
    ],
    ids=[
        *("empty", "words", "archive", "program", "gif", "cut-jpeg", "cut-png", "huge", "cut-pdf", "bomb"),
        *("locked", "restricted", "html", "cut-xml", "laughs", "outside"),
    ],
)
def test_what_is_no_voucher_or_would_do_harm_is_refused(content: bytes) -> None:
    with pytest.raises(errors.VoucherRefused):
        read_voucher(content)
