"""The finishing pass: from what ReportLab writes to a file that can be kept for thirty years.

One pikepdf save makes it PDF/A-3b: XMP metadata, an sRGB output intent from fixed bytes, the figures attached
as data, a file identifier derived from the content. Nothing here reads the clock: the date of the document is
a date of the bulletin. ToUnicode maps are rewritten, because ReportLab 5.1 writes five hex digits for a
character above U+FFFF, and every reader then extracts another character in its place.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String

ICC: Final = Path(__file__).parent / "srgb.icc"
BLOCK: Final = 100
PAIR: Final = re.compile(rb"<([0-9A-F]{2})> <([0-9A-F]{4,6})>")
CMAP: Final = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<00> <FF>
endcodespacerange
{blocks}
endcmap
CMapName currentdict /CMap defineresource pop
end
end"""
XMP: Final = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>zh-CN</rdf:li></rdf:Bag></dc:language>
<pdf:Producer>{producer}</pdf:Producer><xmp:CreatorTool>{producer}</xmp:CreatorTool>
<xmp:CreateDate>{date}</xmp:CreateDate><xmp:ModifyDate>{date}</xmp:ModifyDate>
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
PRODUCER: Final = "Mingzhang"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A data file carried inside the PDF."""

    name: str
    media_type: str
    description_zh: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Identity:
    """What the file says of itself; ``dated`` is an ISO date and stands for midnight UTC."""

    title: str
    author: str
    subject: str
    dated: str


def finish(drawn: bytes, identity: Identity, attachments: tuple[Attachment, ...]) -> bytes:
    """Return the archivable file; the same arguments give the same bytes."""
    with pikepdf.open(BytesIO(drawn)) as pdf:
        _repair_text(pdf)
        _describe(pdf, identity)
        _attach(pdf, attachments, identity.dated)
        out = BytesIO()
        pdf.save(
            out,
            deterministic_id=True,
            min_version="1.7",
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            compress_streams=True,
            recompress_flate=True,
            fix_metadata_version=False,
        )
        return out.getvalue()


def to_unicode(stock: bytes) -> bytes:
    """Rewrite one ToUnicode map of a 256-character subset in UTF-16BE, in blocks of at most a hundred."""
    pairs = [(code.decode(), chr(int(point, 16))) for code, point in PAIR.findall(stock)]
    rows = [f"<{code}> <{text.encode('utf-16-be').hex().upper()}>" for code, text in pairs if text != "\0"]
    blocks = (rows[start : start + BLOCK] for start in range(0, len(rows), BLOCK))
    drawn = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return CMAP.format(blocks=drawn).encode("ascii")


def _repair_text(pdf: pikepdf.Pdf) -> None:
    """Give every font of the file a true ToUnicode map."""
    for thing in pdf.objects:
        if isinstance(thing, Dictionary) and thing.get("/Type") == Name.Font and "/ToUnicode" in thing:
            stream = thing["/ToUnicode"]
            stream.write(_without_codespace(stream.read_bytes()))


def _without_codespace(stock: bytes) -> bytes:
    """Drop the code space line, which looks like a pair, and rewrite the rest."""
    return to_unicode(stock[stock.index(b"beginbfchar") :])


def _describe(pdf: pikepdf.Pdf, identity: Identity) -> None:
    """Write the metadata twice and equal, as PDF/A asks, and the output intent."""
    stamp = String(f"D:{identity.dated.replace('-', '')}000000Z")
    pdf.trailer.Info = pdf.make_indirect(
        Dictionary(
            Title=String(identity.title),
            Author=String(identity.author),
            Subject=String(identity.subject),
            Producer=String(PRODUCER),
            Creator=String(PRODUCER),
            CreationDate=stamp,
            ModDate=stamp,
        ),
    )
    xmp = XMP.format(
        title=escape(identity.title),
        author=escape(identity.author),
        subject=escape(identity.subject),
        producer=PRODUCER,
        date=f"{identity.dated}T00:00:00Z",
    )
    pdf.Root.Metadata = pdf.make_indirect(
        Stream(pdf, xmp.encode("utf-8"), Type=Name.Metadata, Subtype=Name.XML),
    )
    profile = pdf.make_indirect(Stream(pdf, ICC.read_bytes(), N=3))
    pdf.Root.OutputIntents = Array(
        [
            Dictionary(
                Type=Name.OutputIntent,
                S=Name.GTS_PDFA1,
                OutputConditionIdentifier=String("sRGB"),
                Info=String("sRGB IEC61966-2.1"),
                RegistryName=String("http://www.color.org"),
                DestOutputProfile=profile,
            ),
        ]
    )
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    pdf.Root.Lang = String("zh-CN")


def _attach(pdf: pikepdf.Pdf, attachments: tuple[Attachment, ...], dated: str) -> None:
    """Embed the data files, each said to be the data of this document; names in code point order."""
    names: list[pikepdf.Object] = []
    for attachment in sorted(attachments, key=lambda each: each.name):
        # PDF defines this checksum as MD5; it finds accidents, the printed SHA-256 finds intent.
        checksum = hashlib.md5(attachment.content, usedforsecurity=False).digest()
        embedded = Stream(
            pdf,
            attachment.content,
            Type=Name.EmbeddedFile,
            Subtype=Name(f"/{attachment.media_type}"),
            Params=Dictionary(
                Size=len(attachment.content),
                ModDate=String(f"D:{dated.replace('-', '')}000000Z"),
                CheckSum=String(checksum),
            ),
        )
        held = pdf.make_indirect(embedded)
        filespec = Dictionary(
            Type=Name.Filespec,
            F=String(attachment.name),
            UF=String(attachment.name),
            Desc=String(attachment.description_zh),
            AFRelationship=Name.Data,
            EF=Dictionary(F=held, UF=held),
        )
        names += [String(attachment.name), pdf.make_indirect(filespec)]
    pdf.Root.AF = Array(names[1::2])
    pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array(names)))
