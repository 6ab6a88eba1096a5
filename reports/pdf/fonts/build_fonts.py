"""Make the two static faces the pages are set in from the variable Noto Sans SC (OFL 1.1).

Run once by a developer, never at run time (it takes half a minute); same input, same bytes:

    pip download --no-deps justmytype-intl-cjk==0.1.0      # a wheel is a zip file
    unzip -j justmytype_intl_cjk-0.1.0-py3-none-any.whl '*NotoSansSC*wght*.ttf'
    python reports/pdf/fonts/build_fonts.py 'NotoSansSC[wght].ttf'

Repertoire: the 8,105 characters of 通用规范汉字表 (``repertoire.txt``: Unihan's kTGH field, Unicode 14, in
the order of the table), GB 2312, and level 1 of Big5, so that the common names of owners from Hong Kong,
Macao and Taiwan print too.
ReportLab takes ``glyf`` outlines only, and prints a variable font in its thinnest instance: hence two.
"""

from __future__ import annotations

import hashlib
import sys
from io import BytesIO
from pathlib import Path
from typing import Final

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

HERE: Final = Path(__file__).parent
WEIGHTS: Final = ((400, "Regular"), (700, "Bold"))
SYMBOLS: Final = (
    "，。、；：？！“”‘’（）《》〈〉【】〔〕—…·￥¥％‰①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㎡㎥№℃×÷±≈≤≥→←↑↓"
    "■□▲△●○◆◇★☆√✓〇〓\u3000–−"
)
# Layout features are for shaping, which Chinese does not need; hinting and vertical metrics are never used.
DROPPED_TABLES: Final = ("GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "VVAR", "VORG", "DSIG")


def _codec_characters(codec: str, leads: range, trails: range) -> set[int]:
    """Return the code points that a two-byte codec decodes to within the given rows."""
    found: set[int] = set()
    for lead in leads:
        for trail in trails:
            try:
                found.add(ord(bytes((lead, trail)).decode(codec)))
            except UnicodeDecodeError:
                continue
    return found


def repertoire() -> set[int]:
    """Return every code point the faces should carry; the font's own gaps are dropped by the subsetter."""
    wanted = (
        set(range(0x20, 0x7F)) | set(range(0xA1, 0x100)) | set(range(0xFF01, 0xFF5F)) | set(map(ord, SYMBOLS))
    )
    listed = (HERE / "repertoire.txt").read_text(encoding="utf-8")
    wanted |= {ord(character) for character in listed if not character.isspace()}
    wanted |= _codec_characters("gb2312", range(0xA1, 0xF8), range(0xA1, 0xFF))
    wanted |= _codec_characters("big5", range(0xA4, 0xC7), range(0x40, 0xFF))
    return wanted


def _subset(source: Path) -> bytes:
    """Cut the variable font down to the repertoire."""
    font = TTFont(source, recalcTimestamp=False)
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.glyph_names = False
    options.drop_tables += DROPPED_TABLES
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=repertoire())
    cutter.subset(font)
    out = BytesIO()
    font.save(out)
    return out.getvalue()


def _instance(variable: bytes, weight: int, style: str) -> bytes:
    """Fix one weight and give it its own name: the variable file calls itself Thin."""
    font = TTFont(BytesIO(variable), recalcTimestamp=False)
    font = instancer.instantiateVariableFont(font, {"wght": weight}, updateFontNames=False)
    for record in font["name"].names:
        if record.nameID == 6:  # noqa: PLR2004 - name 6 is the PostScript name, BaseFont in the PDF
            record.string = f"NotoSansSC-{style}"
        elif record.nameID == 4:  # noqa: PLR2004 - name 4 is the full name
            record.string = f"Noto Sans SC {style}"
        elif record.nameID in (2, 17):
            record.string = style
    font["OS/2"].usWeightClass = weight
    out = BytesIO()
    font.save(out)
    return out.getvalue()


def main() -> None:
    """Write both faces beside this script and say their size and SHA-256."""
    variable = _subset(Path(sys.argv[1]))
    for weight, style in WEIGHTS:
        face = _instance(variable, weight, style)
        (HERE / f"NotoSansSC-{style}.ttf").write_bytes(face)
        sys.stdout.write(f"{style} {len(face)} bytes {hashlib.sha256(face).hexdigest()}\n")


if __name__ == "__main__":
    main()
