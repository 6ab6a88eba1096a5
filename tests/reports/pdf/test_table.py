"""Tables: figures of one table have one size, whatever the widths that were planned for them."""

from __future__ import annotations

from reports.pdf.paper import SCALE
from reports.pdf.pen import Pen
from reports.pdf.sheet import Furniture, Sheet
from reports.pdf.table import Column, Row, Table, figure_column

COLUMNS = (Column("楼栋", 60), *(figure_column(title, 20) for title in "甲乙丙"), figure_column("丁", 200))


def drawn(*cells: str) -> Pen:
    pen = Pen()
    Table(Sheet(pen, SCALE, Furniture("", "", ""), 1), COLUMNS).draw([Row(("1栋", *cells))])
    return pen


def test_a_narrow_column_of_figures_takes_room_from_a_wide_one() -> None:
    assert drawn("317,165.58", "679,757.76", "128,018.52", "—").remarks == []


def test_figures_that_fit_nowhere_shrink_and_say_so() -> None:
    remarks = drawn(*["123,456,789,012,345.00"] * 4).remarks
    assert {one.trouble for one in remarks} == {"shrunk"}
