"""What is looked at on every drawn page: ink inside the margins, no two words on each other."""

from __future__ import annotations

from pdfplumber.page import Page

from reports.pdf.sheet import LEFT, RIGHT

_FOOT = 25  # points that stay white above and below


def check_ink(page: Page) -> None:
    """Refuse a page whose ink leaves the margins, or whose words overlap."""
    for char in page.chars:
        assert char["x0"] >= LEFT - 0.5, char["text"]
        assert char["x1"] <= RIGHT + 0.5, char["text"]
        assert page.height - char["bottom"] > _FOOT
        assert page.height - char["top"] < page.height - _FOOT
    words = page.extract_words(keep_blank_chars=True, x_tolerance=1)
    for number, one in enumerate(words):
        for other in words[number + 1 :]:
            wide = min(one["x1"], other["x1"]) - max(one["x0"], other["x0"])
            high = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
            assert wide < 0.5 or high < 2.5, (one["text"], other["text"])
