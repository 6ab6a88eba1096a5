"""March 2026 of the worked compound: the golden figures of ``domain.md`` section 10 as a bulletin."""

from __future__ import annotations

from reports.bulletin import (
    Bulletin,
    ChainHead,
    DistributionRow,
    Expense,
    FundOverviewRow,
    FundStatement,
    HeldForOthersRow,
    Phone,
    PublicCostLine,
    PublicIncome,
    PublicIncomeRow,
    Recognition,
    RowKind,
    StatementRow,
)
from reports.collection import AgeingRow, Collection, CollectionRow
from reports.figures import NOT_APPLICABLE, Figure

HEAD = ChainHead(1234, "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
PREVIOUS = ChainHead(1187, "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752")


def _row(
    line: int, label: str, kind: RowKind, figures: tuple[Figure, Figure], *budget_and_vouchers: Figure | str
) -> StatementRow:
    budget = next((each for each in budget_and_vouchers if not isinstance(each, str)), None)
    vouchers = tuple(each for each in budget_and_vouchers if isinstance(each, str))
    return StatementRow(line, label, kind, *figures, budget, vouchers)


PROPERTY_FEE = FundStatement(
    fund_code="PropertyFee",
    fund_zh="物业服务资金",
    rows=(
        _row(1, "期初结余", "opening", (49_710_50, 51_210_50)),
        _row(2, "收入合计", "total", (728_54, 4_628_54), 36_000_00),
        _row(
            3, "本期物业费实收", "income", (300_00, 1_500_00), 24_000_00, "记-2026-03-0004", "记-2026-03-0005"
        ),
        _row(4, "清欠实收", "income", (0, 500_00), 2_000_00),
        _row(5, "预收转收入", "income", (400_00, 1_000_00), 8_000_00, "记-2026-03-0002"),
        _row(6, "建设单位空置房", "income", (0, 0), 1_800_00),
        _row(7, "违约金", "income", (NOT_APPLICABLE, NOT_APPLICABLE)),
        _row(8, "利息", "income", (28_54, 28_54), 200_00, "记-2026-03-0021"),
        _row(9, "支出合计", "total", (2_000_00, 7_400_00), 31_200_00),
        _row(10, "管理服务人员费用", "expense", (0, 3_600_00), 14_400_00),
        _row(
            11, "共用部位、设施设备日常运行维护", "expense", (1_800_00, 1_800_00), 7_200_00, "记-2026-03-0011"
        ),
        _row(12, "清洁卫生", "expense", (0, 900_00), 3_600_00),
        _row(13, "绿化养护", "expense", (0, 300_00), 1_200_00),
        _row(14, "秩序维护", "expense", (0, 200_00), 2_400_00),
        _row(
            15,
            "酬金",
            "expense",
            (200_00, 600_00),
            2_400_00,
            "记-2026-03-0022",
            "记-2026-03-0023",
            "记-2026-03-0024",
        ),
        _row(16, "期末结余", "closing", (48_439_04, 48_439_04)),
        _row(17, "另有：预收款（负债）", "of_which", (2_200_00, 2_200_00)),
        _row(18, "可用结余", "of_which", (48_439_04, 48_439_04)),
    ),
    closing_minor=48_439_04,
    spendable_minor=48_439_04,
    recognition=Recognition(300_00, 0, 400_00, 700_00),
)


def march_2026(**changed: object) -> Bulletin:
    """Return the bulletin of March 2026, with some fields changed."""
    told: dict[str, object] = {
        "compound_zh": "锦绣花园小区业主大会　业主委员会",
        "compound_code": "CQ-JXHY",
        "period": "2026-03",
        "version": 1,
        "posted_from": "2026-04-10",
        "posted_to": "2026-04-25",
        "place_zh": "小区东门公告栏、各单元大厅、明账网上账本",
        "profile_zh": "重庆市",
        "profile_verified": False,
        "head": HEAD,
        "previous_head": PREVIOUS,
        "funds": (PROPERTY_FEE,),
        "overview": (
            FundOverviewRow("物业服务资金", 49_710_50, 728_54, 2_000_00, 0, 48_439_04, 48_439_04),
            FundOverviewRow("公共收益", 39_481_19, 5_017_13, 1_100_00, 0, 43_398_32, 43_398_32),
            FundOverviewRow("治理资金", 0, 9_000_00, 9_000_00, 0, 0, 0),
            FundOverviewRow("维修资金", 800_000_00, 0, 0, 0, 800_000_00, NOT_APPLICABLE, memorandum=True),
        ),
        "public_income": PublicIncome(
            rows=(
                PublicIncomeRow(
                    "地面临时停车",
                    "临时停车用户",
                    "2026年3月",
                    5_000_00,
                    1_100_00,
                    3_900_00,
                    "记-2026-03-0013",
                ),
                PublicIncomeRow(
                    "存款利息", "中国银行大足支行", "2026年一季度", 17_13, 0, 17_13, "记-2026-03-0021"
                ),
            ),
            cost_lines=(
                PublicCostLine("停车管理人工", 800_00, "记-2026-03-0014"),
                PublicCostLine("道闸用电", 300_00, ""),
            ),
            distribution=(DistributionRow("补充维修资金", 0, "V-2026-01"),),
        ),
        "collection": Collection(
            span_zh="2026年1–3月",
            rows=(
                CollectionRow("业主", 716_24, 2_370_18, 1_500_00, 500_00, 0, 1_086_42),
                CollectionRow("建设单位", 5_760_00, 1_440_00, 0, 0, 0, 7_200_00),
            ),
            ageing=(
                AgeingRow("业主", (390_06, 659_18, 37_18, 0, 0)),
                AgeingRow("建设单位", (480_00, 1_440_00, 4_320_00, 960_00, 0)),
            ),
        ),
        "held_for_others": (HeldForOthersRow("装修押金", 4_000_00, 0, 0, 4_000_00),),
        "expenses": (
            Expense(
                "2026-03-12",
                "记-2026-03-0016",
                "重庆惠民健身器材有限公司",
                "社区健身器材",
                9_000_00,
                "拨款批复 2026-01",
            ),
            Expense(
                "2026-03-18",
                "记-2026-03-0011",
                "重庆安捷电梯维保有限公司",
                "一季度电梯维保",
                1_800_00,
                "年度预算内，业委会复核",
            ),
        ),
        "notes_zh": (
            "治理资金按支用确认收入；本期收到拨款 15,000.00 元，余 6,000.00 元列为负债。",
            "对账目有异议的，请在公示期内书面提出或扫码提问，业委会须答复并随下期公示。",
        ),
        "phones": (
            Phone("物业公司", "023-4370-0001"),
            Phone("居委会", "023-4370-0002"),
            Phone("街道物管办", "023-4370-0003"),
        ),
        "compiled_by_zh": "业委会财务",
        "year_from": "2026-01-01",
    }
    return Bulletin(**{**told, **changed})  # type: ignore[arg-type]  # a test names the fields it changes
