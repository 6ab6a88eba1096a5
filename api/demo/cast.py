"""Who and what the demonstration is about: invented people, prices and payees."""

from __future__ import annotations

from ledger.rules.lease import AssetType
from ledger.rules.roles import Body, Role

COMPOUND = "guihuayuan"
NAME = "桂花苑小区"
SEED = 20260101
FEE, PUBLIC = "PropertyFee", "PublicIncome"
JOINT, BASIC, PUBLIC_BANK = "Joint01", "Basic02", "Public01"
COMMITTEE_BANK, GRANT_BANK = "Basic03", "Grant04"
POOL, GRANT = "Governance:Micro", "ZM-01"
#: What the owners voted on.
LIFT_VOTE, DISTRIBUTION_VOTE = "业表-广告", "业表-分配"

#: Names, roles and bodies of the demonstration's users.
USERS = {
    "caiwu": (Role.TREASURER, Body.COMMITTEE),
    "wuye": (Role.TRUSTEE, Body.TRUSTEE),
    "zhuren": (Role.COMMITTEE, Body.COMMITTEE),
    "weiyuan": (Role.COMMITTEE, Body.COMMITTEE),
    "shenji": (Role.AUDITOR, Body.AUDIT),
    "jiedao": (Role.SUPERVISOR, Body.COMMUNITY),
    "yunwei": (Role.OPERATOR, Body.OPERATOR),
}

#: What allows the story's payments: the committee's resolution on the year's running costs.
RUNNING_COSTS = "业委会决议-日常支出"
#: What the fee fund pays every month: day, account, fen, payee, purpose.
COSTS = (
    (9, "Staff", 5_260_000, "示例物业服务有限公司", "项目人员工资社保"),
    (10, "Cleaning", 2_180_000, "示例保洁服务有限公司", "保洁外包费"),
    (11, "Order", 3_120_000, "示例保安服务有限公司", "秩序维护外包费"),
    (12, "Facility:Elevator", 1_440_000, "示例电梯维保有限公司", "24 部电梯维保费"),
    (14, "Facility:Energy", 1_863_527, "示例供电公司", "公共区域电费"),
    (16, "Greening", 460_000, "示例园林绿化有限公司", "绿化养护费"),
    (18, "Facility:Fire", 285_000, "示例消防技术有限公司", "消防设施检测维护"),
    (21, "Office", 68_350, "示例办公用品商店", "票据纸张及快递"),
    (23, "Facility:MinorRepair", 124_600, "示例五金建材商店", "楼道灯、门禁小修"),
)

#: Public income of a month: day, asset, fen, words, counterparty.
PUBLIC_INCOME = (
    (7, "PARK-T", 486_500, "临时停车收入(上旬)", None),
    (14, "PARK-T", 512_300, "临时停车收入(中旬)", None),
    (21, "PARK-T", 498_700, "临时停车收入(下旬)", None),
    (8, "PARK-M", 1_320_000, "共有车位月租", None),
    (15, "LOCKER", 60_000, "快递柜场地使用费", "示例智能柜有限公司"),
    (20, "CHARGE", 88_640, "充电桩分成", "示例充电服务有限公司"),
)
#: What the compound has nothing of, and why.
NOT_THERE = (
    (AssetType.ADVERT_GATE, "道闸未招商"),
    (AssetType.ADVERT_FACADE, "外墙屋面不作广告"),
    (AssetType.STALL, "无固定摊位"),
    (AssetType.TELECOM, "无基站"),
    (AssetType.VENDING, "未设"),
    (AssetType.PREMISES, "无经营用房"),
    (AssetType.CLUBHOUSE, "无会所泳池"),
)
