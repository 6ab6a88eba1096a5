"""Why a spreadsheet, or one cell of it, was not understood.

    Refusal
    ├── FileRefused            the file as a whole cannot be read: nothing is proposed
    │   └── file_too_large, file_type_unknown, file_damaged, sheet_too_large, register_header_missing,
    │       register_column_twice, register_mapping_unknown
    └── CellRefused            one cell cannot be read: its row is left out and listed with this reason

A cell's sentence never repeats the cell: the list beside it shows row, column and value, and personal
data stays out of sentences.
"""

from __future__ import annotations

from ledger.errors import RuleRefused


class FileRefused(RuleRefused):
    """The file as a whole cannot be read."""

    code = "file_refused"
    zh = "文件不能读取。"
    en = "The file cannot be read."


class FileTooLarge(FileRefused):
    """More bytes, packed or unpacked, than a register can need (facts: ``limit`` in MB)."""

    code = "file_too_large"
    zh = "文件太大:最多 {limit} MB(解压后计算)。请删去图片和无关的工作表后再试。"
    en = "The file is too large: at most {limit} MB unpacked. Remove pictures and unrelated sheets."


class FileTypeUnknown(FileRefused):
    """Neither .xlsx nor CSV (facts: ``found``)."""

    code = "file_type_unknown"
    zh = "只能读取 .xlsx 和 .csv 文件,这个文件是:{found_zh}。请在 Excel 或 WPS 中另存为 .xlsx,不加密码。"
    en = "Only .xlsx and .csv can be read; this file is {found_en}. Save it as .xlsx without a password."


class FileDamaged(FileRefused):
    """An .xlsx that cannot be opened to its end."""

    code = "file_damaged"
    zh = "文件已损坏,不能完整读取。请用 Excel 或 WPS 打开、另存为 .xlsx 后再试。"
    en = "The file is damaged and cannot be read to its end. Open it, save it again as .xlsx, and retry."


class SheetTooLarge(FileRefused):
    """More rows or columns than a register can need (facts: ``rows``, ``columns``)."""

    code = "sheet_too_large"
    zh = "工作表太大:最多 {rows} 行、{columns} 列。"
    en = "The sheet is too large: at most {rows} rows and {columns} columns."


class RegisterHeaderMissing(FileRefused):
    """No header row, or one that lacks required columns (facts: ``missing_*``, ``seen_*``)."""

    code = "register_header_missing"
    zh = "房屋台账缺少这些列:{missing_zh}。看到的列名:{seen_zh}。请告诉系统哪一列是什么,或补上列名。"
    en = "The register lacks these columns: {missing_en}. Headers seen: {seen_en}. Map them or add them."


class RegisterColumnTwice(FileRefused):
    """Two columns mean the same thing and only the treasurer can say which counts."""

    code = "register_column_twice"
    zh = "有两列都像“{field_zh}”:{headers}。请指定用哪一列,把另一列设为“忽略”。"
    en = "Two columns both look like the {field_en}: {headers}. Choose one and set the other to ignore."


class RegisterMappingUnknown(FileRefused):
    """The treasurer's mapping names a field that does not exist."""

    code = "register_mapping_unknown"
    status = 400
    zh = "列的对应关系里有不认识的项目:{field}。可用:{known}。"
    en = "The mapping names an unknown field: {field}. Known: {known}."


class CellRefused(RuleRefused):
    """One cell cannot be read."""

    code = "cell_refused"
    zh = "这一格看不懂。"
    en = "This cell was not understood."


class CellBlank(CellRefused):
    """A required cell is blank."""

    code = "cell_blank"
    zh = "不能为空。"
    en = "Must not be blank."


class CellFormulaError(CellRefused):
    """The cell holds a formula that failed."""

    code = "cell_formula_error"
    zh = "公式出错(如 #REF!),请改成具体内容。"
    en = "The formula failed (such as #REF!); put the value itself."


class CellBecameDate(CellRefused):
    """The spreadsheet turned a house number into a date."""

    code = "cell_became_date"
    zh = "表格软件把这一格变成了日期,请设为“文本”格式后重填。"
    en = "The spreadsheet turned this into a date; format the cell as text and type it again."


class CellTextUnsafe(CellRefused):
    """Text too long or with invisible direction marks (facts: ``limit`` characters)."""

    code = "cell_text_unsafe"
    zh = "文字超过 {limit} 个字,或含有看不见的控制字符。"
    en = "The text is longer than {limit} characters or holds invisible control characters."


class BuildingUnknown(CellRefused):
    """The building cannot be read."""

    code = "building_unknown"
    zh = "认不出楼栋。可写 3栋、3幢、3号楼、A座、1期3栋 或 3。"
    en = "The building was not understood. Write 3栋, 3幢, 3号楼, A座, 1期3栋 or 3."


class StairUnknown(CellRefused):
    """The stair cannot be read."""

    code = "stair_unknown"
    zh = "认不出单元。可写 2单元、2 或 A单元;没有单元可留空。"
    en = "The stair was not understood. Write 2单元, 2 or A单元; leave it blank if there is none."


class StairMissing(CellRefused):
    """A blank stair in a building that has stairs."""

    code = "stair_missing"
    zh = "单元为空,而同一栋的其他房屋有单元。"
    en = "The stair is blank, while other units of this building have one."


class RoomUnknown(CellRefused):
    """The room cannot be read."""

    code = "room_unknown"
    zh = "认不出房号。可写 1502、1502室、15-2(15层2号)。"
    en = "The room was not understood. Write 1502, 1502室 or 15-2 (floor 15, room 2)."


class PlaceUnknown(CellRefused):
    """A whole address in one cell cannot be read."""

    code = "place_unknown"
    zh = "认不出是哪一套。可写 3-2-1201、3栋2单元1201、商铺12、车位117。"
    en = "Which unit this is was not understood. Write 3-2-1201, 3栋2单元1201, 商铺12 or 车位117."


class AreaUnreadable(CellRefused):
    """The area is not a number."""

    code = "area_unreadable"
    zh = "面积不是数字。可写 89.53 或 89.53㎡。"
    en = "The area is not a number. Write 89.53 or 89.53㎡."


class AreaTooPrecise(CellRefused):
    """The area has more than two decimals."""

    code = "area_too_precise"
    zh = "面积最多两位小数。"
    en = "The area may have at most two decimals."


class AreaOutOfRange(CellRefused):
    """The area is not above 0 and at most 100,000 square metres."""

    code = "area_out_of_range"
    zh = "面积须大于 0、不超过 100000 平方米。"
    en = "The area must be above 0 and at most 100,000 square metres."


class DateUnreadable(CellRefused):
    """The date is in no known spelling, or no such day exists."""

    code = "date_unreadable"
    zh = "日期看不懂或没有这一天。可写 2021-03-11、2021年3月11日;未交付可留空。"
    en = "The date was not understood or does not exist. Write 2021-03-11; leave blank if not handed over."


class DateOutOfRange(CellRefused):
    """The date is outside 1980 to 2099."""

    code = "date_out_of_range"
    zh = "日期不合理,须在 1980 年至 2099 年之间。"
    en = "The date is not plausible; it must lie between 1980 and 2099."


class StateUnknown(CellRefused):
    """The state is in no known wording."""

    code = "state_unknown"
    zh = "认不出房屋状态。可写 已入住、出租、空置、已交付、未售、已售未交付。"
    en = "The state was not understood. Write 已入住, 出租, 空置, 已交付, 未售 or 已售未交付."


class StateAmbiguous(CellRefused):
    """Sold, but it does not say whether handed over: that decides who pays."""

    code = "state_ambiguous"
    zh = "“已售”没有说明是否交付,而这决定由谁交费。请写 已交付 或 已售未交付。"
    en = "“Sold” does not say whether handed over, which decides who pays. Write 已交付 or 已售未交付."


class FloorUnreadable(CellRefused):
    """The floor is not a whole number."""

    code = "floor_unreadable"
    zh = "楼层须是 -9 到 200 之间的整数。"
    en = "The floor must be a whole number from -9 to 200."


class AreaSourceUnknown(CellRefused):
    """The source of the area is in no known wording."""

    code = "area_source_unknown"
    zh = "认不出面积依据。可写 产权登记、实测、合同。"
    en = "The source of the area was not understood. Write 产权登记, 实测 or 合同."


class CreditCodeInvalid(CellRefused):
    """The unified social credit code fails its check digit (GB 32100-2015)."""

    code = "credit_code_invalid"
    zh = "统一社会信用代码不正确(校验位不符)。"
    en = "The unified social credit code is wrong (its check digit does not match)."


class UnitTwice(CellRefused):
    """The same unit stands in an earlier row (facts: ``row``)."""

    code = "unit_twice"
    zh = "与第 {row} 行是同一套房屋({unit})。"
    en = "This is the same unit as row {row} ({unit})."
