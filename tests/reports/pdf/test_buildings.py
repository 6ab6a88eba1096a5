"""Buildings on paper: as people call them, not as the books code them."""

from __future__ import annotations

import pytest

from reports.pdf.buildings import building_zh


@pytest.mark.parametrize(
    ("label", "told"),
    [
        ("B07", "7栋"),
        ("B12", "12栋"),
        ("BA", "A座"),
        ("B1P03", "1期3栋"),
        ("B01、B02（合并）", "1栋、2栋（合并）"),
        ("全部楼栋", "全部楼栋"),
        ("P01", "P01"),
        ("合计", "合计"),
    ],
)
def test_a_building_is_told_by_the_name_on_its_wall(label: str, told: str) -> None:
    assert building_zh(label) == told
